import { Failure } from '#failure';
import { allowedTools } from '../desired/capabilities.ts';
import { requestOf } from '../diagnose/request.ts';
import type { Principal } from '../access/principal.ts';
import { devicesOf, type DiagnosticRecord, type DiagnosticRequest } from '../records/diagnostics.ts';
import { mustBeAllowed } from './allowed.ts';
import { askerOf } from './asker.ts';
import type { OperationContext } from './context.ts';
import { deviceIn, missingDevice } from './known-device.ts';
import type { StreamEvent } from './operation.ts';
import type { Sight } from '../access/sight.ts';
import type { CheckedInput } from './table.ts';
import type { DiagnosticEvent, DiagnosticView } from './diagnostic-view.ts';

type Context = Pick<OperationContext, 'fleet' | 'diagnostics' | 'clock'>;

/** Has a router try something. @throws {Failure} before anything is sent or stored, where it may not be. */
export async function startDiagnostic(
  context: Context,
  principal: Principal,
  { device, join = false, ...asked }: CheckedInput<'startDiagnostic'>,
): Promise<DiagnosticView> {
  const request = requestOf(asked);
  const wanted = { device, request };
  mustBeIn(context, wanted);
  mustStillBeAllowed(context, principal, wanted);
  const begun = {
    ...wanted,
    asker: askerOf(principal),
    expiresAt: principal.expiresAt ?? null,
    mustStillBeAllowed: () => rightGone(() => mustStillBeAllowed(context, principal, wanted)),
  };
  return viewOf(await (join ? context.diagnostics.startOrJoin(begun) : context.diagnostics.start(begun)));
}

/** One diagnostic with what came of it so far. @throws {Failure} `NotFound` also for those of devices not seen. */
export async function diagnosticView(context: Context, principal: Principal, id: string): Promise<DiagnosticView> {
  return viewOf(await known(context, principal, id));
}

/** No request of it is begun any more. */
export async function cancelDiagnostic(context: Context, principal: Principal, id: string): Promise<DiagnosticView> {
  await context.diagnostics.cancel(await known(context, principal, id), askerOf(principal));
  return await diagnosticView(context, principal, id);
}

/** Diagnostics as somebody may see them: of devices that they do not see, one of which is enough, there are none. */
export function scopedDiagnostics(
  diagnostics: OperationContext['diagnostics'],
  { sees }: Pick<Sight, 'sees'>,
): OperationContext['diagnostics'] {
  return {
    start: async (wanted) => await diagnostics.start(wanted),
    startOrJoin: async (wanted) => await diagnostics.startOrJoin(wanted),
    cancel: async (diagnostic, asker) => await diagnostics.cancel(diagnostic, asker),
    news: async (signal) => await diagnostics.news(signal),
    async get(id) {
      const found = await diagnostics.get(id);
      return found !== null && devicesOf(found).every(sees) ? found : null;
    },
  };
}

/** What comes of one, from the beginning or after the step that `after` numbers, until it has ended. */
export async function followDiagnostic(
  context: Context,
  principal: Principal,
  { diagnostic, after = '0' }: CheckedInput<'diagnosticEvents'>,
  signal: AbortSignal,
): Promise<AsyncIterable<StreamEvent<DiagnosticEvent>>> {
  await known(context, principal, diagnostic);
  return eventsOf(context, principal, diagnostic, /^\d{1,4}$/.test(after) ? Number(after) : 0, signal);
}

async function* eventsOf(
  context: Context,
  principal: Principal,
  id: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent<DiagnosticEvent>> {
  let told = after;
  let state: DiagnosticRecord['state'] | null = null;
  while (!signal.aborted) {
    const { steps, ...diagnostic } = viewOf(await known(context, principal, id));
    for (; told < steps.length; told += 1) {
      const step = steps[told];
      if (step !== undefined) yield { id: String(told + 1), data: { event: 'step', number: told + 1, step } };
    }
    if (diagnostic.state !== state) yield { id: String(told), data: { event: 'state', diagnostic } };
    ({ state } = diagnostic);
    if (diagnostic.endedAt !== null) return;
    await context.diagnostics.news(signal).catch(() => {});
  }
}

async function known(context: Context, principal: Principal, id: string): Promise<DiagnosticRecord> {
  const found = await context.diagnostics.get(id);
  if (found === null) throw new Failure('NotFound', `There is no diagnostic ${JSON.stringify(id)}.`);
  mustHave(principal, found);
  return found;
}

type OnDevices = Pick<DiagnosticRecord, 'device' | 'request'>;

function mustBeIn({ fleet }: Context, wanted: OnDevices): void {
  for (const device of devicesOf(wanted))
    if (!deviceIn(fleet, device)) throw missingDevice(device, fleet.devices(), fleet);
  const [device, other] = devicesOf(wanted);
  if (device === other) throw new Failure('BadRequest', 'target must be another device than the one that measures.');
}

/** @throws {Failure} `NotAllowed`, `ToolRefused`; asked again before each request. */
function mustStillBeAllowed({ fleet }: Context, principal: Principal, wanted: OnDevices): void {
  mustHave(principal, wanted);
  const tool = TOOLS[wanted.request.kind];
  for (const device of devicesOf(wanted)) {
    const spec = fleet.specOf(device);
    if (spec === undefined || !allowedTools(spec).includes(tool))
      throw new Failure('ToolRefused', `${device} does not allow ${tool}: spec.capabilities.tools does not name it.`);
  }
}

/** Who may not any more is told so: nobody refuses them a question. */
function rightGone(ask: () => void): void {
  try {
    ask();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'NotAllowed') throw error;
    throw new Failure('RightGone', error.message, { cause: error });
  }
}

const TOOLS = {
  ping: 'ping',
  traceroute: 'traceroute',
  resolve: 'resolve',
  bandwidth: 'bandwidthTest',
} as const satisfies Record<DiagnosticRequest['kind'], string>;

function mustHave(principal: Principal, wanted: OnDevices): void {
  const permission = wanted.request.kind === 'bandwidth' ? 'device.bandwidth' : 'device.diagnose';
  for (const needed of ['fleet.read', permission] as const) mustBeAllowed(principal, needed, devicesOf(wanted));
}

function viewOf(diagnostic: DiagnosticRecord): DiagnosticView {
  const { id, device, request, actor, askedAt, startedAt, endedAt, state, reason, steps, cancelledBy } = diagnostic;
  return { id, device, request, state, reason, askedBy: actor, askedAt, startedAt, endedAt, cancelledBy, steps };
}
