import { ROUTER_FAILURES } from '#routeros';
import type { FailureKind } from '#failure';
import { ACCESS_FAILURES } from '../access/failures.ts';
import { CREDENTIAL_FAILURES } from '../credentials/failures.ts';
import { DIAGNOSE_FAILURES } from '../diagnose/failures.ts';
import { SIGNATURE_FAILURES } from '#signatures';
import { SOURCE_FAILURES } from '../source/failures.ts';
import { STORE_FAILURES } from '../store/failures.ts';

/** Failures of the controller's own making. */
const CONTROLLER_FAILURES = {
  SerialMismatch: {
    retry: 'onChange',
    summary: 'Another router answers at this address.',
    hint: 'If the hardware was replaced on purpose, set spec.serial to the new serial number.',
  },
  ArmFailed: {
    retry: 'backoff',
    summary: 'The undo could not be armed, so nothing was written.',
    hint: 'See the detail; run "rosctl doctor DEVICE".',
  },
  ConfigInvalid: {
    retry: 'onChange',
    summary: 'The configuration of the controller cannot be used.',
    hint: 'Correct what the message names and start again.',
  },
  FileUnusable: {
    retry: 'onChange',
    summary: 'A file that the operator named cannot be read, or is not one that can be relied on.',
    hint: 'Correct what the message names and start again.',
  },
  RolloutRefused: {
    retry: 'onChange',
    summary: 'The rollout does not allow this now, for instance because it has ended.',
    hint: '"rosctl rollouts show ID" says where it stands.',
  },
  ChangeRefused: {
    retry: 'onChange',
    summary: 'A change of the files was asked for that is not made as it was asked.',
    hint: 'Do what the message says; nothing was changed.',
  },
  RetryRefused: {
    retry: 'onChange',
    summary: 'A plan cannot be tried again by the word of an operator alone.',
    hint: 'Do what the message says.',
  },
  NotLeading: {
    retry: 'backoff',
    summary: 'Only a controller that leads can do this, and this one does not yet.',
    hint: 'Try again in a moment.',
  },
  OrderPending: {
    retry: 'backoff',
    summary: 'The controller that leads was asked to do this, and has not said yet that it did.',
    hint: 'It is done as soon as a controller leads, within ten minutes. "rosctl status" shows what came of it.',
  },
  NotFound: { retry: 'onChange', summary: 'There is no such device, plan or rollout.', hint: 'Check the name.' },
  NoRevision: {
    retry: 'onChange',
    summary: 'No revision of the source was accepted yet, so nothing is known of the fleet.',
    hint: 'Correct the files; "rosctl status" names the fault, "rosctl validate FOLDER" checks them.',
  },
  NotRead: {
    retry: 'backoff',
    summary: 'The device was not read, so what it would need is not known.',
    hint: '"rosctl status DEVICE" says why; it is read as soon as that is possible.',
  },
  BadRequest: {
    retry: 'onChange',
    summary: 'The request to the controller cannot be understood.',
    hint: 'Correct the field that is named, as docs/reference/api.md has it, or use a rosctl of the same release.',
  },
  NotAllowed: {
    retry: 'onChange',
    summary: 'Whoever asks may not do this.',
    hint: 'Ask somebody who may, or the operator of the controller for the right.',
  },
  NotAuthenticated: {
    retry: 'onChange',
    summary: 'Whoever asks did not say who they are, or with a token that does not count here.',
    hint: 'Log in again, "rosctl login", or ask the operator of the controller for a token.',
  },
  Misdirected: {
    retry: 'onChange',
    summary: 'A request is meant for a host that this controller is not.',
    hint: 'Ask it by the name in its certificate or its --public-url.',
  },
  TooManyRequests: {
    retry: 'backoff',
    summary: 'More was asked than one may ask in a minute.',
    hint: 'Ask less often; wait as long as the answer says.',
  },
  Busy: {
    retry: 'backoff',
    summary: 'The controller has so much to do that it puts its routers before those who read.',
    hint: 'Wait as long as the answer says and ask again.',
  },
  ReadUserCanWrite: {
    retry: 'onChange',
    summary: 'The user that is to read alone may do more on the router, or the router does not tell.',
    hint: 'Give it a group of its own; "rosctl doctor --commands" prints the commands.',
  },
  DeviceSuspended: {
    retry: 'onChange',
    summary: 'The device is left alone: it is suspended, or waits for a control plan.',
    hint: 'Remove spec.suspend, or approve what waits.',
  },
  ChangeUnderWay: {
    retry: 'backoff',
    summary: 'A change of this device is under way, so nothing else is asked of its router.',
    hint: 'Ask again when it has ended; "rosctl status DEVICE" says where it stands.',
  },
  TooManyReads: {
    retry: 'backoff',
    summary: 'Too many reads of routers wait already.',
    hint: 'Ask again in a few seconds, or for less.',
  },
  TooLarge: {
    retry: 'onChange',
    summary: 'The menu holds more rows than are read at once.',
    hint: 'Ask with one of the filters that the message names.',
  },
  CursorExpired: {
    retry: 'onChange',
    summary: 'The rows that this cursor goes on with are no longer there.',
    hint: 'Begin again without a cursor.',
  },
  TooLate: {
    retry: 'onChange',
    summary: 'There was no time left to write or confirm before the undo fires.',
    hint: 'Raise confirmWithinSeconds in the RolloutPolicy, or change fewer rows at once.',
  },
  UndoFailed: {
    retry: 'onChange',
    summary: 'The snapshot could not be restored completely.',
    hint: 'Compare "rosctl history DEVICE" with the router and restore the rest by hand.',
  },
} as const satisfies Record<string, FailureKind>;

/** Every failure code with what it means and how it is retried: docs/reference/errors.md is made from it. */
export const FAILURES = {
  ...ROUTER_FAILURES,
  ...CREDENTIAL_FAILURES,
  ...ACCESS_FAILURES,
  ...SOURCE_FAILURES,
  ...SIGNATURE_FAILURES,
  ...STORE_FAILURES,
  ...DIAGNOSE_FAILURES,
  ...CONTROLLER_FAILURES,
} as const;

/** Every code that a Failure can carry; stable, for people's scripts and alerts. */
export type FailureCode = keyof typeof FAILURES;

/** What is known of a code; an unknown one is retried with backoff. */
export function failureKindOf(code: string): FailureKind {
  return (FAILURES as Record<string, FailureKind>)[code] ?? { retry: 'backoff', summary: code, hint: 'See the log.' };
}
