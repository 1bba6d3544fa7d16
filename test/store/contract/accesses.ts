import { expect, test } from 'vitest';
import { accessDigestOf } from '../../../controller/records/access-digest.ts';
import type { AccessRow } from '../../../controller/records/accesses.ts';
import { pruneAccesses } from '../../../controller/reports/prune-accesses.ts';
import type { Place } from '../places.ts';
import { DAY, event, T0 } from '../samples.ts';
import { freshStore } from './subject.ts';

function row(more: Partial<AccessRow> = {}): AccessRow {
  return { at: T0, actor: 'token:grafana', operation: 'status', device: null, outcome: 'ok', count: 1, ...more };
}

export function accessesContract(place: Place): void {
  const subject = freshStore(place);

  test('the audit is searched by actor, action, device and time, newest first, a page at a time', async () => {
    const { audit } = subject.store;
    const actors = ['operator:ann', 'operator:a%n', 'controller'];
    for (let at = 0; at < 12; at += 1)
      await audit.append(
        event(at % 2 === 0 ? 'freeze.on' : 'freeze.off', {
          at: T0 + at * DAY,
          actor: actors[at % 3] ?? '',
          device: at % 4 === 0 ? 'r1' : null,
          detail: { said: '"actor":"operator:zoe","action":"plan"' },
        }),
      );
    const of = async (search: object) => {
      const { records, next } = await audit.search({ limit: 99, ...search });
      return [records.map(({ sequence }) => sequence), next];
    };
    expect(await of({ actor: 'operator:a%n' })).toEqual([[11, 8, 5, 2], null]);
    expect(await of({ actor: 'operator:zoe' })).toEqual([[], null]);
    expect(await of({ action: 'freeze.on', device: 'r1' })).toEqual([[9, 5, 1], null]);
    expect(await of({ action: 'freeze.', limit: 3 })).toEqual([[12, 11, 10], 10]);
    expect(await of({ without: 'freeze.', limit: 3 })).toEqual([[], null]);
    expect(await of({ action: 'freeze.', limit: 3, before: 10 })).toEqual([[9, 8, 7], 7]);
    expect(await of({ since: T0 + 3 * DAY, until: T0 + 6 * DAY })).toEqual([[6, 5, 4], null]);
    expect(await of({ actor: 'controller', since: T0 + 3 * DAY, until: T0 + 9 * DAY })).toEqual([[9, 6], null]);
  });

  test('rows of reads come back as they were written, searched for, and nobody changes one', async () => {
    const { accesses } = subject.store;
    const rows = [
      row({ device: 'r\u0000\ud800', person: 'Ann', operation: 'history', count: 3 }),
      row({ at: T0 + 5, actor: 'address:192.0.2.7', operation: 'authenticate', outcome: 'NotAuthenticated' }),
    ];
    await accesses.add('one', T0 + 9, rows);
    await accesses.add('two', T0 + 10, [row({ at: T0 + 10 })]);
    const [kept] = [(await accesses.batches(['one', 'none'])).get('one') ?? []];
    expect(accessDigestOf(kept)).toBe(accessDigestOf(rows));
    expect(await accesses.list({ actor: 'token:grafana', since: T0 + 1, limit: 9 })).toMatchObject([{ at: T0 + 10 }]);
    expect(await accesses.list({ device: 'r\u0000\ud800', limit: 9 })).toMatchObject([{ count: 3 }]);
    expect(await accesses.list({ operation: 'authenticate', until: T0 + 6, limit: 9 })).toMatchObject([{ at: T0 + 5 }]);
    const [newest] = await accesses.list({ limit: 1 });
    expect(await accesses.list({ before: newest?.sequence, limit: 9 })).toHaveLength(2);
    expect(await accesses.lastOf()).toEqual([{ actor: 'token:grafana', at: T0 + 10, count: 4 }]);
    await expect(subject.meddle('update access_rows set count = 1')).rejects.toThrow(/append-only/);
  });

  test('rows are let go whole batches at a time, once a day, and the chain says so', async () => {
    const { store } = subject;
    for (const day of [0, 1, 2, 3]) await store.accesses.add(`day ${day}`, T0 + day * DAY, [row({ at: T0 })]);
    expect(await pruneAccesses(store, 30, T0 + 30.5 * DAY)).toBe(0);
    expect(await pruneAccesses(store, 30, T0 + 32.5 * DAY)).toBe(3);
    expect(await store.accesses.oldest()).toBe(T0 + 3 * DAY);
    expect(await store.audit.list({ limit: 9 })).toMatchObject([
      { action: 'reads.pruned', detail: { before: T0 + 2.5 * DAY, rows: 3 } },
    ]);
  });

  test('orders to the leader are listed until they have ended, and their end is told once', async () => {
    const { orders } = subject.store;
    const order = { id: 'o1', askedAt: T0, askedBy: 'one', wanted: { kind: 'refresh', devices: ['r1'] } } as const;
    await orders.add(order);
    await orders.add({ ...order, id: 'o2', askedAt: T0 - 1, wanted: { kind: 'path', device: 'r1' } });
    expect((await orders.listOpen(T0 - 1)).map(({ id }) => id)).toEqual(['o2', 'o1']);
    expect(await orders.listOpen(T0)).toEqual([order]);
    expect(await orders.resultOf('o1')).toBeNull();
    await orders.end('o1', T0 + 1, { done: false, code: 'NotFound', message: 'none' });
    await orders.end('o1', T0 + 2, { done: true, value: null });
    expect(await orders.resultOf('o1')).toEqual({ done: false, code: 'NotFound', message: 'none' });
    expect(await orders.listOpen(T0)).toEqual([]);
    await orders.prune(T0);
    expect(await orders.resultOf('o2')).toBeNull();
    expect(await orders.listOpen(0)).toEqual([]);
  });
}
