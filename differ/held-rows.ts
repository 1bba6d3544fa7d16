import type { MenuPath } from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { HeldBackRow } from './plan.ts';
import { keyOf } from './tuple.ts';

/** The rows that a plan leaves out, by menu and tuple. Collects while it is made; of two reasons the first is told. */
export class HeldRows {
  readonly #catalogue: Catalogue;
  readonly #rows = new Map<MenuPath, Map<string, HeldBackRow>>();
  /** Fields of settings menus whose rest is not held back. */
  readonly #fields = new Map<MenuPath, Map<string, HeldBackRow>>();

  constructor(rows: readonly HeldBackRow[], catalogue: Catalogue) {
    this.#catalogue = catalogue;
    this.add(rows);
  }

  get isEmpty(): boolean {
    return this.#rows.size + this.#fields.size === 0;
  }

  add(rows: readonly HeldBackRow[]): void {
    for (const row of rows) {
      if (row.fields !== undefined) {
        const fields = this.#fields.get(row.menu) ?? new Map<string, HeldBackRow>();
        this.#fields.set(row.menu, fields);
        for (const name of row.fields) if (!fields.has(name)) fields.set(name, row);
        continue;
      }
      const held = this.#rows.get(row.menu) ?? new Map<string, HeldBackRow>();
      this.#rows.set(row.menu, held);
      const key = keyOf(menuIn(this.#catalogue, row.menu), row.match ?? {});
      if (!held.has(key)) held.set(key, row);
    }
  }

  /** `key`: of the tuple; that of a settings menu is `''`. */
  has(menu: MenuPath, key: string): boolean {
    return this.#rows.get(menu)?.has(key) === true;
  }

  /** Whether this field of a settings menu is held back by itself. */
  hasField(menu: MenuPath, name: string): boolean {
    return this.#fields.get(menu)?.has(name) === true;
  }

  /** The tuples of one menu by key. */
  of(menu: MenuPath): ReadonlyMap<string, HeldBackRow> {
    return this.#rows.get(menu) ?? new Map();
  }

  get menus(): readonly MenuPath[] {
    return [...this.#rows.keys()];
  }

  /** Menus in the order in which they are written, tuples by key. Of a menu that is held back whole no field besides. */
  inOrder(): readonly HeldBackRow[] {
    const fields = [...this.#fields]
      .filter(([path]) => !this.has(path, ''))
      .map(([path, held]) => [path, new Map([...new Set(held.values())].map((row) => [fieldsKey(row), row]))] as const);
    return [...this.#rows, ...fields]
      .map(([path, rows]) => ({ menu: menuIn(this.#catalogue, path), rows }))
      .toSorted((a, b) => a.menu.writeOrder - b.menu.writeOrder || (a.menu.path < b.menu.path ? -1 : 1))
      .flatMap(({ rows }) => [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row));
  }
}

function fieldsKey({ fields = [] }: HeldBackRow): string {
  return fields.join(' ');
}
