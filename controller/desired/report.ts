import type { KnownDocument } from '#schemas';
import { type Diagnostic, type FieldPath, lineText, pathText } from './diagnostic.ts';
import type { Located } from './inventory.ts';

/** A fault at a field of a declared object. */
export function faultAt(declared: Located<KnownDocument>, path: FieldPath, message: string, hint?: string): Diagnostic {
  return {
    ...declared.locate(path),
    path: pathText(path),
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Where a field stands, for messages that point at a second place. */
export function placeOf(declared: Located<KnownDocument>, path: FieldPath): string {
  return lineText(declared.locate(path));
}

/** Faults for objects that are declared twice under one name. */
export function duplicateNames(declared: readonly Located<KnownDocument>[]): readonly Diagnostic[] {
  const first = new Map<string, Located<KnownDocument>>();
  const faults: Diagnostic[] = [];
  for (const object of declared) {
    const other = first.get(object.name);
    if (other === undefined) {
      first.set(object.name, object);
      continue;
    }
    const path = ['metadata', 'name'];
    const message = `a ${object.document.kind} named ${JSON.stringify(object.name)} is declared twice`;
    faults.push(faultAt(object, path, message, `the first one is at ${placeOf(other, path)}`));
  }
  return faults;
}

/**
 * The objects when they are no more than `most`, else none of them and a fault: what is held against every device may
 * not be any number.
 */
export function atMost<D extends KnownDocument>(
  most: number,
  declared: readonly Located<D>[],
): { readonly objects: readonly Located<D>[]; readonly faults: readonly Diagnostic[] } {
  const beyond = declared[most];
  if (beyond === undefined) return { objects: declared, faults: [] };
  const message = `there are more than ${String(most)} objects of the kind ${beyond.document.kind}`;
  return { objects: [], faults: [faultAt(beyond, ['kind'], message, 'put some of them together')] };
}
