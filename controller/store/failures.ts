import type { FailureKind } from '#failure';

/** Failures that the store can cause. */
export const STORE_FAILURES = {
  StoreLocked: {
    retry: 'onChange',
    summary: 'Another controller works on this folder.',
    hint: 'Stop the other controller, or give this one a folder of its own; several controllers share a PostgreSQL.',
  },
  StoreUnavailable: {
    about: 'controller',
    retry: 'backoff',
    summary: 'The store did not take or give the data; nothing was sent to a router for it.',
    hint: 'See the cause: disk space and rights of the folder, or whether the PostgreSQL answers.',
  },
  StoreGone: {
    about: 'controller',
    retry: 'onChange',
    summary: 'The store is not the one any more that the controller opened; it writes to no router and ends.',
    hint: 'Armed routers undo by themselves. Put the state folder or the database back while no controller runs, then start it again.',
  },
  StoreTooNew: {
    retry: 'onChange',
    summary: 'A newer release wrote this store, or a row of it.',
    hint: 'Run that release or a later one, or go back to a backup made before the upgrade.',
  },
  StoreTooOld: {
    retry: 'onChange',
    summary: 'A checkout of before the first release wrote this store.',
    hint: 'Begin with an empty state folder, or an empty database, and say anew where trust begins: "rosctl trust init COMMIT".',
  },
  StoreDamaged: {
    retry: 'onChange',
    summary: 'A row of the store does not hold what a controller writes there; nothing is decided on it.',
    hint: 'Go back to a backup of the store. The message names the table and the row.',
  },
  AttemptOpen: {
    about: 'controller',
    retry: 'backoff',
    summary: 'The device has an open attempt already.',
    hint: 'Nothing to do: the open attempt is settled first.',
  },
  AttemptLost: {
    about: 'controller',
    retry: 'backoff',
    summary: 'The attempt has ended or another controller has taken it over.',
    hint: 'Nothing to do: this controller keeps its hands off it.',
  },
  ApprovalSpent: {
    about: 'controller',
    retry: 'onChange',
    summary: 'The approval was used for this plan and this device before.',
    hint: 'Approve the plan anew if it should be tried once more.',
  },
  TrustMoved: {
    retry: 'backoff',
    summary: 'The trusted head of the source moved meanwhile.',
    hint: 'Nothing to do: the range is judged again from where the head is now. If it stays, see "rosctl trust show".',
  },
  RolloutMoved: {
    retry: 'backoff',
    summary: 'The rollout changed meanwhile, so what was decided on its old state was not written.',
    hint: 'Nothing to do: it is decided again on the new state. If you gave an order, look at the rollout and give it again.',
  },
  SerialTaken: {
    retry: 'onChange',
    summary: 'Another device already has this serial number.',
    hint: 'Two RouterDevices reach one router: correct spec.address or remove one of them.',
  },
} as const satisfies Record<string, FailureKind>;

/** Codes of the failures that the store throws. */
export type StoreFailureCode = keyof typeof STORE_FAILURES;
