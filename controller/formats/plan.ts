import type {
  Change,
  DriftEntry,
  HeldBackRow,
  NonConvergingField,
  Plan,
  PlanBody,
  PlanId,
  ReleasedRow,
  Restore,
  TouchedRows,
} from '#differ';
import type { EmptyBefore } from '#routeros';
import { menu, row, rows } from './rows.ts';
import { list, nullable, number, object, oneOf, optional, text, textFrom, union, type Shape } from './shape.ts';
import { format } from './stored.ts';

type ChangeOf<K extends Change['kind']> = Extract<Change, { readonly kind: K }>;

const reason = oneOf('declared', 'dropped', 'unlisted', 'restored');
const match = nullable(row);

const change = union<Change, 'kind'>('kind', {
  create: object<ChangeOf<'create'>>({ kind: oneOf('create'), menu, match: row, fields: row, reason }),
  set: object<ChangeOf<'set'>>({
    kind: oneOf('set'),
    menu,
    match,
    nth: number,
    fields: row,
    before: row,
    reason,
  }),
  remove: object<ChangeOf<'remove'>>({
    kind: oneOf('remove'),
    menu,
    match: row,
    nth: number,
    before: row,
    reason,
  }),
  move: object<ChangeOf<'move'>>({
    kind: oneOf('move'),
    menu,
    match: row,
    nth: number,
    beforeMatch: match,
    reason,
  }),
});

const touched = list(object<TouchedRows>({ menu, match, rows }));

const heldBack = optional(list(object<HeldBackRow>({ menu, match, fields: optional(list(text)), because: text })));

const nonConvergingFields = list(object<NonConvergingField>({ menu, match, field: text, desired: text, live: text }));

/** The fields of a row that drifted. */
export const driftFields = {
  class: oneOf('Missing', 'Changed', 'Extra', 'Reordered'),
  menu,
  match,
  tolerated: optional(oneOf(true)),
  desired: row,
  live: row,
  before: optional(match),
} as const;

const driftEntries = list(object<DriftEntry>(driftFields));

/** What is to be done to a device, and what undoes it. */
export const plan: Shape<Plan> = object<Plan>({
  changes: list(change),
  inverse: list(object<Restore>({ menu, match, rows, timed: optional(oneOf(true)), order: optional(rows) })),
  touched,
  emptyBefore: optional(list(object<EmptyBefore>({ menu, where: row, adds: number }))),
  extras: driftEntries,
  released: list(object<ReleasedRow>({ menu, match, rows, fieldsOnly: optional(oneOf(true)) })),
  frozen: nonConvergingFields,
  conflicts: list(text),
  heldBack,
  left: optional(list(menu)),
});

/** What a plan's id is the digest of: as it was proposed, to the last field. */
export const planBody: Shape<PlanBody> = object<PlanBody>({
  source: text,
  device: object<PlanBody['device']>({ name: text, serial: text, address: text, credential: text }),
  operations: list(change),
  confirmWithinSeconds: number,
  rowsPerSecond: optional(number),
  split: optional(list(number)),
  touched,
  heldBack,
  policyDigest: text,
});

/** The id of a plan. */
export const planId: Shape<PlanId> = textFrom('sha256:');

/** A plan that was proposed. */
export const PLAN = format('plan', plan);

/** What its id is made of. */
export const PLAN_BODY = format('plan body', planBody);

/** Fields that a router does not keep as they were written. */
export const NON_CONVERGING_FIELDS = format('list of fields that do not converge', nonConvergingFields);
