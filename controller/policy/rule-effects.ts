import type { Row } from '#routeros';

/**
 * Actions that end a packet's way well, that end it badly, and that only note it. What another action does is not
 * modelled.
 */
const PASSING = new Set(['accept']);
const STOPPING = new Set(['drop', 'reject', 'tarpit']);
const NOTING = new Set(['log', 'passthrough']);

/**
 * Whether entering or leaving a list cannot harm by this rule of the filter, in one of its matchers (`negated`: `!LAN`).
 * Entering can only help where the rule accepts its members, or stops everybody else; leaving is the mirror of it. What
 * an action other than these does (`jump`, `return`, `add-src-to-address-list`) is decided by further rules, and what
 * raw, nat and mangle do is not modelled: those are never harmless.
 */
export function isHarmlessMove(enters: boolean, rule: Row, negated: boolean): boolean {
  const action = rule['action'] ?? 'accept';
  if (rule['table'] !== 'filter') return false;
  if (NOTING.has(action)) return true;
  if (!PASSING.has(action) && !STOPPING.has(action)) return false;
  const passes = PASSING.has(action);
  return enters ? passes !== negated : passes === negated;
}
