import { type KnownDocument, nearestName, type Selector } from '#schemas';
import type { Diagnostic, FieldPath } from './diagnostic.ts';
import type { Located } from './inventory.ts';
import { faultAt } from './report.ts';

type Selecting = Extract<KnownDocument, { spec: { selector: Selector } }>;

/**
 * Faults of a selector: both ways to select at once, and names that no device has. `known` is null while a document
 * with faults may declare more.
 */
export function selectorFaults(declared: Located<Selecting>, known: ReadonlySet<string> | null): readonly Diagnostic[] {
  return selectorFaultsAt(declared, ['spec', 'selector'], declared.document.spec.selector, known);
}

/** The same of a selector that stands anywhere in a document. */
export function selectorFaultsAt(
  declared: Located<KnownDocument>,
  path: FieldPath,
  { matchLabels, names }: Selector,
  known: ReadonlySet<string> | null,
): readonly Diagnostic[] {
  if (matchLabels !== undefined && names !== undefined) {
    const hint = 'keep one; for one device by label use matchLabels with name';
    return [faultAt(declared, path, 'matchLabels and names exclude each other', hint)];
  }
  if (known === null) return [];
  return (names ?? []).flatMap((name, index) => {
    if (known.has(name)) return [];
    const nearest = nearestName(name, [...known]);
    const hint = nearest === undefined ? 'declare the device, or remove the name' : `did you mean "${nearest}"?`;
    return [
      faultAt(declared, [...path, 'names', index], `there is no RouterDevice named ${JSON.stringify(name)}`, hint),
    ];
  });
}
