import { expect, test } from 'vitest';
import type { Store } from '../../../controller/records/store.ts';
import type { Place } from '../places.ts';
import { attempt, drift, fleetPlan, planId, proposal, rollout, T0 } from '../samples.ts';
import { proposed } from './proposals.ts';
import { freshStore } from './subject.ts';

/** Columns of JSON with a version, each with a read that needs it. */
const COLUMNS: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  'devices.base': (store) => store.devices.get('r1'),
  'devices.frozen': (store) => store.devices.get('r1'),
  'devices.unconverged': (store) => store.devices.get('r1'),
  'devices.probed': (store) => store.devices.get('r1'),
  'revisions.files': (store) => store.revisions.latest('folder'),
  'plans.body': (store) => store.plans.current('r1'),
  'plans.plan': (store) => store.plans.current('r1'),
  'fleet_plans.plans': (store) => store.fleetPlans.latest(),
  'attempts.payload': (store) => store.attempts.openOf('r1'),
  'rollouts.rules': (store) => store.rollouts.listOpen('git'),
  'rollouts.members': (store) => store.rollouts.save(rollout('a', { version: 2 })),
  'snapshots.menus': (store) => store.snapshots.list('r1', 9),
  'health.checks': (store) => store.health.list('r1', 9),
  'drift.entries': (store) => store.drift.open('r1'),
  'captures.unread': (store) => store.captures.list('r1', 1),
  'diagnostics.request': (store) => store.diagnostics.get('dg-1'),
  'diagnostics.steps': (store) => store.diagnostics.get('dg-1'),
  'diagnostics.reason': (store) => store.diagnostics.get('dg-1'),
  'proposals.content': (store) => store.proposals.get('folder', 'p'),
};

export function formatsContract(place: Place): void {
  const subject = freshStore(place);

  async function fill({ store }: { readonly store: Store }): Promise<void> {
    await store.devices.setBase('r1', { menus: {} }, 'rev-1', T0);
    await store.devices.setProbed('r1', { version: '7.20.8', tier: 'full' });
    await store.revisions.accept({ id: 'rev-1', source: 'folder', firstSeenAt: T0, files: { 'r1.yaml': 'text' } });
    await store.plans.propose(proposal('r1', 'a'));
    await store.fleetPlans.record(fleetPlan('f', { r1: 'a' }));
    const { id } = await store.attempts.open(attempt('r1'));
    await store.rollouts.add(rollout('a'));
    await store.snapshots.add({ attemptId: id, device: 'r1', takenAt: T0, menus: { '/ip/dns': [{ servers: '' }] } });
    const checks = [{ check: 'cpu', verdict: 'healthy', message: 'idle' }] as const;
    await store.health.add({ device: 'r1', attemptId: id, at: T0, verdict: 'healthy', checks });
    await store.drift.report(drift('r1', 'd'));
    const unread = [{ menu: '/ip/route', code: 'TooLarge', message: 'It has 30000 rows.' }] as const;
    await store.captures.add({ device: 'r1', at: T0, why: 'asked', version: '7.20.8', unread }, new Map());
    const request = { kind: 'traceroute', target: '192.0.2.1' } as const;
    const asked = { id: 'dg-1', device: 'r1', request, actor: 'a', askedAt: T0, holder: 'one' };
    await store.diagnostics.add(asked, { starts: 1, since: T0, waiting: 1, waitingInAll: 1 }, 0);
    await store.diagnostics.lose('two', T0, 'others');
    await store.proposals.keep(proposed('p'), null, 9);
  }

  test('everything is written with a version', async () => {
    await fill(subject);
    const columns = Object.keys(COLUMNS).map((column) => column.split('.'));
    const selects = columns.map(
      ([table, name]) => `select '${table}.${name}' as "column", ${name} as "text" from ${table}`,
    );
    const rows = await subject.meddle(selects.join(' union all '));
    const texts = Object.fromEntries(rows.map(({ column, text }) => [String(column), text]));
    for (const column of Object.keys(COLUMNS))
      expect(texts).toMatchObject({ [column]: expect.stringMatching(/^\{"v":1,"data":[[{].*\}$/) });
  });

  // The formats know no engine: one of the columns is enough where each takes long.
  const refused = Object.entries(COLUMNS).slice(place.name === 'SQLite' ? 0 : -1);
  test.each(refused)('%s of a newer release is refused, whatever else is read', async (column, read) => {
    await fill(subject);
    const [table = '', name = ''] = column.split('.');
    await subject.meddle(`update ${table} set ${name} = '{"v":2,"data":{}}'`);
    await expect(read(subject.store)).rejects.toMatchObject({
      code: 'StoreTooNew',
      message: expect.stringContaining(` of the table ${table} has the format 2`),
    });
    expect(await subject.store.plans.deviceOf(planId('a'))).toBe('r1');
  });

  test.each(['{"v":1,"data":"x"}', '7', 'no JSON'])('%s in place of a plan is refused with its place', async (text) => {
    await fill(subject);
    await subject.meddle(`update plans set plan = '${text}'`);
    await expect(subject.store.plans.current('r1')).rejects.toMatchObject({
      code: 'StoreDamaged',
      message: expect.stringContaining(`The plan in row ${planId('a')} of the table plans cannot be read: `),
    });
  });
}
