import { type Door, DoorError, type Tool } from '#mcp';
import { type Check, ok, problem, unknown, warning } from '../doctor/check.ts';

/** Whose tools are counted, and how far it is looked. */
export interface Checked {
  readonly door: Door;
  /** Of whom one comes through it. */
  readonly place: string;
  /** Those that are offered. */
  readonly tools: readonly Tool[];
  readonly signal: AbortSignal;
}

/** So many routers are asked whether a read user reads them; all of a large fleet would take too long. */
const ROUTERS = 12;
const AT_ONCE = 4;

/** What works of an MCP server that would be started so, and what is missing. */
export async function checksOf(checked: Checked): Promise<readonly Check[]> {
  const { door, place, tools, signal } = checked;
  try {
    const { actor, may } = await door.ask('me', {}, signal);
    const devices = [...new Set(may.flatMap((each) => each.devices))];
    const permissions = new Set(may.flatMap((each) => each.permissions));
    const there = tools.filter((tool) => tool.asks.every((name) => door.has(name)));
    const listed = there.filter((tool) => permissions.has(tool.permission));
    const lacking = [...new Set(there.map((tool) => tool.permission))].filter((each) => !permissions.has(each));
    return [
      ok('way', `${place} answers`),
      ok('who', `${actor}, with ${[...permissions].toSorted().join(', ') || 'no rights'}`),
      devicesCheck(
        devices,
        may.some(({ all }) => all),
      ),
      toolsCheck(listed.length, tools.length, lacking),
      await readersCheck(checked, devices),
      await proposalsCheck(checked, permissions.has('change.propose')),
    ];
  } catch (error) {
    if (!(error instanceof DoorError)) throw error;
    return [refusedBy('way', error)];
  }
}

/** @param lacking the permissions that others of those chosen would need */
function toolsCheck(listed: number, chosen: number, lacking: readonly string[]): Check {
  const others = lacking.length === 0 ? '' : `; others need ${lacking.toSorted().join(', ')}`;
  if (listed > 0) return ok('tools', `${String(listed)} are listed of ${String(chosen)} that were chosen${others}`);
  const next = 'see --role, --toolsets and --tools, and what the access file gives';
  return problem('tools', `none is listed of ${String(chosen)} that were chosen${others}`, next);
}

function devicesCheck(devices: readonly string[], all: boolean): Check {
  const shown = devices.slice(0, 5).join(', ') + (devices.length > 5 ? ', …' : '');
  if (devices.length > 0) return ok('devices', `${String(devices.length)}${all ? ', all there are' : ''}: ${shown}`);
  return all
    ? warning('devices', 'the fleet has none yet')
    : problem('devices', 'none is seen', 'see --devices, and what the access file gives');
}

async function readersCheck({ door, signal }: Checked, devices: readonly string[]): Promise<Check> {
  const waiting = devices.slice(0, ROUTERS);
  const tried = waiting.length;
  if (tried === 0) return unknown('reads', 'there is no router to ask');
  const faults: { readonly device: string; readonly error: DoorError }[] = [];
  const askNext = async (): Promise<void> => {
    for (let device = waiting.shift(); device !== undefined; device = waiting.shift()) {
      try {
        const { stale } = await door.ask('menu', { device, menu: '/system/identity', maxAge: 60 }, signal);
        if (stale !== null) throw staleAnswer(stale);
      } catch (error) {
        if (!(error instanceof DoorError)) throw error;
        faults.push({ device, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askNext));
  const [first] = faults;
  const of = `${String(tried - faults.length)} of ${String(tried)} routers that were asked`;
  if (first === undefined) return ok('reads', `${of} are read by a read user`);
  const said = faults.length === tried ? problem : warning;
  const message = `${of} are read; ${first.device}: ${first.error.message}`;
  return said('reads', message, `rosctl doctor ${first.device}: ${first.error.failure.hint}`);
}

/** Older rows were told in place of the router's. */
function staleAnswer({ code, message }: { readonly code: string; readonly message: string }): DoorError {
  const hint = 'it says what the router refuses';
  const nothing = { retryAfterSeconds: null, correlationId: null, field: null };
  return new DoorError({ code, message, hint, retryable: true, status: 503, ...nothing });
}

async function proposalsCheck({ door, signal }: Checked, mayPropose: boolean): Promise<Check> {
  if (!door.has('proposeChange')) return unknown('proposals', 'there is no controller to keep them');
  if (!mayPropose) return ok('proposals', 'this role proposes nothing: --role with change.propose would');
  const proposals = await door.ask('proposals', { limit: 10 }, signal);
  const [newest] = proposals.filter(({ state }) => state === 'open' || state === 'kept');
  if (newest?.state === 'kept')
    return warning(
      'proposals',
      `${newest.id} is kept by the controller alone: it cannot write its branch`,
      'for a repository behind HTTPS give the controller ROUTEROS_GITOPS_GIT_WRITE_TOKEN, or apply its files by hand: rosctl proposals show',
    );
  const known =
    newest === undefined ? 'whether their branch can be written shows with the first' : `${newest.id} has its branch`;
  return ok('proposals', `may be made; ${known}`);
}

function refusedBy(check: string, { failure }: DoorError): Check {
  return problem(check, failure.message, failure.hint);
}
