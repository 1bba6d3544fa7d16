import { nearestName } from '#schemas';

/** What is wrong with one field of a call. */
export interface InputFault {
  readonly field: string;
  /** One sentence. */
  readonly cause: string;
  /** What may stand there, where that can be listed. */
  readonly allowed?: readonly string[];
  readonly nearest?: string;
}

/** A call that cannot be understood, found out by a tool itself. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  readonly fault: InputFault;

  constructor(fault: InputFault) {
    super(fault.cause);
    this.fault = fault;
  }
}

/** A value that is none of those there are, with the one that may be meant. */
export function notAmong(field: string, given: string, allowed: readonly string[]): InputFault {
  const nearest = nearestName(given, allowed);
  const cause = `${field} has ${JSON.stringify(given.slice(0, 100))}, which is none of those there are.`;
  return { field, cause, allowed, ...(nearest === undefined ? {} : { nearest }) };
}
