import type { DesiredList, DesiredMenu, DesiredRow, DesiredSettings, DesiredState, UnlistedWord } from '#differ';
import { row, rows } from './rows.ts';
import { list, map, object, oneOf, optional, text, union, type Shape } from './shape.ts';
import { format } from './stored.ts';

const owners = list(text);

const settings = object<DesiredSettings>({
  shape: oneOf('settings'),
  declaredBy: owners,
  fields: row,
  owners: map(owners),
});

const word = object<UnlistedWord>({ unlisted: oneOf('tolerate', 'prune'), unlistedBy: optional(owners) });

const listMenu = object<DesiredList>({
  shape: oneOf('list'),
  declaredBy: owners,
  unlisted: oneOf('tolerate', 'prune'),
  unlistedBy: optional(owners),
  rows: list(object<DesiredRow>({ fields: row, owners })),
  unlistedIn: optional(object<NonNullable<DesiredList['unlistedIn']>>({ field: text, parts: map(word) })),
  released: optional(rows),
  toPrune: optional(rows),
});

/** What is declared of a device. */
export const desiredState: Shape<DesiredState> = object<DesiredState>({
  menus: map(union<DesiredMenu, 'shape'>('shape', { settings, list: listMenu })),
});

/** The last confirmed desired state of a device. */
export const BASE = format('base', desiredState);
