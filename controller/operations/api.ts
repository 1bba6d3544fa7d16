import { Failure } from '#failure';
import { approvableView } from './approvable.ts';
import { markOf } from '../records/audit-mark.ts';
import { forgetSecret } from '../credentials/index.ts';
import { deviceViews, type QueryContext } from './device-views.ts';
import { deviceIn, missingDevice } from './known-device.ts';
import { endFreeze, freezeWrites, type OperatorAction } from './freeze.ts';
import { planView, planViews } from './plan-views.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { AuditMark } from '../records/audit.ts';
import type { VisitReport } from '../observed/report.ts';
import type { FreezeRecord } from '../records/freeze.ts';
import { actOnRollout } from '../rollouts/actions.ts';
import { rolloutActOf } from '../rollouts/requests.ts';
import { openRollouts, rolloutView, rolloutViews, viewOf, type RolloutView } from './rollout-views.ts';
import { auditView, driftView, historyView } from './trail-views.ts';
import { signersView, trustView } from './trust-views.ts';
import type { ReconcileView, StatusView } from './views.ts';

/** What the door on the control socket needs of the controller. */
export interface Api extends QueryContext {
  readonly startedAt: Instant;
  readonly holder: string;
  /** The controller that leads, as far as is known; null: it is not. */
  leader(): string | null;
  /** The last visit that this controller made itself since it began to lead. */
  visitOf(device: DeviceName): VisitReport | null;
  /** Reads the source and visits devices now; all when none are named. @throws {Failure} `NotLeading` */
  reconcile(devices: readonly DeviceName[]): Promise<void>;
  /** Says where trust in the source begins. @throws {Failure} `BadRequest`, `NotLeading` and those of reading the source. */
  trustInit(commit: string, actor: string): Promise<void>;
  /** Revokes a key at once. @returns false when it was revoked already. */
  revoke(key: string, reason: string, actor: string): Promise<boolean>;
  /** A person changed a rollout: it is taken forward now. */
  wakeRollouts(): void;
  /** Seals and stores a secret under a bare name. @throws {Failure} when there is no key to seal with. */
  setSecret(name: string, secret: string, actor: string): Promise<void>;
}

/** One request on the control socket, read and parsed. `actor` is the operator for the audit: `operator:alice`. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly actor: string;
}

/** Answers one request of rosctl. undefined: no such thing. @throws {Failure} when it cannot be done, with the reason. */
export async function handle(api: Api, request: ApiRequest): Promise<unknown> {
  const [, version, resource = '', name] = request.path.split('/');
  if (version !== 'v1') return undefined;
  const route = `${request.method} ${resource}${name === undefined ? '' : '/:name'}`;
  const limit = limitOf(request.query);
  const device = name === undefined ? null : decodeURIComponent(name);
  switch (route) {
    case 'GET status':
      return await statusView(api);
    case 'GET devices':
      return await deviceViews(api);
    case 'GET plans':
      return await planViews(api);
    case 'GET plans/:name':
      return await planView(api, device ?? '');
    case 'GET drift':
      return await driftView(api, request.query.get('device'));
    case 'GET history/:name':
      return await historyView(api, device ?? '', limit);
    case 'GET audit':
      return await auditView(api, request.query.get('device'), limit, keptIn(request.query));
    case 'POST reconcile':
      return await reconcile(api, request);
    case 'PUT freeze':
      return await freeze(api, request);
    case 'DELETE freeze':
      return await unfreeze(api, request);
    case 'GET rollouts':
      return await rolloutViews(api, limit);
    case 'GET rollouts/:name':
      return await rolloutView(api, device ?? '');
    case 'POST rollouts/:name':
      return await rolloutAct(api, device ?? '', request);
    case 'GET trust':
      return await trustView(api);
    case 'POST trust':
      await api.trustInit(text(request.body, 'commit'), request.actor);
      return await trustView(api);
    case 'GET approvable/:name':
      return await approvableView(api, device ?? '');
    case 'GET signers':
      return await signersView(api);
    case 'POST revocations': {
      const revoked = await api.revoke(text(request.body, 'key'), text(request.body, 'reason'), request.actor);
      return { revoked };
    }
    case 'GET credentials':
      return await api.store.secrets.list();
    case 'PUT credentials/:name':
      await api.setSecret(device ?? '', text(request.body, 'secret'), request.actor);
      return { name: device };
    case 'DELETE credentials/:name':
      return { removed: await forgetSecret(api.store, device ?? '', actOf(api, request)) };
    default:
      return undefined;
  }
}

async function statusView(api: Api): Promise<StatusView> {
  const devices = await deviceViews(api);
  const { fleet, store, clock } = api;
  const leader = api.leader();
  const { control = null, disregarded = [] } = fleet.sourceStatus() ?? {};
  return {
    now: clock.now(),
    startedAt: api.startedAt,
    controller: api.holder,
    ...(leader === null || leader === api.holder ? {} : { leader }),
    frozen: await store.freeze.get(),
    source: {
      name: fleet.source,
      revision: fleet.revision,
      acceptedAt: fleet.acceptedAt,
      readAt: fleet.readAt,
      fault: fleet.fault,
      control: control === null ? null : { id: control.plan.id, reasons: control.reasons },
      disregarded,
    },
    rollouts: await openRollouts(api),
    devices,
  };
}

async function rolloutAct(api: Api, id: string, request: ApiRequest): Promise<RolloutView> {
  const rollout = await actOnRollout(api.store, api.fleet.source, id, rolloutActOf(request.body), actOf(api, request));
  api.wakeRollouts();
  return viewOf(rollout, api.clock.now());
}

async function reconcile(api: Api, request: ApiRequest): Promise<ReconcileView> {
  const devices = ((request.body as { devices?: readonly string[] } | null)?.devices ?? []).map((device) =>
    inFleet(api, device),
  );
  await api.reconcile(devices);
  return {
    revision: api.fleet.revision,
    fault: api.fleet.fault,
    devices: devices.length === 0 ? api.fleet.devices() : devices,
  };
}

async function freeze(api: Api, request: ApiRequest): Promise<FreezeRecord> {
  return await freezeWrites(api.store, text(request.body, 'reason'), actOf(api, request));
}

async function unfreeze(api: Api, request: ApiRequest): Promise<unknown> {
  await endFreeze(api.store, actOf(api, request));
  if (api.leader() === api.holder) await api.reconcile([]);
  return { frozen: false };
}

function actOf({ clock }: Api, { actor }: ApiRequest): OperatorAction {
  return { actor, at: clock.now() };
}

function inFleet({ fleet }: Api, device: string): DeviceName {
  if (deviceIn(fleet, device)) return device;
  throw missingDevice(device, fleet.devices(), fleet);
}

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? '50');
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new Failure('BadRequest', 'limit must be a whole number from 1 to 10000.');
  return limit;
}

function text(body: unknown, field: string): string {
  const value = (body as Record<string, unknown> | null)?.[field];
  if (typeof value !== 'string' || value === '') throw new Failure('BadRequest', `The field ${field} is missing.`);
  return value;
}

/** What somebody kept of the audit chain. @throws {Failure} `BadRequest` */
function keptIn(query: URLSearchParams): AuditMark | null {
  const text = query.get('kept');
  if (text === null) return null;
  const kept = markOf(text);
  if (kept === null) throw new Failure('BadRequest', 'What was kept of the audit chain is written NUMBER:HASH.');
  return kept;
}
