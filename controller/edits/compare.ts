import { isDeepStrictEqual } from 'node:util';
import type { DesiredMenu, DesiredState } from '#differ';
import { matchOf, menuOf, menusOfSection, type MenuPath } from '#routeros';
import type { LocatedInventory } from '../desired/inventory.ts';
import { configsFor, layersFor } from '../desired/layers.ts';
import type { Asked, AskedChange } from './asked.ts';

/** What an edited revision wants otherwise. */
export interface Difference {
  /** Devices of which something else is desired. */
  readonly devices: readonly string[];
  /** Something that nobody asked for: then nothing may come of it. */
  readonly stray: string | null;
}

/** Holds a revision that was edited against the one before, device by device. */
export function differenceOf(before: LocatedInventory, after: LocatedInventory, asked: AskedChange): Difference {
  if (!sameButConfigs(before, after)) return { devices: [], stray: 'an object that is no RouterConfig' };
  const meant = meantBy(asked);
  const strays = new WeakMap<DesiredState, WeakMap<DesiredState, Found>>();
  const devices: string[] = [];
  for (const device of before.devices.keys()) {
    if (digests(before, device) === digests(after, device)) continue;
    const [one, other] = [layersFor(before, device).desired, layersFor(after, device).desired];
    const known = strays.get(one) ?? new WeakMap<DesiredState, Found>();
    strays.set(one, known);
    const found = known.get(other) ?? compare(one, other, meant);
    known.set(other, found);
    if (found.stray !== null) return { devices: [], stray: `${found.stray} of ${device}` };
    if (found.differs) devices.push(device);
  }
  return { devices, stray: null };
}

/** A change of who says what, but not of what is said, is none. */
interface Found {
  readonly differs: boolean;
  readonly stray: string | null;
}

function sameButConfigs(before: LocatedInventory, after: LocatedInventory): boolean {
  const others = ({ devices, roster, approvalPolicies, rolloutPolicies }: LocatedInventory): readonly string[] =>
    [...devices.values(), ...approvalPolicies, ...rolloutPolicies, ...(roster === null ? [] : [roster])].map(
      ({ name, document, digest }) => `${document.kind} ${name} ${digest}`,
    );
  return isDeepStrictEqual(others(before), others(after));
}

function digests(inventory: LocatedInventory, device: string): string {
  return configsFor(inventory, device)
    .map(({ digest }) => digest)
    .join(' ');
}

/** Fields of settings and rows that may come out otherwise; menus with rows of parts of items may as a whole. */
interface Meant {
  readonly menus: ReadonlySet<MenuPath>;
  isMeant(
    menu: MenuPath,
    what: { readonly property: string } | { readonly match: Readonly<Record<string, string>> },
  ): boolean;
}

function meantBy({ section, parts }: AskedChange): Meant {
  const isRow = (part: Asked, match: Readonly<Record<string, string>>): boolean =>
    part.is !== 'setting' && Object.entries(part.match).every(([name, value]) => match[name] === value);
  return {
    menus: new Set(menusOfSection(section)),
    isMeant: (menu, what) =>
      parts.some((part) =>
        'property' in what
          ? part.is === 'setting' && part.property === what.property
          : part.is !== 'setting' && (part.part.menus[0].menu.path === menu ? isRow(part, what.match) : true),
      ),
  };
}

function compare(one: DesiredState, other: DesiredState, meant: Meant): Found {
  const paths = [...new Set([...Object.keys(one.menus), ...Object.keys(other.menus)])] as readonly MenuPath[];
  let differs = false;
  for (const path of paths) {
    const [before, after] = [one.menus[path], other.menus[path]];
    // Most are as they were, and that is quick to tell.
    if (isDeepStrictEqual(before, after)) continue;
    for (const change of changesIn(path, before, after)) {
      differs = true;
      if (!meant.menus.has(path) || change.is === 'word' || !meant.isMeant(path, change.what))
        return { differs, stray: `${path} ${change.said}` };
    }
  }
  return { differs, stray: null };
}

type Change =
  | { readonly is: 'word'; readonly said: string }
  | { readonly is: 'value'; readonly said: string; readonly what: Parameters<Meant['isMeant']>[1] };

function* changesIn(
  path: MenuPath,
  before: DesiredMenu | undefined,
  after: DesiredMenu | undefined,
): Generator<Change> {
  if (before?.shape === 'list' || after?.shape === 'list') {
    yield* rowChanges(path, before?.shape === 'list' ? before : null, after?.shape === 'list' ? after : null);
    return;
  }
  const [old, now] = [before?.fields ?? {}, after?.fields ?? {}];
  for (const property of new Set([...Object.keys(old), ...Object.keys(now)]))
    if (old[property] !== now[property]) yield { is: 'value', said: property, what: { property } };
}

type List = Extract<DesiredMenu, { shape: 'list' }>;

function* rowChanges(path: MenuPath, before: List | null, after: List | null): Generator<Change> {
  const menu = menuOf(path);
  if ((before?.unlisted ?? 'tolerate') !== (after?.unlisted ?? 'tolerate')) yield { is: 'word', said: 'unlisted' };
  const keyed = (list: List | null) =>
    new Map((list?.rows ?? []).map(({ fields }) => [JSON.stringify(matchOf(menu, fields)), fields]));
  const [old, now] = [keyed(before), keyed(after)];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    if (isDeepStrictEqual(old.get(key), now.get(key))) continue;
    yield { is: 'value', said: key, what: { match: JSON.parse(key) as Readonly<Record<string, string>> } };
  }
}

/** Whether a device is desired to be as a part of the intent asks. */
export function isReached(inventory: LocatedInventory, device: string, part: Asked): boolean {
  const { menus } = layersFor(inventory, device).desired;
  if (part.is === 'setting') {
    const said = menus[part.menu.path];
    const text = said?.shape === 'settings' ? said.fields[part.property] : undefined;
    return part.text === null ? text === undefined : text === part.text;
  }
  const said = menus[part.part.menus[0].menu.path];
  const wanted = Object.entries(part.match);
  const rows = said?.shape === 'list' ? said.rows : [];
  const row = rows.find(({ fields }) => wanted.every(([name, value]) => fields[name] === value));
  if (part.is === 'remove' || row === undefined) return part.is === 'remove' && row === undefined;
  return Object.entries(part.texts).every(([name, value]) => row.fields[name] === value);
}
