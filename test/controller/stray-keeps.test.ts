import { describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import type { Row } from '#routeros';
import { keepsAmong } from '../../controller/device/keep-row.ts';
import type { AttemptEnd } from '../../controller/records/attempts.ts';
import type { PassContext } from '../../controller/reconcile/pass-context.ts';
import { removeStrayKeeps } from '../../controller/reconcile/stray-keeps.ts';
import { planId } from '../store/samples.ts';

const SECURITY = '/interface/wifi/security';
const T = 'aaaaaaaaaaaa-3';
const KEEP = `rg-${T}-keep-1`;

interface Around {
  /** How the attempt that made the copy ended; null: it is open. Absent: no attempt is known. */
  readonly end?: AttemptEnd | null;
  /** How the newest of the device did. */
  readonly newest?: AttemptEnd | null;
  readonly scripts?: readonly Row[];
  readonly schedulers?: readonly Row[];
  readonly isFrozen?: boolean;
  readonly leads?: boolean;
  readonly refuses?: boolean;
}

/** Looks after a router that holds one copy: what it was told to remove, what went on record, in this order. */
async function looksAfter({ end, newest = 'confirmed', isFrozen = false, leads = true, ...more }: Around) {
  const done: string[] = [];
  const made = end === undefined ? null : { id: 'attempt', planId: planId('a'), number: 3, correlationId: 'c', end };
  const records = {
    attempts: {
      list: () => Promise.resolve([{ end: newest }]),
      named: (device: string, start: string, number: number) =>
        Promise.resolve(device === 'r1' && start === 'sha256:aaaaaaaaaaaa' && number === 3 ? made : null),
    },
    freeze: { get: () => Promise.resolve(isFrozen ? { by: 'anna', reason: 'holidays', since: 1 } : null) },
    audit: {
      append: ({ action, device, correlationId, detail }: Record<string, unknown>) => {
        done.push(`${String(action)} ${String(device)} ${String(correlationId)} ${JSON.stringify(detail)}`);
        return Promise.resolve();
      },
    },
  };
  const rows: Readonly<Record<string, readonly Row[]>> = {
    '/system/script': more.scripts ?? [],
    '/system/scheduler': more.schedulers ?? [],
  };
  const pass = {
    target: { name: 'r1' },
    signal: new AbortController().signal,
    session: {
      print: (menu: string) => Promise.resolve(rows[menu] ?? []),
      remove: (menu: string, id: string) => {
        done.push(`remove ${menu} ${id}`);
        if (more.refuses === true) throw new Failure('NotPermitted', 'no', { effect: 'none' });
        return Promise.resolve();
      },
    },
    ports: {
      clock: { now: () => 5 },
      log: { info: () => {} },
      mustLead: () => {
        if (!leads) throw new Failure('AttemptLost', 'another controller leads');
      },
      store: { ...records, transaction: (work: (given: unknown) => unknown) => Promise.resolve(work(records)) },
    },
  } as unknown as PassContext;
  const read = { menus: { [SECURITY]: [] }, keeps: keepsAmong(SECURITY, [{ '.id': '*7', name: KEEP }]) };
  const outcome = await removeStrayKeeps(pass, null, read).catch((error: unknown) => {
    if (error instanceof Failure) return error.code;
    throw error;
  });
  return { done, outcome };
}

const RECORDED = `copy.removing r1 c ${JSON.stringify({ attempt: 'attempt', planId: planId('a'), number: 3, menu: SECURITY, row: KEEP })}`;
const REMOVED = [RECORDED, `remove ${SECURITY} *7`];

describe('a copy of a row that an undo left', () => {
  it.each(['confirmed', 'undone', 'closed'] as const)(
    'is removed when its attempt is %s, and on record',
    async (end) => {
      expect(await looksAfter({ end })).toEqual({ done: REMOVED, outcome: null });
    },
  );

  it.each<[string, Around]>([
    ['of a stalled attempt', { end: 'stalled' }],
    ['of an open one', { end: null }],
    ['of one that no store knows', {}],
  ])('%s is left alone, and somebody has to look', async (_, around) => {
    const reasons = [{ code: 'ForeignUndo', objects: [`${SECURITY} ${KEEP}`], stage: 'copies' }];
    expect(await looksAfter(around)).toEqual({ done: [], outcome: { kind: 'Stalled', reasons } });
  });

  it.each<[string, Around]>([
    ['all writes are frozen', { isFrozen: true }],
    ['an attempt on its device is open', { newest: null }],
    ['the last attempt on its device is stalled', { newest: 'stalled' }],
    ['a script of its undo is there', { scripts: [{ name: `rg-${T}-fired` }] }],
    ['a scheduler of its undo is there', { schedulers: [{ name: `rg-${T}-boot` }] }],
  ])('stays while %s', async (_, around) => {
    expect(await looksAfter({ end: 'undone', ...around })).toEqual({ done: [], outcome: null });
  });

  it('is nothing to a controller that does not lead', async () => {
    expect(await looksAfter({ end: 'undone', leads: false })).toEqual({ done: [], outcome: 'AttemptLost' });
  });

  it('that the router does not let go keeps nothing else from going on', async () => {
    expect(await looksAfter({ end: 'undone', refuses: true })).toEqual({ done: REMOVED, outcome: null });
  });
});
