import type { DeviceDetails, FleetDetails } from '../controller/events.ts';

type Details = DeviceDetails & FleetDetails;
type KeyOf<Detail> = Detail extends unknown ? keyof Detail : never;
type Field = KeyOf<Details[Exclude<keyof Details, 'freeze.off'>]>;

/** What each audited action says that was done. */
const ACTIONS: Readonly<Record<keyof Details, string>> = {
  'approval.refused': 'a signed commit meant as an approval approves nothing',
  'approval.seen': 'a signed commit approved a plan and was seen for the first time',
  'attempt.applied': 'all changes are on the router',
  'attempt.applying': 'the changes are about to be written',
  'attempt.armed': 'the undo waits on the router',
  'attempt.arming': 'an attempt began: its approvals are used, and the undo is about to be put on the router',
  'attempt.closed': 'an attempt ended before anything was written',
  'attempt.confirmed': 'an attempt ended: applied, healthy, and the undo disarmed',
  'attempt.disarming': 'the undo is about to be removed',
  'attempt.stalled': 'an attempt ended, and a person must look',
  'attempt.undoing': 'the change is about to be undone',
  'attempt.undone': 'an attempt ended: the router holds again what it held before',
  'attempt.verdict-healthy': 'all health checks passed',
  'attempt.verdict-unhealthy': 'a health check failed, so the change is to be undone',
  'base.set': 'a device that holds what is desired was confirmed without a change',
  'control.approved': 'a control plan was approved: devices, roster or policies change',
  'control.refused': 'approvals of a control plan do not suffice',
  'credentials.removed': 'a password was removed from the store',
  'credentials.set': 'a password was sealed in the store',
  'drift.found': 'a device differs from its last confirmed state',
  'freeze.off': 'writes are allowed again',
  'freeze.on': 'all writes were stopped',
  'plan.refused': 'approvals of a plan do not suffice',
  'rollout.abort': 'a person ended a rollout',
  'rollout.aborted': 'a rollout ended before all its devices were done',
  'rollout.done': 'a rollout ended',
  'rollout.halted': 'more devices failed than the failure budget allows',
  'rollout.joined': 'approved devices joined an open rollout',
  'rollout.opened': 'a rollout began',
  'rollout.pause': 'a person, or the revocation of a key, paused a rollout',
  'rollout.paused': 'a rollout waits for a person',
  'rollout.released': 'devices may be changed now',
  'rollout.resume': 'a person let a rollout go on',
  'rollout.resumed': 'a rollout goes on',
  'rollout.rollback': 'a person ordered that confirmed changes are taken back',
  'rollout.skip': 'a person left out a device, or the rest of a wave',
  'rollout.superseded': 'another rollout took the place of this one',
  'rollout.undoing': 'confirmed changes of a rollout are being taken back',
  'rollout.undone': 'a rollout ended with its changes taken back',
  'rollout.wave': 'the next wave began',
  'signers.revoke': 'a key was revoked',
  'source.refused': 'commits were refused, and what was trusted before still counts',
  'trust.advanced': 'the trusted head moved',
  'trust.init': 'the operator said where trust begins',
};

/** What the fields of `detail` hold. */
const FIELDS: Readonly<Record<Field, string>> = {
  approvals: 'the commits that carry the approvals',
  approved: 'the id that was approved',
  approvedBy: 'the people, policies or the rollout whose word it is',
  attempt: 'id of the attempt',
  attribution: 'who caused the drift, as far as the router tells',
  before: 'the trusted head until then; null: there was none',
  commit: 'the commit that it is about',
  commits: 'how many commits were accepted',
  detail: 'why, in words',
  device: 'the device that was ordered; null: the wave, or all',
  devices: 'the devices that it is about',
  entries: 'how many rows or fields differ',
  from: 'the trusted head until then',
  key: 'the key, by its fingerprint',
  keys: 'every form in which that key is known',
  name: 'the name that `spec.credentialsRef` uses',
  number: 'counts the attempts of this plan on this device, from 1',
  person: 'whose key signed',
  planId: 'the plan that it is about',
  policy: 'name of the RolloutPolicy; null: the defaults',
  reason: 'why, in words',
  reasons: 'all reasons, each with `code` and `message`',
  revision: 'the revision that counted',
  rollout: 'id of the rollout',
  source: 'the source that it is about',
  state: 'the state of the rollout afterwards',
  to: 'the trusted head from then on',
  trustedHead: 'the commit up to which history is trusted',
  undoes: 'the confirmed attempt that this one takes back; absent otherwise',
  wave: 'number of the wave, from 1',
};

/** The reference page of audited actions. */
export function eventsPage(): string {
  const rows = (table: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(table).map(([name, means]) => `| \`${name}\` | ${means} |`);
  const lines = [
    '# Audit events',
    '',
    '<!-- Generated from scripts/events-page.ts by "npm run generate". -->',
    '',
    'What `rosctl audit` lists. Each has a time (`at`), an `actor` (`controller` or `operator:NAME`), the `device`',
    'if it concerns a single one, and a `correlationId` that the events and log lines of one attempt share.',
    '',
    '| Action | Means |',
    '| --- | --- |',
    ...rows(ACTIONS),
    '',
    '## Detail',
    '',
    'Each action fills some of these fields of `detail`:',
    '',
    '| Field | Holds |',
    '| --- | --- |',
    ...rows(FIELDS),
  ];
  return `${lines.join('\n')}\n`;
}
