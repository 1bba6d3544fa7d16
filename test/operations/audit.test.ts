import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configYaml, deviceYaml, outcomeOf, POLICIES, seed, startRig, until, type Rig } from '#test/rig.ts';
import { type Operations, operationsOf } from '../../controller/operations/api.ts';
import type { Permission } from '../../controller/access/permissions.ts';
import { ANY_DEVICE } from '../../controller/access/rights.ts';
import { operator, type Principal } from '../../controller/access/principal.ts';
import { accessDigestOf } from '../../controller/records/access-digest.ts';

/** r1 took its change; r2 waits, because nobody may approve it. */
let rig: Rig;
let operations: Operations;
beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      'devices/r1.yaml': deviceYaml(fleet.router('r1'), 'r1'),
      'devices/r2.yaml': deviceYaml(fleet.router('r2'), 'r2', '', 'staging'),
      'configs/r1.yaml': configYaml('r1', 'identity: {name: one}'),
      'configs/r2.yaml': configYaml('r2', 'identity: {name: two}'),
      'policies.yaml': POLICIES,
    }),
    ['r1', 'r2'].map((name) => seed(name, { tls: name === 'r2' })),
  );
  await outcomeOf(rig, 'r1', 'Confirmed');
  operations = operationsOf(rig.controller.api);
});
afterAll(() => rig.close());

function somebody(actor: string, device: string, ...permissions: readonly Permission[]): Principal {
  return {
    actor,
    person: 'Ann',
    may: (permission, on) => permissions.includes(permission) && (on === ANY_DEVICE || on === device),
  };
}

const ANN = operator('ann');

describe('what the audit has', () => {
  it('is an act before it is done, and whose it was', async () => {
    const tech = somebody('user:tech@idp', 'r1', 'fleet.read', 'fleet.steer');
    await operations.ask(tech, 'reconcile', { devices: ['r1'] });
    const { records } = await operations.ask(ANN, 'audit', { actor: 'user:tech@idp' });
    expect(records).toMatchObject([
      { action: 'operation.asked', device: 'r1', detail: { operation: 'reconcile', person: 'Ann' } },
    ]);
  });

  it('is every refusal, as many of them as a quota lets through, and the rest as a count', async () => {
    const nosy = somebody('user:nosy@idp', 'r1', 'fleet.read');
    for (let at = 0; at < 150; at += 1)
      await expect(operations.ask(nosy, 'reconcile', { devices: ['r1'] })).rejects.toMatchObject({
        code: 'NotAllowed',
      });
    const { records } = await operations.ask(ANN, 'audit', { actor: 'user:nosy@idp', limit: 1000 });
    expect(new Set(records.map(({ action }) => action))).toEqual(new Set(['operation.refused']));
    // The clock of the rig runs fast: a minute or two may have begun in between.
    expect(records.length).toBeGreaterThanOrEqual(120);
    const rows = await until(
      () => rig.controller.api.store.accesses.list({ actor: 'user:nosy@idp', limit: 9 }),
      (kept) => kept.reduce((sum, { count }) => sum + count, 0) + records.length === 150,
    );
    expect(rows.every(({ outcome }) => outcome === 'NotAllowed')).toBe(true);
  });

  it('is who read what, also in vain, and of nobody what is of a device that they may not see', async () => {
    const auditor = somebody('user:auditor@idp', 'r1', 'fleet.read', 'audit.read');
    await operations.ask(somebody('user:tech@idp', 'r2', 'fleet.read'), 'history', { device: 'r2' });
    await operations.ask(auditor, 'history', { device: 'r1' });
    await expect(operations.ask(auditor, 'history', { device: 'r2' })).rejects.toMatchObject({ code: 'NotFound' });
    await until(
      () => operations.ask(ANN, 'auditReads', { operation: 'history' }),
      ({ reads }) => reads.length >= 3,
    );
    const { reads } = await operations.ask(ANN, 'auditReads', { actor: 'user:auditor@idp', operation: 'history' });
    expect(reads.map(({ device, outcome }) => `${String(device)} ${outcome}`).toSorted()).toEqual([
      'r1 ok',
      'r2 NotFound',
    ]);
    const seen = await operations.ask(auditor, 'auditReads', {});
    expect(seen.reads.every(({ device }) => device === 'r1')).toBe(true);
    const acts = await operations.ask(auditor, 'audit', { since: '2020-01-01T00:00:00Z', limit: 1000 });
    expect(acts.records.every(({ device }) => device === 'r1')).toBe(true);
    expect(acts.head).toBeNull();
    await expect(operations.ask(auditor, 'auditReads', { device: 'r2' })).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('is told a page at a time, without records of reads unless they are asked for', async () => {
    const all = await operations.ask(ANN, 'audit', { limit: 1000, since: '2020-01-01T00:00:00Z' });
    expect(all.records.some(({ action }) => action.startsWith('reads.'))).toBe(false);
    expect(all.nextCursor).toBeUndefined();
    const numbers: number[] = [];
    let cursor: number | undefined;
    do {
      const page = await operations.ask(ANN, 'audit', { limit: 7, since: '2020-01-01T00:00:00Z', cursor });
      numbers.push(...page.records.map(({ sequence }) => sequence));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    const first = all.records.map(({ sequence }) => sequence);
    expect(numbers.slice(-first.length)).toEqual(first);
    expect((await operations.ask(ANN, 'audit', { action: 'reads.' })).records.length).toBeGreaterThan(0);
    expect(Object.keys(await operations.ask(ANN, 'audit', {})).toSorted()).toEqual(['brokenAt', 'head', 'records']);
  });

  it('makes reports', async () => {
    const changes = await operations.ask(ANN, 'report', { name: 'changes', since: '2020-01-01T00:00:00Z' });
    expect(changes.rows).toMatchObject([
      {
        device: 'r1',
        environment: 'lab',
        changes: 1,
        menus: ['/system/identity'],
        approvedBy: 'lab',
        end: 'confirmed',
      },
    ]);
    const of = async (name: string, more: object = {}) =>
      (await operations.ask(ANN, 'report', { name, since: '2020-01-01T00:00:00Z', ...more })).rows;
    expect(await of('changes', { environment: 'prod' })).toEqual([]);
    expect(await of('approvals')).toMatchObject([{ device: 'r1', end: 'confirmed', approvedAt: null }]);
    expect(await of('refusals')).toMatchObject([{ rule: 'reconcile', action: 'operation.refused', devices: ['r1'] }]);
    expect(await of('access')).toContainEqual(expect.objectContaining({ who: 'user:tech@idp', role: null, reads: 1 }));
    const auditor = somebody('user:auditor@idp', 'r2', 'fleet.read', 'audit.read');
    expect((await operations.ask(auditor, 'report', { name: 'changes' })).rows).toEqual([]);
    await expect(operations.ask(auditor, 'report', { name: 'access' })).rejects.toMatchObject({ code: 'NotAllowed' });
  });

  it('shows rows that somebody changed, took away or wrote anew', async () => {
    const { store } = rig.controller.api;
    await until(
      () => store.accesses.list({ limit: 1 }),
      (rows) => rows.length > 0,
    );
    const [row] = await store.accesses.list({ limit: 1 });
    expect((await operations.ask(ANN, 'audit', {})).brokenAt).toBeNull();
    await rig.controller.stop();
    const database = new DatabaseSync(path.join(rig.config.stateFolder, 'store.db'));
    database.exec('drop trigger access_rows_refuses_update');
    database.prepare('update access_rows set count = count + 1 where sequence = ?').run(row?.sequence ?? 0);
    database.close();
    await rig.restart().catch(() => {});
    const again = operationsOf(rig.controller.api);
    const { brokenAt, readsBrokenAt } = await again.ask(ANN, 'audit', {});
    expect(readsBrokenAt).toBe(brokenAt);
    const [record] = (await again.ask(ANN, 'audit', { action: 'reads.gathered', limit: 1000 })).records.filter(
      ({ sequence }) => sequence === brokenAt,
    );
    const rows = (await rig.controller.api.store.accesses.batches([record?.correlationId ?? ''])).get(
      record?.correlationId ?? '',
    );
    expect(rows?.length).toBe(record?.detail['rows']);
    expect(accessDigestOf(rows ?? [])).not.toBe(record?.detail['digest']);
  });
});
