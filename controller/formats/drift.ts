import type { DriftRecord, Suspect, Suspicion } from '../records/drift.ts';
import { driftFields } from './plan.ts';
import { menu } from './rows.ts';
import { list, nullable, number, object, oneOf, optional, text } from './shape.ts';
import { format } from './stored.ts';

/** How live differed from the last confirmed state. */
export const DRIFT_ENTRIES = format(
  'drift',
  list(
    object<DriftRecord['entries'][number]>({ ...driftFields, mode: optional(oneOf('alert', 'propose', 'correct')) }),
  ),
);

/** Who did it, and menu by menu. */
export interface Attributed extends Pick<DriftRecord, 'attribution'> {
  readonly suspicions: readonly Suspicion[];
}

const attributed = object<Attributed>({
  attribution: text,
  suspicions: list(
    object<Suspicion>({
      menu,
      sure: oneOf('certain', 'likely', 'unknown'),
      people: list(object<Suspect>({ name: text, via: nullable(text), from: nullable(text), at: nullable(number) })),
      because: list(text),
    }),
  ),
});

/** Who did it. The first releases wrote a text alone. */
export const ATTRIBUTION = format('attribution', attributed);
