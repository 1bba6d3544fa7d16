import { type DesiredState, driftOf } from '#differ';
import type { MenuPath } from '#routeros';
import { readTraces } from '../device/drift-traces.ts';
import { bothSuspicions, suspicionOf } from '../policy/attribution.ts';
import type { Instant } from '../ports.ts';
import type { DeviceRecord } from '../records/devices.ts';
import { digestOf } from '../records/digest.ts';
import type { DriftRecord, NotedDrift, Suspicion } from '../records/drift.ts';
import type { PassContext } from './pass-context.ts';

/**
 * Who did what drifted, menu by menu. What was noted of drift that is there still stays; of the rest the router is
 * asked, for the time since it was last seen without.
 */
export async function driftSuspicions(
  pass: PassContext,
  known: DeviceRecord,
  base: DesiredState,
  entries: readonly NotedDrift[],
  open: DriftRecord | null,
): Promise<readonly Suspicion[]> {
  const noted = new Map(open?.suspicions?.map((suspicion) => [suspicion.menu, suspicion]));
  const old = digestsOf(open?.entries ?? []);
  const menus = [...new Set(entries.map(({ menu }) => menu))];
  const grown = menus.filter(
    (menu) =>
      !noted.has(menu) || [...digestsOf(entries.filter((each) => each.menu === menu))].some((each) => !old.has(each)),
  );
  if (grown.length === 0) return menus.flatMap((menu) => noted.get(menu) ?? []);
  const sinceOf = lastSeen(pass, known, base, open);
  const traces = await readTraces(pass.session, pass.ports.clock, pass.signal);
  return menus.flatMap((menu): readonly Suspicion[] => {
    const before = noted.get(menu);
    if (before !== undefined && !grown.includes(menu)) return [before];
    const found = suspicionOf(menu, traces, sinceOf(menu), pass.user);
    return [before === undefined ? found : bothSuspicions(before, found)];
  });
}

/** Says since when what drifted in a menu and was not noted yet can have come; null: nobody knows. */
function lastSeen(
  { ports, target }: PassContext,
  { confirmedAt }: DeviceRecord,
  base: DesiredState,
  open: DriftRecord | null,
): (menu: MenuPath) => Instant | null {
  const noted = new Set(open?.entries.map(({ menu }) => menu));
  const read = ports.memory.get(target.name)?.lastRead ?? null;
  const isNewest =
    read !== null && read.from > (confirmedAt ?? 0) && Object.keys(base.menus).every((menu) => menu in read.live.menus);
  if (!isNewest) return (menu) => (noted.has(menu) ? (open?.firstSeenAt ?? null) : confirmedAt);
  const drifted = new Set(
    driftOf(base, read.live)
      .filter(({ tolerated }) => tolerated !== true)
      .map(({ menu }) => menu),
  );
  // What was there already and was not noted was ignored then.
  return (menu) => (!drifted.has(menu) || noted.has(menu) ? read.from : null);
}

function digestsOf(entries: readonly NotedDrift[]): ReadonlySet<string> {
  const of = ({ class: kind, menu, match, desired, live }: NotedDrift): unknown => ({
    kind,
    menu,
    match,
    desired,
    live,
  });
  return new Set(entries.map((entry) => digestOf(of(entry))));
}
