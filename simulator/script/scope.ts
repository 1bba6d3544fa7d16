import type { Properties } from '../model/console.ts';
import { NOTHING, type Value, valueOfProperty } from './values.ts';

interface Cell {
  value: Value;
}

/** The variables of the router that `:global` declares; they live until the router restarts. */
export type Globals = Map<string, Cell>;

/** One `{ }` of a running script. A name is visible in the block that declared it and in the blocks inside it. */
export interface Scope {
  readonly names: Map<string, Cell>;
  readonly outer: Scope | null;
  readonly globals: Globals;
  /** Set while a condition behind `where` is tried on a row. */
  readonly row?: RowView;
  /** Inside `[…]`: the value of a command goes to the script, not to the screen. */
  readonly captured?: boolean;
}

/**
 * A row as conditions see it: the names of its menu's properties stand before all variables, on rows without a value
 * too.
 */
export interface RowView {
  readonly path: string;
  readonly hasProperty: (name: string) => boolean;
  readonly row: Properties;
}

/** Nothing is ever declared on a row: blocks inside a condition have scopes of their own. */
const NO_NAMES = new Map<string, Cell>();

/**
 * Conditions run in here. A variable named like a property is that property, so `where name=$name` is true for every
 * row (armed-rollback.md §3).
 */
export function scopeOnRow(outer: Scope, row: RowView): Scope {
  return { names: NO_NAMES, outer, globals: outer.globals, row };
}

/** The row at hand when `name` is one of its menu's properties. */
export function rowOf(scope: Scope, name: string): RowView | undefined {
  for (let at: Scope | null = scope; at !== null; at = at.outer) if (at.row?.hasProperty(name) === true) return at.row;
  return undefined;
}

/** True inside `[…]`. */
export function isCaptured(scope: Scope): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.outer) if (at.captured === true) return true;
  return false;
}

/** A block inside another: what it declares ends with it. */
export function scopeInside(outer: Scope): Scope {
  return { names: new Map(), outer, globals: outer.globals };
}

/** A script or function starts here: it sees a global only after it declared it with `:global`. */
export function freshScope(globals: Globals): Scope {
  return { names: new Map(), outer: null, globals };
}

function cellOf(scope: Scope, name: string): Cell | undefined {
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const cell = at.names.get(name);
    if (cell !== undefined) return cell;
  }
  return undefined;
}

/** Undeclared names are silently nothing: the trap of routeros-rest.md §4. */
export function readName(scope: Scope, name: string): Value {
  const view = rowOf(scope, name);
  if (view !== undefined) return valueOfProperty(view.row[name]);
  return cellOf(scope, name)?.value ?? NOTHING;
}

/** `:local`: hides a variable of that name in the blocks around, and replaces one in this block. */
export function declareLocal(scope: Scope, name: string, value: Value): void {
  scope.names.set(name, { value });
}

/** Without a value the global keeps the one it has. */
export function declareGlobal(scope: Scope, name: string, value: Value | undefined): void {
  const cell = scope.globals.get(name) ?? { value: NOTHING };
  if (value !== undefined) cell.value = value;
  scope.globals.set(name, cell);
  scope.names.set(name, cell);
}

/** @returns false when nothing of that name is declared here. */
export function assignName(scope: Scope, name: string, value: Value): boolean {
  const cell = cellOf(scope, name);
  if (cell === undefined) return false;
  cell.value = value;
  return true;
}
