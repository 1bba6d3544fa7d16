import { type KnownDocument, nearestName, type Selector } from '#schemas';
import type { Diagnostic } from './diagnostic.ts';
import type { Located, LocatedInventory } from './inventory.ts';
import { faultAt } from './report.ts';
import { labelsOf, selects } from './selector.ts';

type Selecting = Extract<KnownDocument, { spec: { selector: Selector } }>;
type Labels = Readonly<Record<string, string>>;

/**
 * What is allowed and probably not meant: labels in a selector that match no device. A fleet may be written before its
 * devices, so these are no faults; but a RouterConfig that matches nothing any more lets go of its rows without a
 * word.
 */
export function warningsOf(inventory: LocatedInventory): readonly Diagnostic[] {
  const { configs, approvalPolicies, rolloutPolicies } = inventory;
  const devices = [...inventory.devices.values()].map(({ document }) => document);
  const selecting: readonly Located<Selecting>[] = [...configs, ...approvalPolicies, ...rolloutPolicies];
  const labels = devices.map(labelsOf);
  return selecting.flatMap((declared) => {
    const { selector } = declared.document.spec;
    if (selector.matchLabels === undefined || devices.some((device) => selects(selector, device))) return [];
    if (declared.document.kind !== 'RouterConfig' && isEnvironment(selector.matchLabels)) return [];
    return [warningOf(declared, selector.matchLabels, labels)];
  });
}

/** Policies for an environment are there before its first device, and there are only so many names for one. */
function isEnvironment({ environment, ...others }: Labels): boolean {
  return Object.keys(others).length === 0 && ['lab', 'staging', 'prod'].includes(environment ?? '');
}

function warningOf(declared: Located<Selecting>, wanted: Labels, carried: readonly Labels[]): Diagnostic {
  const path = ['spec', 'selector', 'matchLabels'];
  const { kind } = declared.document;
  const consequence =
    kind === 'RouterConfig' ? 'it declares nothing, and rows it declared before are let go' : 'it has no effect';
  for (const [name, value] of Object.entries(wanted)) {
    const values = carried.flatMap((labels) => labels[name] ?? []);
    if (values.includes(value)) continue;
    const known = values.length > 0 ? values : carried.flatMap((labels) => Object.keys(labels));
    const unknown = values.length > 0 ? `${name}: ${value}` : name;
    const message = `no device has the label ${JSON.stringify(unknown)}, so this ${kind} matches none: ${consequence}`;
    return faultAt(declared, [...path, name], message, hintFor(values.length > 0 ? value : name, [...new Set(known)]));
  }
  const message = `no device has all of these labels at once, so this ${kind} matches none: ${consequence}`;
  return faultAt(declared, path, message);
}

function hintFor(word: string, known: readonly string[]): string | undefined {
  const nearest = nearestName(word, known);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  return known.length === 0 ? undefined : `devices have ${known.toSorted().slice(0, 20).join(', ')}`;
}
