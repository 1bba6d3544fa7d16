import type { DriftRules } from '../../controller/policy/drift-rules.ts';
import type { DriftMode } from '../../controller/records/drift.ts';

/** The rules of a policy that says one thing of all sections. */
export function driftRules(mode: DriftMode, sections: DriftRules['sections'] = {}): DriftRules {
  return { usual: { mode, deletions: 'refuse' }, sections };
}
