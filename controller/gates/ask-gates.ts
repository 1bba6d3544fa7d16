import type { Approval } from '../policy/approval.ts';
import { reasonsOf } from '../policy/gate.ts';
import { type GateName, REASONS, type Reason } from '../reasons.ts';
import type { PathGate } from './gates.ts';

/** What a list of gates said. */
export interface Asked {
  /** Why the plan is not written now, in the order in which people are told; none: it may be. */
  readonly reasons: readonly Reason[];
  /**
   * Whose word it rests on when nothing but a freeze, its window or its turn keeps it; null: more does, or no gate
   * asks for a word.
   */
  readonly approval: Approval | null;
  /** What one gate said. */
  readonly of: (name: GateName) => readonly Reason[];
}

/** Asks every gate of a list and collects all reasons. */
export function askGates<Facts>(gates: readonly PathGate<Facts>[], facts: Facts): Asked {
  const answers = gates.map((gate) => ({ name: gate.name, stage: gate.stage, answer: gate.ask(facts) }));
  const told = (stage: PathGate['stage']): readonly Reason[] =>
    answers.filter((each) => each.stage === stage).flatMap(({ answer }) => reasonsOf(answer));
  const of = (name: GateName): readonly Reason[] =>
    answers.filter((each) => each.name === name).flatMap(({ answer }) => reasonsOf(answer));
  const [stop, plan, time] = [told('stop'), told('plan'), told('time')];
  if (plan.length > 0) {
    // Whoever approves is to know what no waiting would ever open; what time opens is told when its time comes.
    const never = time.filter(({ code }) => REASONS[code].clears !== 'itself');
    return { reasons: [...stop, ...plan, ...never], approval: null, of };
  }
  const [approval = null] = answers.flatMap(({ answer }) => (answer.open ? (answer.value ?? []) : []));
  const held = [...stop, ...time];
  return { reasons: held.length > 0 ? held : told('turn'), approval, of };
}
