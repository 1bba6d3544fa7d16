import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startController, type Controller } from '#controller';
import { ask } from '#test/ask.ts';
import { startMortal } from '#test/mortal.ts';
import { query, startPostgres, type PostgresServer } from '#test/postgres.ts';
import {
  configYaml,
  deviceYaml,
  outcomeOf,
  POLICIES,
  READABLE_LAB,
  readableSeed,
  type Rig,
  startRig,
  until,
} from '#test/rig.ts';
import type { Happening } from '../../controller/reports/event-hub.ts';

let postgres: PostgresServer;
let databaseUrl: string;
let rig: Rig;
/** Does not lead while the rig's controller runs. */
let follower: Controller;

beforeAll(async () => {
  const started = await startPostgres();
  if (typeof started === 'string') throw new Error(`this machine runs no PostgreSQL: ${started}`);
  postgres = started;
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  databaseUrl = await postgres.createDatabase();
  rig = await startRig(
    (router) => ({
      // Nobody visits by the clock.
      'devices/r1.yaml': deviceYaml(router, 'r1', '', 'lab', 3600),
      'configs/r1.yaml': configYaml('r1', 'identity: {name: one}'),
      'policies.yaml': POLICIES,
    }),
    [readableSeed('r1')],
    () => ({ databaseUrl, credentials: READABLE_LAB }),
  );
  await outcomeOf(rig, 'r1', 'Confirmed');
  follower = await startController({ ...rig.config, stateFolder: `${rig.config.stateFolder}-of-another` });
  await until(
    () => follower.api.leader(),
    (leader) => leader === rig.controller.api.holder,
  );
});
afterEach(async () => {
  await follower.stop();
  await rig.close();
});

function happenings(controller: Controller): readonly Happening[] {
  const { events } = controller.api;
  return Array.from({ length: events.end }, (_, place) => events.at(place)?.happening).filter(
    (each) => each !== undefined,
  );
}

describe('a controller that does not lead', () => {
  it('has the leader do what only that can, and answers with what came of it', async () => {
    const before = rig.controller.api.lastOf('r1')?.at ?? 0;
    expect(await ask(follower.api, 'reconcile', { devices: ['r1'] })).toMatchObject({ devices: ['r1'], fault: null });
    await until(
      () => rig.controller.api.visitOf('r1')?.at ?? 0,
      (at) => at > before,
    );
    // What rosctl waits for: the visit is known here too, soon after it.
    await until(
      () => follower.api.lastOf('r1')?.at,
      (at) => at === rig.controller.api.lastOf('r1')?.at,
    );
    expect(follower.api.visitOf('r1')).toBeNull();
    const path = await ask(follower.api, 'explainPath', { device: 'r1' });
    expect(path).toEqual(JSON.parse(JSON.stringify(await ask(rig.controller.api, 'explainPath', { device: 'r1' }))));
    const taken = await ask(follower.api, 'takeSnapshot', { device: 'r1' });
    expect(taken).toMatchObject({ device: 'r1', why: 'asked', unread: [] });
    expect((await ask(rig.controller.api, 'snapshots', { device: 'r1' })).captures).toContainEqual(taken);
    const asked = { section: 'identity', whom: { devices: ['r1'] }, set: { name: 'x' }, reason: 'x' };
    const { now: _, ...shown } = await ask(follower.api, 'previewChange', asked);
    expect(shown).toMatchObject({ plans: [{ device: 'r1', changes: 1 }] });
    const { now: __, ...here } = await ask(rig.controller.api, 'previewChange', asked);
    expect(shown).toEqual(JSON.parse(JSON.stringify(here)));
    await expect(ask(follower.api, 'previewChange', { ...asked, whom: { devices: ['r9'] } })).rejects.toMatchObject({
      code: 'ChangeRefused',
    });
    expect(await ask(follower.api, 'proposeChange', asked)).toMatchObject({ state: 'kept', devices: ['r1'] });
    await expect(ask(follower.api, 'initTrust', { commit: 'head' })).rejects.toMatchObject({ code: 'BadRequest' });
    expect(await follower.api.store.orders.listOpen(0)).toEqual([]);
  });

  it('tells whoever follows it what the leader saw, and the leader what was done here', async () => {
    const frozen = (controller: Controller): readonly string[] =>
      happenings(controller).flatMap((each) =>
        each.kind === 'recorded' && each.event.action.startsWith('freeze.') ? [each.event.action] : [],
      );
    const told = async (controller: Controller, count: number): Promise<readonly string[]> =>
      await until(
        () => frozen(controller),
        (actions) => actions.length === count,
      );
    // Too large for a signal.
    await ask(rig.controller.api, 'freeze', { reason: 'x'.repeat(9000) });
    expect(await told(follower, 1)).toEqual(['freeze.on']);
    await ask(follower.api, 'unfreeze', {});
    expect(await told(rig.controller, 2)).toEqual(['freeze.on', 'freeze.off']);
    const visits = (): number => happenings(follower).filter(({ kind }) => kind === 'visit').length;
    const known = visits();
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', 'identity: {name: two}') });
    await until(visits, (count) => count > known);
    await until(
      () => follower.api.lastOf('r1')?.outcome.kind,
      (kind) => kind === 'Confirmed' || kind === 'InSync',
    );
  });

  it('is answered though no signal arrives', async () => {
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'routeros-gitops signals'`;
    await query(databaseUrl, cut);
    expect(await ask(follower.api, 'look', {})).toMatchObject({ revision: follower.api.fleet.revision });
  });
});

it('what a leader was asked for when it died, the next one does', async () => {
  await rig.controller.stop();
  await until(
    () => follower.api.leader(),
    (leader) => leader === follower.api.holder,
  );
  await follower.stop();
  const mortal = await startMortal([rig.config]);
  follower = await startController({ ...rig.config, stateFolder: `${rig.config.stateFolder}-of-another` });
  await until(
    () => follower.api.leader(),
    (leader) => leader !== null && leader !== follower.api.holder,
  );
  mortal.suspend();
  const asked = ask(follower.api, 'reconcile', { devices: ['r1'] });
  const [order] = await until(
    () => follower.api.store.orders.listOpen(0),
    (open) => open.length > 0,
  );
  expect(order?.wanted).toEqual({ kind: 'refresh', devices: ['r1'] });
  await mortal.kill();
  await query(databaseUrl, 'update leader set until = 0');
  expect(await asked).toMatchObject({ devices: ['r1'] });
  expect(follower.api.leader()).toBe(follower.api.holder);
});
