import { getHeapStatistics } from 'node:v8';
import { makePlan, planIdOf, type LiveState, type Plan, type PlanBody, type PlanId, type SecretTerms } from '#differ';
import type { Failure } from '#failure';
import { menuOf, type MenuPath } from '#routeros';
import { secretReasons } from '../policy/own-secrets.ts';
import type { DeviceIdentity } from '../device/identity.ts';
import type { Outcome } from '../observed/outcome.ts';
import type { GateFacts } from '../gates/gates.ts';
import { waitingFactsOf } from '../gates/between-visits.ts';
import { driftScope } from './drift-scope.ts';
import { offlineFacts } from './gate-facts.ts';
import type { Instant } from '../ports.ts';
import type { Ports } from './ports.ts';
import { bodyOf } from './plan-body.ts';
import type { Target } from '../fleet/target.ts';
import { remember, type Memory } from '../observed/memory.ts';

/** Of the heap, what the last reads of all devices may take. */
const SHARE_OF_HEAP = 1 / 8;

/** Keeps what a device held, in memory only, for the time when it does not answer. */
export function rememberRead(
  ports: Ports,
  target: Target,
  live: LiveState,
  identity: DeviceIdentity,
  from: Instant,
  { because }: SecretTerms,
): void {
  const whole = Object.keys(target.desired.menus) as MenuPath[];
  const lastRead = { live, whole, identity, unreadable: because, from, at: ports.clock.now(), bytes: bytesOf(live) };
  remember(ports.memory, target.name, { lastRead });
  forgetLargest(ports.memory, getHeapStatistics().heap_size_limit * SHARE_OF_HEAP);
}

/** The device catches up by itself; meanwhile people see what would be done, from its last read. */
export async function deferred(ports: Ports, target: Target, failure: Failure): Promise<Outcome> {
  const planned = await plannedOnLastRead(ports, target);
  const { readAt } = planned;
  if (planned.is !== 'planned') return { kind: 'Deferred', failure, readAt, preview: null };
  const { planId, body, plan, facts } = planned;
  const preview = {
    planId,
    body,
    plan,
    revision: target.revision,
    readAt: planned.readAt,
    facts: waitingFactsOf(facts),
  };
  return { kind: 'Deferred', failure, readAt, preview };
}

/** What would be done to a device as it was when it was last read. */
export type PlannedOnLastRead =
  /**
   * Nobody can tell: not all that is desired of it was read since the controller began to lead. `lacking`: what it takes to
   * know.
   */
  | { readonly is: 'unread'; readonly readAt: null; readonly lacking: readonly MenuPath[] }
  /** It holds all that is desired. */
  | { readonly is: 'nothing'; readonly readAt: Instant }
  | {
      readonly is: 'planned';
      readonly readAt: Instant;
      readonly planId: PlanId;
      readonly body: PlanBody;
      readonly plan: Plan;
      /** Its management path is proven when it is read again. */
      readonly facts: GateFacts;
    };

/**
 * Plans a device from its last read, as a visit would; nothing is stored, and the router is not asked. @param target
 * what is desired of it now, or would be. @param more menus that were read beside it.
 */
export async function plannedOnLastRead(
  ports: Ports,
  target: Target,
  more: LiveState['menus'] = {},
): Promise<PlannedOnLastRead> {
  const unread = { is: 'unread', readAt: null, lacking: [] } as const;
  const lastRead = ports.memory.get(target.name)?.lastRead;
  if (lastRead === null || lastRead === undefined) return unread;
  const { desired, terms } = await ports.secretsOf(target);
  // Of a menu that comes with a package which the router does not have, nothing is ever read.
  const declared = Object.keys(desired.menus) as MenuPath[];
  const known = { ...lastRead.live, menus: { ...more, ...lastRead.live.menus } };
  const lacking = declared.filter((menu) => !(menu in known.menus) && menuOf(menu).comesWith === undefined);
  if (lacking.length > 0) return { ...unread, lacking };
  const record = await ports.store.devices.get(target.name);
  const { identity, unreadable } = lastRead;
  const live: LiveState = known;
  const { version } = identity;
  const secrets = { ...terms, because: terms.because ?? unreadable };
  const whole = { desired, base: record?.base ?? null, live, frozen: record?.frozen ?? [], version, secrets };
  const { input, plan, driftOnly } = await driftScope({ ports, target, identity }, record, whole, makePlan(whole));
  if (secretReasons(plan, ports.ownSecrets).length > 0) return unread;
  const readAt = lastRead.at;
  if (plan.changes.length === 0) return { is: 'nothing', readAt };
  const body = bodyOf({ ports, target, identity }, plan, record);
  const planId = planIdOf(body);
  const recorded = { id: planId, plan, body, input, plannedAt: readAt, driftOnly };
  const facts = await offlineFacts({ ports, target, identity }, record, recorded);
  return { is: 'planned', readAt, planId, body, plan, facts };
}

/**
 * Forgets the largest reads until the others take no more than `most` bytes: one router with many rows costs no other
 * its preview.
 */
export function forgetLargest(memory: Memory, most: number): void {
  let bytes = 0;
  for (const { lastRead } of memory.values()) bytes += lastRead?.bytes ?? 0;
  if (bytes <= most) return;
  const bySize = [...memory].toSorted(
    ([, one], [, other]) => (other.lastRead?.bytes ?? 0) - (one.lastRead?.bytes ?? 0),
  );
  for (const [device, known] of bySize) {
    if (bytes <= most) return;
    bytes -= known.lastRead?.bytes ?? 0;
    memory.set(device, { ...known, lastRead: null });
  }
}

const BYTES_OF_ROW = 56;
const BYTES_OF_FIELD = 40;

/** About what rows take in memory; their names are shared. */
function bytesOf({ menus, namers = {} }: LiveState): number {
  let bytes = 0;
  const named = Object.values(namers).map(({ rows }) => rows ?? []);
  for (const rows of [...Object.values(menus), ...named]) {
    for (const row of rows) {
      bytes += BYTES_OF_ROW;
      for (const name in row) bytes += BYTES_OF_FIELD + (row[name]?.length ?? 0);
    }
  }
  return bytes;
}
