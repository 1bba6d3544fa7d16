import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startController, type Controller } from '#controller';
import { request } from '#test/ask.ts';
import { endOf, faultsOf } from '#test/crash-judge.ts';
import { rehearse, type Rehearsal } from '#test/crash-rehearsal.ts';
import { settleHere, siteFactory, untilSettled, type Site, type SiteFactory } from '#test/crash-site.ts';
import { startMortal } from '#test/mortal.ts';
import { query, startPostgres, type PostgresServer } from '#test/postgres.ts';
import { until } from '#test/rig.ts';

/**
 * How many rows each table has, and the sum of the transactions that wrote them. Only the leader's lease is renewed
 * whatever happens, and health is kept.
 */
const CONTENT = `select tablename, query_to_xml(format('select count(*), sum(xmin::text::bigint) from %I', tablename), true, true, '')::text as content
  from pg_tables where schemaname = 'public' and tablename <> 'leader' and tablename not like 'health%' order by tablename`;

/** A lease lasts this long. */
const LEASE_SECONDS = 240;
const CONFIRM_WITHIN_SECONDS = 3000;

let postgres: PostgresServer;
let factory: SiteFactory;
let rehearsal: Rehearsal;

beforeAll(async () => {
  const started = await startPostgres();
  if (typeof started === 'string') throw new Error(`this machine runs no PostgreSQL: ${started}`);
  postgres = started;
  factory = await siteFactory();
  rehearsal = await rehearse(await factory.open());
});
afterAll(async () => {
  await factory.close();
  await postgres.stop();
});

/** Another controller of the same fleet and store, with a folder of its own. */
async function startAnother(site: Site): Promise<Controller> {
  return await startController({ ...site.config, stateFolder: `${site.config.stateFolder}-of-another` });
}

/** What a controller knows of the device; without a visit, what may keep it from one. */
function seenBy({ api }: Controller): { readonly kind: string } {
  const { fault, revision } = api.fleet;
  return api.lastOf('r1')?.outcome ?? { kind: fault?.message ?? `${api.leader()} leads, ${revision} is in force` };
}

describe('two controllers on one PostgreSQL', () => {
  it.each([true, false])('never work on a device at once (probed before: %s)', async (probed) => {
    // One after the other: beside each other on a busy machine, requests would reach their time limit.
    for (let round = 0; round < 3; round += 1) {
      const site = await factory.open({ databaseUrl: await postgres.createDatabase(), probed });
      const [one, other] = await Promise.all([startController(site.config), startAnother(site)]);
      try {
        await until(
          () => [one, other].map(seenBy),
          (seen) => seen.every((outcome) => outcome.kind === 'InSync'),
        );
        expect(one.api.visitOf('r1') === null).toBe(other.api.visitOf('r1') !== null);
        expect(endOf(site, rehearsal.ends)).toBe('after');
        expect(await faultsOf(site, one, rehearsal.ends)).toEqual([]);
      } finally {
        await one.stop();
        await other.stop();
      }
    }
  });

  it('one that is killed in the middle is succeeded by the other after its lease, which settles by what the router holds', async () => {
    const ends = await Promise.all([
      // The undo has not fired yet, so the change goes on.
      succeed(false),
      // The undo fires before the lease ends.
      succeed(true),
    ]);
    expect(ends).toEqual(['after', 'before']);
  });

  async function succeed(undoFires: boolean): Promise<string> {
    const databaseUrl = await postgres.createDatabase();
    const site = await factory.open({ databaseUrl, confirmWithinSeconds: CONFIRM_WITHIN_SECONDS });
    const dead = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    // By its name: how many reads come before it depends on how long they take.
    site.hook = async ({ phase, method, path }) => {
      if (phase !== 'after-effect' || `${method} ${path}` !== 'POST /ip/dns/set') return;
      site.hook = null;
      reached.resolve();
      await dead.promise;
    };
    const mortal = await startMortal([site.config]);
    await reached.promise;
    await mortal.kill();
    dead.resolve();
    expect(endOf(site, rehearsal.ends)).toBe('half');
    if (undoFires) site.clock.jump(CONFIRM_WITHIN_SECONDS * 1000);
    const killedAt = site.clock.now();
    const written = site.effects.length;
    // This is about the lease of the attempt: that of the leader ends by the clock of the database, which runs no
    // faster.
    await query(databaseUrl, 'update leader set until = 0');

    const other = await startAnother(site);
    try {
      await until(
        () => other.api.visitOf('r1')?.outcome,
        (outcome) => outcome?.kind === 'Suspended' && outcome.reason.includes('another controller'),
      );
      await until(
        async () => (await other.api.store.attempts.openOf('r1'))?.holder,
        (holder) => {
          const waits = holder !== undefined && holder !== other.api.holder;
          if (waits) expect(site.effects).toHaveLength(written);
          return !waits;
        },
      );
      // The clocks of the two started a moment apart.
      expect(site.clock.now() - killedAt).toBeGreaterThan((LEASE_SECONDS - 120) * 1000);
      await untilSettled(other);
      expect(await faultsOf(site, other, rehearsal.ends)).toEqual([]);
      return endOf(site, rehearsal.ends);
    } finally {
      await other.stop();
    }
  }

  it('one that does not lead answers and says who does', async () => {
    const site = await factory.open({ databaseUrl: await postgres.createDatabase() });
    const listen = { host: '127.0.0.1', port: 0 };
    const one = await startController({ ...site.config, listen });
    const other = await startController({
      ...site.config,
      stateFolder: `${site.config.stateFolder}-of-another`,
      listen,
    });
    const readiness = async ({ probesAt }: Controller): Promise<string> =>
      await (await fetch(`http://${probesAt}/readyz`)).text();
    try {
      await until(
        () => other.api.leader(),
        (leader) => leader === one.api.holder,
      );
      await until(
        () => readiness(other),
        (said) => said === `ok, ${one.api.holder} leads\n`,
      );
      expect(await readiness(one)).toBe('ok\n');
      other.api.wakeRollouts();
      expect(await other.api.revoke(`SHA256:${'a'.repeat(43)}`, 'lost', 'operator:test')).toBe(true);
      const ask = async (method: string, body: unknown): Promise<unknown> =>
        await request(other.api, method, 'freeze', body);
      await ask('PUT', { reason: 'storm' });
      expect(await one.api.store.freeze.get()).toMatchObject({ reason: 'storm' });
      expect(await ask('DELETE', null)).toEqual({ frozen: false });
      await one.stop();
      await until(
        () => other.api.leader(),
        (leader) => leader === other.api.holder,
      );
      await until(
        () => readiness(other),
        (said) => said === 'ok\n',
      );
      await other.api.reconcile([]);
    } finally {
      await Promise.allSettled([one.stop(), other.stop()]);
    }
  });

  it('write nothing but health while nothing changes', async () => {
    const databaseUrl = await postgres.createDatabase();
    const site = await factory.open({ databaseUrl });
    const controller = await settleHere(site);
    const mark = async () => await query(databaseUrl, CONTENT);
    // That it is in sync is kept a second later.
    await until(
      () => controller.api.store.observed.list(),
      (seen) => JSON.stringify(seen).includes('InSync'),
    );
    const before = await mark();
    const passes = (): number => site.router.requests.filter((request) => request.path === '/system/resource').length;
    for (const wanted = passes() + 20; passes() < wanted;) {
      const done = passes();
      await controller.api.reconcile([]);
      await until(passes, (count) => count > done);
    }
    expect(await mark()).toEqual(before);
    await controller.stop();
  });
});
