import type { FieldPath } from './diagnostic.ts';

/** A field that a fault stands at already. */
export interface FaultyField {
  readonly path: FieldPath;
  /** The name is one that the mapping around it does not know: whichever known field is absent there may have been meant. */
  readonly unknown: boolean;
}

/** Whether a field, present or absent, is as people meant it: no fault stands at it, above it or below it. */
export type IsClean = (path: FieldPath) => boolean;

/** Of a document without faults. */
export function allClean(): boolean {
  return true;
}

/** Keeps the checks of a faulty document to what can be relied on, so that one mistake is not told a second time in other words. */
export function cleanOf(document: unknown, faulty: readonly FaultyField[]): IsClean {
  if (faulty.length === 0) return allClean;
  const root = newNode();
  for (const { path, unknown } of faulty) {
    let node = root;
    for (const [depth, segment] of path.entries()) {
      if (unknown && depth === path.length - 1) node.hasUnknown = true;
      const next = node.below.get(segment) ?? newNode();
      node.below.set(segment, next);
      node = next;
    }
    node.faulty = true;
  }
  return (path) => {
    let node = root;
    let value = document;
    for (const segment of path) {
      if (node.faulty) return false;
      value = entryOf(value, segment);
      if (value === undefined && node.hasUnknown) return false;
      const next = node.below.get(segment);
      if (next === undefined) return true;
      node = next;
    }
    return !node.faulty && node.below.size === 0;
  };
}

/** What stands in a document of any shape; undefined where nothing does. */
export function partOf(document: unknown, path: FieldPath): unknown {
  let value = document;
  for (const segment of path) value = entryOf(value, segment);
  return value;
}

function entryOf(value: unknown, segment: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[segment];
}

interface FaultNode {
  faulty: boolean;
  hasUnknown: boolean;
  readonly below: Map<string | number, FaultNode>;
}

function newNode(): FaultNode {
  return { faulty: false, hasUnknown: false, below: new Map() };
}
