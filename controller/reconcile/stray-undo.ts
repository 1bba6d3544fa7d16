import { ARMED_PREFIX } from '../apply/token.ts';
import { cleanProbe, PROBE_NAME } from '../apply/probe.ts';
import type { Outcome } from '../observed/outcome.ts';
import type { PassContext } from './pass-context.ts';

/**
 * An undo that no open attempt owns is an alarm: it may fire at any time, or its disarming was undone by somebody's
 * safe mode (armed-rollback.md §4.2). null: there is none. Every undo has a script, so one read tells. What an
 * interrupted probe left is removed.
 */
export async function strayUndo(pass: PassContext): Promise<Outcome | null> {
  const scripts = await pass.session.print('/system/script', ['name'], pass.signal);
  const ours = scripts.map((row) => row['name'] ?? '').filter((name) => name.startsWith(ARMED_PREFIX));
  if (ours.includes(PROBE_NAME)) await cleanProbe(pass.session, pass.signal);
  const strays = ours.filter((name) => name !== PROBE_NAME);
  if (strays.length === 0) return null;
  return { kind: 'Stalled', reasons: [{ code: 'ForeignUndo', objects: strays, stage: 'settle' }] };
}
