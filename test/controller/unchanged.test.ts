import { describe, expect, it } from 'vitest';
import { makePlan, type DesiredState, type LiveState } from '#differ';
import type { Row } from '#routeros';
import { declared, desiredOf, list } from '#test/planning.ts';
import type { Memory } from '../../controller/observed/memory.ts';
import type { Outcome } from '../../controller/observed/outcome.ts';
import { markOf, noteCalm, unchanged } from '../../controller/reconcile/unchanged.ts';
import type { PassContext } from '../../controller/reconcile/pass-context.ts';
import type { DeviceRecord } from '../../controller/records/devices.ts';
import { noteStored } from '../../controller/records/digest.ts';
import { noteBody } from '../../routeros/rest/body-digest.ts';

const LIST = '/ip/firewall/address-list';
const IN_SYNC: Outcome = { kind: 'InSync', extras: 0, frozen: [] };

/** Rows as a router gave them. */
function readOf(body: string, rows: readonly Row[] = []): LiveState {
  const given = rows.map((row) => ({ ...row }));
  noteBody(given, body);
  return { menus: { [LIST]: given } };
}

function passOf(desired: DesiredState, more: { readonly serial?: string; readonly versionText?: string } = {}) {
  const memory: Memory = new Map();
  const target = { name: 'r1', desired };
  const identity = { serial: 'S1', versionText: '7.20.8', ...more };
  const ports = { memory, clock: { now: () => 7 } };
  return { memory, pass: { ports, target, identity } as unknown as PassContext };
}

function recordOf(base: DesiredState | null, more: Partial<DeviceRecord> = {}): DeviceRecord {
  return { base, frozen: [], unconverged: [], ...more } as unknown as DeviceRecord;
}

const row = { list: 'l', address: '192.0.2.1' };
const desired = desiredOf({ [LIST]: list(declared([row])) });
noteStored(desired, 'stored');
const calmPlan = makePlan({ desired, base: desired, live: readOf('a', [row]) });

describe('a pass that reads the very same', () => {
  const mark = markOf(passOf(desired).pass, recordOf(desired), readOf('a'));

  it('is known by everything that it rests on', () => {
    expect(mark).not.toBeNull();
    expect(markOf(passOf(desired).pass, recordOf(desired), readOf('a'))).toBe(mark);
    const others = [
      markOf(passOf(desired).pass, recordOf(desired), readOf('b')),
      markOf(passOf(desired, { serial: 'S2' }).pass, recordOf(desired), readOf('a')),
      markOf(passOf(desired, { versionText: '7.22' }).pass, recordOf(desired), readOf('a')),
      markOf(passOf(desired).pass, recordOf(desired), { menus: { '/ip/dns/static': readOf('a').menus[LIST] ?? [] } }),
    ];
    expect(new Set([mark, ...others]).size).toBe(5);
    expect(others).not.toContain(null);
  });

  it.each([
    ['nothing is known of the device', null, readOf('a')],
    ['nothing was confirmed', recordOf(null), readOf('a')],
    ['something else was confirmed', recordOf(desiredOf({})), readOf('a')],
    ['a field does not converge', recordOf(desired, { unconverged: [{} as never] }), readOf('a')],
    ['a field is left alone', recordOf(desired, { frozen: [{} as never] }), readOf('a')],
    ['rows are not as they came', recordOf(desired), { menus: { [LIST]: [row] } }],
  ])('is planned when %s', (_, record, read) => {
    expect(markOf(passOf(desired).pass, record, read)).toBeNull();
  });

  it('ends as the last one did, which was in sync with the same target', () => {
    const { memory, pass } = passOf(desired);
    expect(unchanged(pass, mark, 5)).toBeNull();
    memory.set('r1', { lastRead: { live: readOf('a'), at: 1, bytes: 0 } } as never);
    noteCalm(pass, mark, calmPlan, IN_SYNC);
    expect(unchanged(pass, mark, 5)).toBe(IN_SYNC);
    expect(memory.get('r1')?.lastRead).toMatchObject({ from: 5, at: 7 });
    expect(unchanged(pass, null, 5)).toBeNull();
    expect(unchanged(pass, 'another', 5)).toBeNull();
    const { target } = pass;
    expect(unchanged({ ...pass, target: { ...target } }, mark, 5)).toBeNull();
  });

  it.each([
    ['there is a plan', { changes: [{} as never] }, IN_SYNC],
    ['rows are held back', { heldBack: [] }, IN_SYNC],
    ['rows are released', { released: [{} as never] }, IN_SYNC],
    ['fields are left alone', { frozen: [{} as never] }, IN_SYNC],
    ['there are rows that will be pruned', { extras: [{ class: 'Extra' } as never] }, IN_SYNC],
    ['it waits', {}, { kind: 'Suspended' as const, reason: 'x' }],
  ])('is planned again where %s', (_, more, outcome) => {
    const { memory, pass } = passOf(desired);
    memory.set('r1', { lastRead: { live: readOf('a'), at: 1, bytes: 0 } } as never);
    noteCalm(pass, mark, calmPlan, IN_SYNC);
    noteCalm(pass, mark, { ...calmPlan, ...more }, outcome);
    expect(unchanged(pass, mark, 5)).toBeNull();
  });
});
