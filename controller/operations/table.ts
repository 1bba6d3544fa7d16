import type { ApprovableView } from './approvable-view.ts';
import type { EventView } from './event-views.ts';
import type { CommitView } from './judge-commit.ts';
import type { DiagnosticEvent, DiagnosticView } from './diagnostic-view.ts';
import {
  ACTION,
  AT_MOST,
  CURSOR,
  DIAGNOSTIC_FIELDS,
  ENVIRONMENT,
  input,
  LABEL,
  STATE,
  LIMIT,
  MARK,
  MOMENT,
  NAMES,
  NOTHING,
  TEXT,
  TRUE_OR_FALSE,
} from './fields.ts';
import { answer, type Answer, type Checked, type Given, type Operation } from './operation.ts';
import type { RolloutsView, RolloutView } from './rollout-views.ts';
import type { SignersView, TrustView } from './trust-views.ts';
import type {
  AccessesView,
  AuditView,
  CredentialsView,
  DeviceDetail,
  DeviceView,
  DriftView,
  HistoryView,
  PlanGroupsView,
  PlanRetried,
  PlansView,
  PlanView,
  ReconcileView,
  StatusView,
  VersionView,
} from './views.ts';
import type { LoginView, MeView } from '../access/access-views.ts';
import type { PathView } from '../policy/path-view.ts';
import type { FreezeRecord } from '../records/freeze.ts';

/** Everything that may be asked of a controller. How it is done stands in run.ts: a client loads this alone. */
export const OPERATIONS = {
  status: {
    summary: 'The controller, its source, open rollouts, and every device.',
    method: 'GET',
    path: 'status',
    input: NOTHING,
    output: answer<StatusView>(),
    needs: { permission: 'fleet.read' },
    offline: false,
  },
  version: {
    summary: 'Which release the controller is, and since when it runs.',
    method: 'GET',
    path: 'version',
    input: NOTHING,
    output: answer<VersionView>(),
    needs: { permission: 'fleet.read' },
    offline: false,
  },
  devices: {
    summary:
      'Every device with its conditions, or those that hold all of what is given, from `cursor` (the last one before) on.',
    method: 'GET',
    path: 'devices',
    input: input({
      environment: ENVIRONMENT,
      site: TEXT,
      label: LABEL,
      state: STATE,
      reason: TEXT,
      text: TEXT,
      cursor: TEXT,
      limit: AT_MOST,
    }),
    output: answer<readonly DeviceView[]>(),
    needs: { permission: 'fleet.read' },
    offline: false,
  },
  plans: {
    summary: 'The current plans, without what they change.',
    method: 'GET',
    path: 'plans',
    input: NOTHING,
    output: answer<PlansView>(),
    needs: { permission: 'fleet.read' },
    offline: false,
  },
  planGroups: {
    summary: 'The current plans, and what those change that differ only in the device.',
    method: 'GET',
    path: 'plan-groups',
    input: NOTHING,
    output: answer<PlanGroupsView>(),
    needs: { permission: 'fleet.read' },
    offline: false,
  },
  plan: {
    summary: 'One plan whole, by its device, its id or the beginning of one.',
    method: 'GET',
    path: 'plans/:plan',
    input: input({ plan: TEXT }, 'plan'),
    output: answer<PlanView>(),
    needs: { permission: 'fleet.read' },
    offline: false,
  },
  retryPlan: {
    summary: 'Says that a plan which was undone may be tried once more, where its device needs no approval.',
    method: 'POST',
    path: 'plans/:plan/retry',
    input: input({ plan: TEXT }, 'plan'),
    output: answer<PlanRetried>(),
    needs: { permission: 'plans.retry' },
    audit: 'itself',
    offline: false,
  },
  explainPath: {
    summary: 'By which way the controller reaches a router, read of it now, with the rows that prove it.',
    method: 'GET',
    path: 'paths/:device',
    input: input({ device: TEXT }, 'device'),
    output: answer<PathView>(),
    needs: { permission: 'fleet.read', device: 'device' },
    offline: false,
  },
  approvable: {
    summary: 'What can be approved: `fleet`, `control`, a device, a plan id or the beginning of one.',
    method: 'GET',
    path: 'approvable/:plan',
    input: input({ plan: TEXT, key: TEXT }, 'plan'),
    output: answer<ApprovableView>(),
    needs: { permission: 'fleet.read' },
    offline: false,
  },
  judgeCommit: {
    summary: 'What would be made of an approval, a commit in base64, that no branch holds yet.',
    method: 'POST',
    path: 'judge-commit',
    input: input({ id: TEXT, commit: TEXT }, 'id', 'commit'),
    output: answer<CommitView>(),
    needs: { permission: 'fleet.read', fleet: 'all' },
    audit: 'read',
    offline: false,
  },
  drift: {
    summary: 'The open drift, of one device or of all.',
    method: 'GET',
    path: 'drift',
    input: input({ device: TEXT }),
    output: answer<DriftView>(),
    needs: { permission: 'fleet.read', device: 'device' },
    offline: false,
  },
  history: {
    summary: 'The attempts on a device, newest first, also on one that has left the fleet.',
    method: 'GET',
    path: 'history/:device',
    input: input({ device: TEXT, limit: LIMIT }, 'device'),
    output: answer<HistoryView>(),
    needs: { permission: 'fleet.read', device: 'device' },
    offline: true,
  },
  audit: {
    summary: 'Who did what, newest first, and whether the chain is whole and holds the mark that somebody kept.',
    method: 'GET',
    path: 'audit',
    input: input({
      device: TEXT,
      limit: LIMIT,
      kept: MARK,
      actor: TEXT,
      action: TEXT,
      since: MOMENT,
      until: MOMENT,
      cursor: CURSOR,
    }),
    output: answer<AuditView>(),
    needs: { permission: 'audit.read', device: 'device' },
    offline: true,
  },
  reconcile: {
    summary: 'Reads the source and visits devices now; all when none is named.',
    method: 'POST',
    path: 'reconcile',
    input: input({ devices: NAMES }),
    output: answer<ReconcileView>(),
    needs: { permission: 'fleet.steer', device: 'devices' },
    offline: false,
  },
  look: {
    summary: 'Reads the source now; what that changes is visited.',
    method: 'POST',
    path: 'look',
    input: NOTHING,
    output: answer<{ readonly revision: string | null }>(),
    needs: { permission: 'fleet.steer' },
    offline: false,
  },
  rollouts: {
    summary: 'The newest rollouts.',
    method: 'GET',
    path: 'rollouts',
    input: input({ limit: LIMIT }),
    output: answer<RolloutsView>(),
    needs: { permission: 'fleet.read' },
    offline: false,
  },
  rollout: {
    summary: 'One rollout whole, by its id or the beginning of one.',
    method: 'GET',
    path: 'rollouts/:rollout',
    input: input({ rollout: TEXT }, 'rollout'),
    output: answer<RolloutView>(),
    needs: { permission: 'fleet.read' },
    offline: false,
  },
  actOnRollout: {
    summary: 'Pauses, resumes, aborts or rolls back a rollout, or skips a device or a wave of it.',
    method: 'POST',
    path: 'rollouts/:rollout',
    input: input(
      { rollout: TEXT, action: ACTION, device: TEXT, wave: TRUE_OR_FALSE, reason: TEXT },
      'rollout',
      'action',
    ),
    output: answer<RolloutView>(),
    needs: { permission: 'rollouts.act', device: 'device' },
    audit: 'itself',
    offline: false,
  },
  freeze: {
    summary: 'Stops all writes to routers.',
    method: 'PUT',
    path: 'freeze',
    input: input({ reason: TEXT }, 'reason'),
    output: answer<FreezeRecord>(),
    needs: { permission: 'freeze', fleet: 'all' },
    audit: 'itself',
    offline: true,
  },
  unfreeze: {
    summary: 'Ends the freeze.',
    method: 'DELETE',
    path: 'freeze',
    input: NOTHING,
    output: answer<{ readonly frozen: false }>(),
    needs: { permission: 'freeze', fleet: 'all' },
    audit: 'itself',
    offline: true,
  },
  trust: {
    summary: 'Where the source stands, and the approvals that were seen last.',
    method: 'GET',
    path: 'trust',
    input: NOTHING,
    output: answer<TrustView>(),
    needs: { permission: 'fleet.read', fleet: 'all' },
    offline: false,
  },
  initTrust: {
    summary: 'Says where trust in the source begins.',
    method: 'POST',
    path: 'trust',
    input: input({ commit: TEXT }, 'commit'),
    output: answer<TrustView>(),
    needs: { permission: 'trust', fleet: 'all' },
    audit: 'itself',
    offline: false,
  },
  signers: {
    summary: 'The people who have a say, their keys, and the keys that were revoked.',
    method: 'GET',
    path: 'signers',
    input: NOTHING,
    output: answer<SignersView>(),
    needs: { permission: 'fleet.read', fleet: 'all' },
    offline: false,
  },
  revoke: {
    summary: 'Revokes a key at once and for good.',
    method: 'POST',
    path: 'revocations',
    input: input({ key: TEXT, reason: TEXT }, 'key', 'reason'),
    output: answer<{ /** False: it was revoked already. */ readonly revoked: boolean }>(),
    needs: { permission: 'revocations', fleet: 'all' },
    audit: 'itself',
    offline: true,
  },
  credentials: {
    summary: 'The names of the passwords in the store.',
    method: 'GET',
    path: 'credentials',
    input: NOTHING,
    output: answer<CredentialsView>(),
    needs: { permission: 'credentials', fleet: 'all' },
    offline: true,
  },
  setCredential: {
    summary: 'Seals a password and keeps it under a name.',
    method: 'PUT',
    path: 'credentials/:name',
    input: input({ name: TEXT, secret: TEXT }, 'name', 'secret'),
    output: answer<{ readonly name: string }>(),
    needs: { permission: 'credentials', fleet: 'all' },
    audit: 'itself',
    offline: true,
  },
  removeCredential: {
    summary: 'Forgets a password.',
    method: 'DELETE',
    path: 'credentials/:name',
    input: input({ name: TEXT }, 'name'),
    output: answer<{ /** False: there was none. */ readonly removed: boolean }>(),
    needs: { permission: 'credentials', fleet: 'all' },
    audit: 'itself',
    offline: true,
  },

  auditReads: {
    summary: 'Who read what and who was not let in, newest first, as far back as such rows are kept.',
    method: 'GET',
    path: 'audit/reads',
    input: input({
      device: TEXT,
      limit: LIMIT,
      actor: TEXT,
      operation: TEXT,
      since: MOMENT,
      until: MOMENT,
      cursor: CURSOR,
    }),
    output: answer<AccessesView>(),
    needs: { permission: 'audit.read', device: 'device' },
    offline: true,
  },
  me: {
    summary: 'Who you are here, what you may do to which devices, and until when.',
    method: 'GET',
    path: 'access/me',
    input: NOTHING,
    output: answer<MeView>(),
    needs: { permission: null },
    offline: false,
  },
  login: {
    summary: 'With which identity providers one logs in, and what a client asks them for.',
    method: 'GET',
    path: 'login',
    input: NOTHING,
    output: answer<LoginView>(),
    needs: { permission: null },
    open: true,
    offline: false,
  },

  device: {
    summary: 'One device with what is declared of it, its plan, its drift and its last attempts.',
    method: 'GET',
    path: 'devices/:device',
    input: input({ device: TEXT }, 'device'),
    output: answer<DeviceDetail>(),
    needs: { permission: 'fleet.read', device: 'device' },
    offline: false,
  },
  events: {
    summary: 'What happens: visits, plans, drift, attempts, rollouts and health, from now on or after an event.',
    method: 'GET',
    path: 'events',
    input: input({ after: TEXT }),
    output: answer<EventView>(),
    needs: { permission: 'fleet.read' },
    offline: false,
    stream: true,
  },
  startDiagnostic: {
    summary: 'Has a router try something: a ping, a traceroute, a name, a bandwidth test to another device.',
    method: 'POST',
    path: 'devices/:device/diagnostics',
    input: input(DIAGNOSTIC_FIELDS, 'device', 'kind', 'target'),
    output: answer<DiagnosticView>(),
    needs: { permission: 'device.diagnose', device: 'device' },
    offline: false,
  },
  diagnostic: {
    summary: 'A diagnostic with what came of it so far.',
    method: 'GET',
    path: 'diagnostics/:diagnostic',
    input: input({ diagnostic: TEXT }, 'diagnostic'),
    output: answer<DiagnosticView>(),
    needs: { permission: 'device.diagnose' },
    offline: false,
  },
  diagnosticEvents: {
    summary: 'What comes of a diagnostic, as it comes.',
    method: 'GET',
    path: 'diagnostics/:diagnostic/events',
    input: input({ diagnostic: TEXT, after: TEXT }, 'diagnostic'),
    output: answer<DiagnosticEvent>(),
    needs: { permission: 'device.diagnose' },
    offline: false,
    stream: true,
  },
  cancelDiagnostic: {
    summary: 'Ends a diagnostic: no request of it is begun any more, and the router soon is at nothing of it.',
    method: 'DELETE',
    path: 'diagnostics/:diagnostic',
    input: input({ diagnostic: TEXT }, 'diagnostic'),
    output: answer<DiagnosticView>(),
    needs: { permission: 'device.diagnose' },
    offline: false,
  },
} as const satisfies Readonly<Record<string, Operation>>;

type Table = typeof OPERATIONS;

/** What an operation is called. */
export type OperationName = keyof Table;

/** Those that the store alone answers. */
export type OfflineName = {
  [Name in OperationName]: Table[Name]['offline'] extends true ? Name : never;
}[OperationName];

/** Those that answer with a stream of events. */
export type StreamName = {
  [Name in OperationName]: Table[Name] extends { readonly stream: true } ? Name : never;
}[OperationName];

/** Those that answer once. */
export type AnswerName = Exclude<OperationName, StreamName>;

/** What a client gives. */
export type InputOf<Name extends OperationName> = Given<Table[Name]['input']>;

/** What `run` gets. */
export type CheckedInput<Name extends OperationName> = Checked<Table[Name]['input']>;

/** What comes back, or each event of a stream. */
export type OutputOf<Name extends OperationName> = Table[Name]['output'] extends Answer<infer View> ? View : never;
