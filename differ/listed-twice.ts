import type { Menu, MenuPath } from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { HeldBackRow, Plan, PlanInput } from './plan.ts';
import type { DesiredList } from './state.ts';

/**
 * What a base declares in a menu, without the fields that another menu speaks of, which lists the same row of the
 * router (a bridge is an interface, too): that they are dropped here resets nothing there.
 */
export function withoutTwice(
  menu: Menu,
  base: DesiredList | null,
  input: PlanInput,
  catalogue: Catalogue,
): DesiredList | null {
  const others = base === null ? [] : othersOf(menu, input, catalogue);
  if (base === null || others.length === 0) return base;
  const rows = base.rows.map((row) => {
    const name = row.fields['name'];
    const speak = others.filter((other) => name !== undefined && other.names.has(name));
    if (speak.length === 0) return row;
    const kept = Object.entries(row.fields).filter(
      ([field]) => menu.match.includes(field) || !speak.some((other) => other.speaksOf(name as string, field)),
    );
    return { ...row, fields: Object.fromEntries(kept) };
  });
  return { ...base, rows };
}

/** Rows that a plan removes from one menu while another declares them still: they are held back. */
export function stillDeclared({ changes }: Plan, { desired }: PlanInput, catalogue: Catalogue): readonly HeldBackRow[] {
  return changes.flatMap(({ kind, menu: path, match }): readonly HeldBackRow[] => {
    const { listedIn } = menuIn(catalogue, path);
    if (kind !== 'remove' || match === null || listedIn === undefined) return [];
    const declared = desired.menus[listedIn];
    const name = match['name'];
    if (declared?.shape !== 'list' || !declared.rows.some(({ fields }) => fields['name'] === name)) return [];
    return [{ menu: path, match, because: `it is still declared in ${listedIn}; take it out there, too` }];
  });
}

interface Other {
  /** Of the rows that it speaks of. */
  readonly names: ReadonlySet<string>;
  readonly speaksOf: (name: string, field: string) => boolean;
}

function othersOf(menu: Menu, { desired, base, live }: PlanInput, catalogue: Catalogue): readonly Other[] {
  const { listedIn } = menu;
  if (listedIn !== undefined) return [otherOf(rowsIn(desired.menus[listedIn]), new Set())];
  return Object.values(catalogue).flatMap((own: Menu) => {
    if (own.listedIn !== menu.path) return [];
    const [now, before] = [rowsIn(desired.menus[own.path]), rowsIn(base?.menus[own.path])];
    if (desired.menus[own.path] === undefined && base?.menus[own.path] === undefined) return [];
    const there = (live.menus[own.path] ?? []).flatMap((row) => row['name'] ?? []);
    const leaving = new Set([...there, ...before.keys()].filter((name) => !now.has(name)));
    return [otherOf(new Map([...before, ...now]), leaving)];
  });
}

type Fields = Readonly<Record<string, string>>;

/** `leaving`: rows that are declared there no more, and may go: nothing is said of them elsewhere. */
function otherOf(rows: ReadonlyMap<string, Fields>, leaving: ReadonlySet<string>): Other {
  return {
    names: new Set([...rows.keys(), ...leaving]),
    speaksOf: (name, field) => leaving.has(name) || rows.get(name)?.[field] !== undefined,
  };
}

function rowsIn(declared: PlanInput['desired']['menus'][MenuPath] | undefined): ReadonlyMap<string, Fields> {
  if (declared?.shape !== 'list') return new Map();
  return new Map(declared.rows.map(({ fields }) => [fields['name'] ?? '', fields]));
}
