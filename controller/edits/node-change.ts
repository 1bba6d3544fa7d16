import type { FieldPath } from '../desired/diagnostic.ts';

/** One place of a document and what it is to say there. */
export interface PathEdit {
  readonly path: FieldPath;
  /** `append` makes the list where there is none; its value is one item. */
  readonly kind: 'set' | 'remove' | 'append';
  readonly value: unknown;
}

/** What becomes of a node: another value, or something below it. */
export type NodeChange = Whole | FieldChanges | ItemChanges;

/** It says this. */
export interface Whole {
  readonly is: 'whole';
  readonly value: unknown;
}

/** Of a mapping; null: the field goes. */
export interface FieldChanges {
  readonly is: 'fields';
  readonly fields: Map<string, NodeChange | null>;
}

/** Of a list; null: the item goes. `added` come behind those that are there. */
export interface ItemChanges {
  readonly is: 'items';
  readonly items: Map<number, NodeChange | null>;
  readonly added: unknown[];
}

/** All edits of one document as one change. @throws {RangeError} when two of them contradict each other. */
export function changeOf(edits: readonly PathEdit[]): FieldChanges {
  const root: FieldChanges = { is: 'fields', fields: new Map() };
  for (const { path, kind, value } of edits) {
    const last = path.at(-1);
    if (last === undefined) throw new RangeError('an edit of a whole document');
    if (kind === 'append') {
      const list = below(root, path, 0);
      if (list.is !== 'items') throw contradiction();
      list.added.push(value);
    } else put(below(root, path.slice(0, -1), last), last, kind === 'remove' ? null : { is: 'whole', value });
  }
  return root;
}

/** The change of the node at a path; `next` says whether a list or a mapping stands there. */
function below(root: FieldChanges, path: FieldPath, next: string | number): FieldChanges | ItemChanges {
  let change: FieldChanges | ItemChanges = root;
  for (const [depth, step] of path.entries()) {
    const known = get(change, step);
    if (known === undefined) {
      const made: FieldChanges | ItemChanges =
        typeof (path[depth + 1] ?? next) === 'number'
          ? { is: 'items', items: new Map(), added: [] }
          : { is: 'fields', fields: new Map() };
      put(change, step, made);
      change = made;
    } else if (known === null || known.is === 'whole') throw contradiction();
    else change = known;
  }
  return change;
}

function get(change: FieldChanges | ItemChanges, step: string | number): NodeChange | null | undefined {
  if (change.is === 'fields') return change.fields.get(String(step));
  return typeof step === 'number' ? change.items.get(step) : undefined;
}

function put(change: FieldChanges | ItemChanges, step: string | number, to: NodeChange | null): void {
  if (get(change, step) !== undefined) throw contradiction();
  if (change.is === 'fields') change.fields.set(String(step), to);
  else if (typeof step === 'number') change.items.set(step, to);
  else throw contradiction();
}

function contradiction(): RangeError {
  return new RangeError('two edits of one place');
}

/** What a value is once it is changed. @throws {RangeError} for a change of what is not there. */
export function changed(value: unknown, change: NodeChange): unknown {
  if (change.is === 'whole') return change.value;
  if (change.is === 'items') {
    if (value !== undefined && !Array.isArray(value)) throw new RangeError('no list is there');
    const list = (value ?? []) as readonly unknown[];
    if ([...change.items.keys()].some((at) => at >= list.length)) throw new RangeError('no such item is there');
    const kept = list.flatMap((item, at) => {
      const to = change.items.get(at);
      return to === undefined ? [item] : to === null ? [] : [changed(item, to)];
    });
    return [...kept, ...change.added];
  }
  const fields: Record<string, unknown> = { ...(value as object | undefined) };
  for (const [name, to] of change.fields) {
    if (to === null) {
      if (!Object.hasOwn(fields, name)) throw new RangeError(`no field ${name} is there`);
      delete fields[name];
    } else fields[name] = changed(Object.hasOwn(fields, name) ? fields[name] : undefined, to);
  }
  return fields;
}
