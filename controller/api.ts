import { fleetPlanIdOf, maskPlan, renderPlanCommands, renderPlanText, type PlanId } from '#differ';
import { Failure } from '#routeros';
import { groupOf, type CurrentPlan } from './reconcile/group.ts';
import { forgetSecret } from './credentials/index.ts';
import { statusOf } from './reconcile/outcome.ts';
import type { Fleet } from './reconcile/fleet.ts';
import type { VisitReport } from './reconcile/report.ts';
import type { Clock, DeviceName, Store } from './ports.ts';
import type { DeviceView, HistoryView, PlansView, PlanView, ReconcileView, StatusView } from './views.ts';

/** What the door on the control socket needs of the controller. */
export interface Api {
  readonly clock: Clock;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly startedAt: number;
  readonly holder: string;
  visitOf(device: DeviceName): VisitReport | null;
  /** Reads the source and visits devices now; all when none are named. */
  reconcile(devices: readonly DeviceName[]): Promise<void>;
  /** Seals and stores a secret under a bare name. @throws {Failure} when there is no key to seal with. */
  setSecret(name: string, secret: string, actor: string): Promise<void>;
}

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
      return await api.store.drift.listOpen();
    case 'GET history/:name':
      return await historyView(api, known(api, device ?? ''), limit);
    case 'GET audit':
      return {
        records: await api.store.audit.list(auditFilter(request.query, limit)),
        brokenAt: await api.store.audit.verify(),
      };
    case 'POST reconcile':
      return await reconcile(api, request);
    case 'PUT freeze':
      return await freeze(api, request);
    case 'DELETE freeze':
      return await unfreeze(api, request);
    case 'GET credentials':
      return await api.store.secrets.list();
    case 'PUT credentials/:name':
      await api.setSecret(device ?? '', text(request.body, 'secret'), request.actor);
      return { name: device };
    case 'DELETE credentials/:name':
      return { removed: await forgetSecret(api.store, device ?? '', { actor: request.actor, at: api.clock.now() }) };
    default:
      return undefined;
  }
}

async function statusView(api: Api): Promise<StatusView> {
  const devices = await deviceViews(api);
  const { fleet, store, clock } = api;
  return {
    now: clock.now(),
    startedAt: api.startedAt,
    controller: api.holder,
    frozen: await store.freeze.get(),
    source: {
      name: fleet.source,
      revision: fleet.revision,
      acceptedAt: fleet.acceptedAt,
      readAt: fleet.readAt,
      fault: fleet.fault,
    },
    devices,
  };
}

async function deviceViews(api: Api): Promise<readonly DeviceView[]> {
  const records = new Map((await api.store.devices.list()).map((record) => [record.name, record]));
  const drifted = new Set((await api.store.drift.listOpen()).map((drift) => drift.device));
  return api.fleet.devices().map((name): DeviceView => {
    const target = api.fleet.targetOf(name);
    const visit = api.visitOf(name);
    const record = records.get(name);
    const status =
      visit === null
        ? {
            ready: 'Unknown',
            reconciling: true,
            stalled: false,
            reason: 'NotVisitedYet',
            message: 'waiting for its first visit',
          }
        : statusOf(visit.outcome);
    return {
      name,
      environment: target?.environment ?? '',
      site: target?.site ?? null,
      address: target?.address.href ?? '',
      serial: record?.serial ?? null,
      ...status,
      planId: visit?.outcome.kind === 'Waiting' ? visit.outcome.planId : null,
      drifted: drifted.has(name),
      lastVisitAt: visit?.at ?? null,
      nextVisitAt: visit?.nextAt ?? null,
      confirmedAt: record?.confirmedAt ?? null,
    };
  });
}

async function planViews(api: Api): Promise<PlansView> {
  const current = await currentPlans(api);
  const plans = current.map(({ id, device, plan, readAt, offline }) => ({
    id,
    device,
    changes: plan.changes.length,
    readAt,
    offline,
    waitingFor: waitingFor(api, device),
  }));
  const fleetPlanId =
    plans.length === 0 ? null : fleetPlanIdOf(plans.map(({ id, device }) => ({ device, planId: id })));
  return { fleetPlanId, plans, groups: groupOf(current) };
}

/** Of offline devices, what would be done from their last read. */
async function currentPlans(
  api: Api,
): Promise<readonly (CurrentPlan & { readonly id: PlanId; readonly readAt: number })[]> {
  const stored = await api.store.plans.listCurrent();
  return api.fleet.devices().flatMap((device) => {
    const outcome = api.visitOf(device)?.outcome;
    const offline = outcome?.kind === 'Deferred';
    if (offline && outcome.preview !== null)
      return [
        { device, offline, id: outcome.preview.planId, plan: outcome.preview.plan, readAt: outcome.preview.readAt },
      ];
    const record = stored.find((plan) => plan.device === device);
    return record === undefined
      ? []
      : [{ device, offline, id: record.id, plan: record.plan, readAt: record.createdAt }];
  });
}

function waitingFor(api: Api, device: DeviceName): readonly string[] {
  const outcome = api.visitOf(device)?.outcome;
  if (outcome?.kind === 'Deferred') return [statusOf(outcome).message];
  return outcome?.kind === 'Waiting' ? outcome.reasons.map((reason) => reason.message) : [];
}

async function planView(api: Api, idOrDevice: string): Promise<PlanView> {
  const current = await api.store.plans.listCurrent();
  const record =
    current.find((plan) => plan.device === idOrDevice) ??
    current.find((plan) => plan.id === idOrDevice || plan.id.startsWith(`sha256:${idOrDevice}`)) ??
    (idOrDevice.startsWith('sha256:') ? await api.store.plans.get(idOrDevice as PlanId) : null);
  if (record === null)
    throw new Failure('NotFound', `There is no plan ${idOrDevice}. "rosctl plans list" shows those there are.`);
  return {
    id: record.id,
    device: record.device,
    revision: record.revision,
    createdAt: record.createdAt,
    supersededAt: record.supersededAt,
    plan: maskPlan(record.plan),
    text: renderPlanText(record.plan, { colour: false }),
    commands: renderPlanCommands(record.plan),
    waitingFor: waitingFor(api, record.device),
  };
}

async function historyView(api: Api, device: DeviceName, limit: number): Promise<HistoryView> {
  const attempts = await api.store.attempts.list(device, limit);
  return {
    attempts: attempts.map(({ payload, ...attempt }) => ({
      ...attempt,
      changes: payload.plan.changes.length,
      tier: payload.tier,
      revision: payload.revision,
      text: renderPlanText({ ...payload.plan, extras: [] }, { colour: false }),
    })),
    health: await api.store.health.list(device, limit),
  };
}

async function reconcile(api: Api, request: ApiRequest): Promise<ReconcileView> {
  const devices = ((request.body as { devices?: readonly string[] } | null)?.devices ?? []).map((device) =>
    known(api, device),
  );
  await api.reconcile(devices);
  return {
    revision: api.fleet.revision,
    fault: api.fleet.fault,
    devices: devices.length === 0 ? api.fleet.devices() : devices,
  };
}

async function freeze(api: Api, request: ApiRequest): Promise<unknown> {
  const record = { by: request.actor, reason: text(request.body, 'reason'), since: api.clock.now() };
  await api.store.transaction(async (records) => {
    await records.freeze.set(record);
    await records.audit.append(auditOf(api, request, 'freeze.on', { reason: record.reason }));
  });
  return record;
}

async function unfreeze(api: Api, request: ApiRequest): Promise<unknown> {
  await api.store.transaction(async (records) => {
    await records.freeze.set(null);
    await records.audit.append(auditOf(api, request, 'freeze.off', {}));
  });
  await api.reconcile([]);
  return { frozen: false };
}

function auditOf(api: Api, request: ApiRequest, action: string, detail: Record<string, unknown>) {
  return { at: api.clock.now(), correlationId: '', actor: request.actor, action, device: null, detail };
}

function known(api: Api, device: string): DeviceName {
  if (api.fleet.targetOf(device) !== null) return device;
  throw new Failure('NotFound', `There is no device ${device} in the fleet. "rosctl devices" shows those there are.`);
}

function auditFilter(query: URLSearchParams, limit: number): { readonly device?: DeviceName; readonly limit: number } {
  const device = query.get('device');
  return device === null ? { limit } : { device, limit };
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
