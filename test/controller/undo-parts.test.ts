import { afterEach, describe, expect, it } from 'vitest';
import { makePlan, type LiveState, type Plan } from '#differ';
import { MAX_SCRIPT_BYTES, type Row } from '#routeros';
import { createClock } from '#simulator';
import { callerWith } from '#test/memory-console.ts';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';
import { armedNamesOf } from '../../controller/apply/token.ts';
import { partName, undoBytes, undoScripts, type UndoScripts } from '../../controller/apply/undo-script.ts';
import { undoRoomBytes } from '../../controller/policy/undo-room.ts';
import { Jobs } from '../../simulator/script/jobs.ts';
import { NO_PACE, type ScriptPace } from '../../simulator/script/run.ts';
import { SimulatedRouter } from '../../simulator/router.ts';

const LIST = '/ip/firewall/address-list';
const NAMES = armedNamesOf(`sha256:${'a'.repeat(64)}`, 1);
const CALLER = callerWith();
const VERSION = [7, 20, 8] as const;
const SPEED = 200;

let router: SimulatedRouter | null = null;
afterEach(async () => {
  await router?.close();
});

function startRouter(version = '7.20.8', scriptPace: ScriptPace = NO_PACE): SimulatedRouter {
  const facts = { name: 'r', serial: 'S', version, chr: false, tls: false, menus: {}, seenFrom: null };
  const latency = { perRequestMs: 0, perRowMs: 0 };
  router = new SimulatedRouter({
    facts,
    host: '127.0.0.1',
    port: 0,
    latency,
    scriptPace,
    clock: createClock(SPEED),
    identity: null,
  });
  return router;
}

function entries(count: number, more: Row = {}): readonly Row[] {
  return Array.from({ length: count }, (_, index) => ({
    list: 'blocked',
    address: `20.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    ...more,
  }));
}

function removing(live: readonly Row[]): Plan {
  const held = { [LIST]: list(declared(live), { unlisted: 'prune' }) };
  const none = { [LIST]: list([], { unlisted: 'prune' }) };
  return makePlan({ desired: desiredOf(none), base: desiredOf(held), live: liveOf({ [LIST]: live }) });
}

function adding(rows: readonly Row[], live: LiveState = liveOf({ [LIST]: [] })): Plan {
  return makePlan({ desired: desiredOf({ [LIST]: list(declared(rows)) }), base: null, live });
}

function seed(on: SimulatedRouter, rows: readonly Row[]): void {
  for (const row of rows) on.console.add(LIST, { ...row }, CALLER);
}

function addresses(on: SimulatedRouter): readonly string[] {
  return on
    .rows(LIST)
    .map((row) => `${row['list']} ${row['address']} ${row['comment'] ?? ''}`)
    .toSorted();
}

function arm(on: SimulatedRouter, undo: UndoScripts): void {
  const policy = 'read,write';
  for (const [index, source] of undo.parts.entries())
    on.console.add('/system/script', { name: partName(NAMES, index + 1), source, policy }, CALLER);
  on.console.add('/system/script', { name: NAMES.armed, source: undo.armed, policy }, CALLER);
  const entry = { 'start-date': '2026-11-21', 'start-time': 'startup', interval: '0s', policy };
  on.console.add('/system/scheduler', { name: NAMES.boot, 'on-event': undo.onStartup, ...entry }, CALLER);
}

function names(on: SimulatedRouter, path: string): readonly (string | undefined)[] {
  return on.rows(path).map((row) => row['name']);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the undo of many rows', () => {
  it('takes less than 40 bytes a row of list and address, in parts of at most 48 kB', () => {
    const undo = undoScripts(removing(entries(22_000, { disabled: 'false' })), NAMES, VERSION);
    expect(undo.parts.length).toBeLessThan(10);
    expect(undoBytes(undo) / 22_000).toBeLessThan(20);
    for (const part of undo.parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
  });

  it('is one condition where the list held nothing, whatever else the menu holds', () => {
    const live = liveOf({ [LIST]: [{ list: 'other', address: '192.0.2.1', disabled: 'false' }] });
    const undo = undoScripts(adding(entries(22_000), live), NAMES, VERSION);
    expect(undo.parts).toHaveLength(1);
    expect(undoBytes(undo)).toBeLessThan(1_000);
    expect(undo.parts[0]).toContain('find where list="blocked" and dynamic=no]; :if ([:len $rgIds] > 22000)');
  });

  it('says twins, constants and comments that differ as they were, below its size, with texts of any length', async () => {
    const live = entries(400).flatMap((row, index): readonly Row[] => [
      { ...row, comment: `${'long '.repeat(40)}${index}`, disabled: 'false' },
      ...(index % 50 === 0 ? [{ ...row, comment: 'twin', disabled: 'true' }] : []),
    ]);
    const undo = undoScripts(removing(live), NAMES, VERSION);
    for (const part of undo.parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
    const on = startRouter();
    seed(on, live);
    const before = addresses(on);
    for (const row of on.rows(LIST).slice(100, 300)) on.console.remove(LIST, row['.id'] ?? '', CALLER);
    for (const part of [...undo.parts, ...undo.parts])
      expect((await on.state.jobs.execute(part, CALLER, 'as-string')).ret).toBe('');
    expect(addresses(on)).toEqual(before);
  });

  it('is parsed by every version', () => {
    const plans = [removing(entries(20, { comment: 'a "b" $c', disabled: 'false' })), adding(entries(20))];
    for (const version of ['7.12.2', '7.16.2', '7.20.8', '7.24.0']) {
      const on = startRouter(version);
      for (const { armed, parts, onStartup } of plans.map((plan) => undoScripts(plan, NAMES, VERSION)))
        for (const source of [armed, ...parts, onStartup])
          expect((on.state.jobs as Jobs).parseReport(source)).toMatch(/^\(evl [^<%]*\)$/s);
    }
  });

  it('stays one script where rows are few, and lets somebody else remove the startup entry then', () => {
    const undo = undoScripts(removing(entries(3, { disabled: 'false' })), NAMES, VERSION);
    expect(undo.parts).toEqual([]);
    expect(undo.onStartup).toBe(`/system script run "${NAMES.armed}"`);
  });
});

describe('an undo in parts', () => {
  const PACE = { perStatementMs: 1, perRowReadMs: 0, perRowWrittenMs: 20 };

  it('is run to its end by the startup entry after a reboot in between, which is gone then', async () => {
    const on = startRouter('7.20.8', PACE);
    const live = entries(4000, { disabled: 'false' });
    seed(on, live);
    const before = addresses(on);
    const undo = undoScripts(removing(live), NAMES, VERSION);
    expect(undo.parts.length).toBeGreaterThan(1);
    arm(on, undo);
    for (const row of on.rows(LIST)) on.console.remove(LIST, row['.id'] ?? '', CALLER);
    await on.state.jobs.execute(`/system script run "${NAMES.armed}"`, CALLER, 'background');
    await until(() => on.rows(LIST).length > 2700);
    on.reboot();
    const half = on.rows(LIST).length;
    expect(half).toBeLessThan(4000);
    expect(names(on, '/system/scheduler')).toEqual([NAMES.boot]);
    await on.up();
    await until(() => names(on, '/system/scheduler').length === 0);
    expect(addresses(on)).toEqual(before);
    expect(names(on, '/system/script')).toContain(NAMES.fired);
  });

  it('removes nothing from a list that was empty when somebody else wrote there too', async () => {
    const on = startRouter();
    const rows = entries(30);
    seed(on, [...rows, { list: 'blocked', address: '192.0.2.99' }]);
    arm(on, undoScripts(adding(rows), NAMES, VERSION));
    await on.state.jobs.execute(`/system script run "${NAMES.armed}"`, CALLER, 'as-string');
    expect(on.rows(LIST)).toHaveLength(31);
    expect(on.rows('/log').at(-1)?.['message']).toContain('failed statements: 1');
  });
});

describe('the room for an undo', () => {
  it.each([
    [Number.NaN, 48_000],
    [900_000, 48_000],
    [3_000_000, 500_000],
    [100_000_000, 2_000_000],
  ])('of a router with %d bytes free is %d', (free, room) => {
    expect(undoRoomBytes(free)).toBe(room);
  });
});
