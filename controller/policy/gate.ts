import type { Reason } from '../reasons.ts';

/** A pure check that opens or gives all its reasons. */
export type Gate<T = undefined> =
  | { readonly open: true; readonly value: T }
  | { readonly open: false; readonly reasons: readonly Reason[] };

/** Why a gate is closed; none when it is open. */
export function reasonsOf(gate: Gate<unknown>): readonly Reason[] {
  return gate.open ? [] : gate.reasons;
}

/** A closed gate with its reasons; an open one when there are none. */
export function gateOf(reasons: readonly Reason[]): Gate {
  return reasons.length === 0 ? { open: true, value: undefined } : { open: false, reasons };
}
