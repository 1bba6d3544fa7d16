import { matchOf, type Menu, type MenuPath, type Row } from '#routeros';
import { type Catalogue, isSkipped, menuIn, valueOf } from './canonical.ts';
import type { HeldRows } from './held-rows.ts';
import type { HeldBackRow, Plan, PlanInput } from './plan.ts';
import { isListedIn, linksOf, namesIn } from './references.ts';
import { describeRow } from './row-text.ts';
import type { DesiredState } from './state.ts';
import { keyOf } from './tuple.ts';

/** One tuple, or settings menu, with all its rows that anything says of it, and what a plan does to it. */
interface Node {
  readonly menu: Menu;
  readonly key: string;
  readonly match: Row | null;
  readonly rows: Row[];
  /** Those of them that are on the router, but for its own. */
  readonly live: Row[];
  creates: boolean;
  removes: boolean;
}

/**
 * What a plan changes that can't be left without a row that is held back: whatever names it while it is not there, is
 * named by it and would go, takes its place or gives it up, or stands behind it in an ordered menu; and what depends on those.
 */
export function dependentsOf(
  held: HeldRows,
  plan: Plan,
  input: PlanInput,
  catalogue: Catalogue,
): readonly HeldBackRow[] {
  if (held.isEmpty) return [];
  const changed = changedNodes(plan, catalogue);
  const others = changed.filter(({ menu, key }) => !held.has(menu.path, key));
  if (others.length === 0) return [];
  const index = new Index(input, catalogue);
  for (const node of others) index.add(node);
  const waiting = heldNodes(held, changed, input, catalogue);
  const found = new Map<Node, HeldBackRow>();
  for (const node of waiting) {
    for (const { node: other, because } of index.dependentsOn(node)) {
      if (found.has(other)) continue;
      const row = describeRow(node.menu, node.match);
      found.set(other, { menu: other.menu.path, match: other.match, because: because(row) });
      waiting.push(other);
    }
  }
  return [...found.values()];
}

/** The tuples that a plan changes. */
function changedNodes({ changes, touched }: Plan, catalogue: Catalogue): readonly Node[] {
  const nodes = new Map<string, Node>();
  const nodeOf = (path: MenuPath, match: Row | null): Node => {
    const menu = menuIn(catalogue, path);
    const key = keyOf(menu, match ?? {});
    const known = nodes.get(`${path} ${key}`);
    if (known !== undefined) return known;
    const node: Node = { menu, key, match, rows: [], live: [], creates: false, removes: false };
    nodes.set(`${path} ${key}`, node);
    return node;
  };
  for (const { menu, match, rows } of touched) {
    const node = nodeOf(menu, match);
    node.rows.push(...rows);
    node.live.push(...rows);
  }
  for (const change of changes) {
    const node = nodeOf(change.menu, change.match);
    if (change.kind === 'create' || change.kind === 'set') node.rows.push({ ...change.match, ...change.fields });
    if (change.kind === 'create') node.creates = true;
    if (change.kind === 'remove') node.removes = true;
  }
  return [...nodes.values()];
}

/** The tuples that are held back, with their rows on all three sides. */
function heldNodes(held: HeldRows, changed: readonly Node[], input: PlanInput, catalogue: Catalogue): Node[] {
  const planned = new Map(changed.map((node) => [`${node.menu.path} ${node.key}`, node]));
  return held.menus.flatMap((path) => {
    const menu = menuIn(catalogue, path);
    const rows = rowsByKey(menu, held.of(path), input);
    const live = Map.groupBy(
      (input.live.menus[path] ?? []).filter((row) => !isSkipped(menu, row)),
      (row) => keyOf(menu, row),
    );
    return [...held.of(path)].map(([key, { match }]): Node => {
      const { creates = false, removes = false } = planned.get(`${path} ${key}`) ?? {};
      return { menu, key, match, rows: rows.get(key) ?? [], live: live.get(key) ?? [], creates, removes };
    });
  });
}

function rowsByKey(
  menu: Menu,
  keys: ReadonlyMap<string, unknown>,
  { desired, base, live }: PlanInput,
): ReadonlyMap<string, Row[]> {
  const declared = (side: DesiredState | null): readonly Row[] => {
    const known = side?.menus[menu.path];
    if (known === undefined) return [];
    return known.shape === 'settings' ? [known.fields] : known.rows.map(({ fields }) => fields);
  };
  const found = new Map<string, Row[]>();
  for (const side of [live.menus[menu.path] ?? [], declared(desired), declared(base)])
    for (const row of side) {
      const key = keyOf(menu, row);
      if (!keys.has(key)) continue;
      const rows = found.get(key);
      if (rows === undefined) found.set(key, [row]);
      else rows.push(row);
    }
  return found;
}

/** `because`: why, of the row that it depends on. */
interface Dependent {
  readonly node: Node;
  readonly because: (row: string) => string;
}

type Found = Map<string, (readonly [Node, string])[]>;

/** The changed tuples, found by what ties them to others. */
class Index {
  /** What fields of the catalogue name rows by. */
  readonly #names: readonly { readonly target: MenuPath; readonly by: string }[];
  /** By the name, with the field that names it. */
  readonly #naming: Found = new Map();
  readonly #leaving: Found = new Map();
  readonly #coming: Found = new Map();
  readonly #going: Found = new Map();
  readonly #ofMenu = new Map<MenuPath, Node[]>();
  readonly #places = new Map<MenuPath, ReadonlyMap<string, number>>();
  readonly #input: PlanInput;

  constructor(input: PlanInput, catalogue: Catalogue) {
    this.#input = input;
    this.#names = Object.values(catalogue).flatMap(linksOf);
  }

  add(node: Node): void {
    for (const [name, field] of namesOf(node)) put(this.#naming, name, node, field);
    if (node.removes) for (const name of this.#bornBy(node)) put(this.#leaving, name, node, '');
    if (node.creates) for (const place of placesOf(node)) put(this.#coming, place, node, '');
    if (node.removes) for (const place of placesOf(node)) put(this.#going, place, node, '');
    const own = this.#ofMenu.get(node.menu.path);
    if (own === undefined) this.#ofMenu.set(node.menu.path, [node]);
    else own.push(node);
  }

  *dependentsOn(held: Node): Generator<Dependent> {
    const there = new Set(this.#bornBy(held, held.live));
    for (const name of this.#bornBy(held))
      for (const [node, field] of there.has(name) ? [] : (this.#naming.get(name) ?? []))
        yield { node, because: (row) => `its ${field} names ${row}, which is held back` };
    for (const [name, field] of namesOf(held))
      for (const [node] of this.#leaving.get(name) ?? [])
        yield { node, because: (row) => `${row}, which is held back, names it in ${field}` };
    for (const place of placesOf(held)) {
      for (const [node] of held.removes ? (this.#coming.get(place) ?? []) : [])
        yield { node, because: (row) => `it takes the place of ${row}, which is held back` };
      for (const [node] of held.creates ? (this.#going.get(place) ?? []) : [])
        yield { node, because: (row) => `${row}, which takes its place, is held back` };
    }
    for (const node of this.#behind(held))
      yield { node, because: (row) => `its place is behind ${row}, which is held back` };
  }

  /** In an ordered menu, what stands behind the row or is to; where its place can't be told, everything. */
  #behind({ menu, key }: Node): readonly Node[] {
    if (menu.shape !== 'orderedList') return [];
    const places = this.#placesIn(menu);
    const place = places.get(key) ?? -1;
    return (this.#ofMenu.get(menu.path) ?? []).filter((node) => (places.get(node.key) ?? -1) > place);
  }

  /** Where the rows of an ordered menu are to stand: as declared; others behind what they stand behind now. */
  #placesIn(menu: Menu): ReadonlyMap<string, number> {
    const known = this.#places.get(menu.path);
    if (known !== undefined) return known;
    const declared = this.#input.desired.menus[menu.path];
    const rows = declared?.shape === 'list' ? declared.rows : [];
    const places = new Map(rows.map(({ fields }, place) => [keyOf(menu, fields), place]));
    const seen = new Set<string>();
    let last = -1;
    for (const row of this.#input.live.menus[menu.path] ?? []) {
      if (isSkipped(menu, row)) continue;
      const key = keyOf(menu, row);
      const place = seen.has(key) ? -1 : (places.get(key) ?? last + 0.5);
      seen.add(key);
      places.set(key, place);
      last = Math.max(last, Math.floor(place));
    }
    this.#places.set(menu.path, places);
    return places;
  }

  /** The names by which other rows can name those of the tuple. */
  *#bornBy({ menu, rows: all }: Node, rows = all): Generator<string> {
    for (const { target, by } of this.#names) {
      if (!isListedIn(menu, target)) continue;
      for (const row of rows) {
        const name = valueOf(menu, row, by);
        if (name !== '') yield nameText(target, by, name);
      }
    }
  }
}

function put(found: Found, name: string, node: Node, field: string): void {
  const known = found.get(name);
  if (known === undefined) found.set(name, [[node, field]]);
  else known.push([node, field]);
}

/** What the rows of a tuple name, and in which field. */
function* namesOf({ menu, rows }: Node): Generator<readonly [string, string]> {
  for (const { field, target, by } of linksOf(menu))
    for (const row of rows) for (const name of namesIn(menu, row, field)) yield [nameText(target, by, name), field];
}

function nameText(target: MenuPath, by: string, name: string): string {
  return JSON.stringify([target, by, name]);
}

/** What its rows occupy, so that only one of two has it. */
function* placesOf({ menu, match }: Node): Generator<string> {
  const tuple = match === null ? {} : matchOf(menu, match);
  for (const [index, names] of (menu.replacedBy ?? []).entries()) {
    const values = names.map((name) => tuple[name] ?? '');
    if (values.some((value) => value !== '')) yield JSON.stringify([menu.path, index, values]);
  }
}
