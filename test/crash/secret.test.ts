import { createSecretKey } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labFleet, outcomeOf, PASSWORD, POLICIES, seed, startRig, until, type Rig } from '#test/rig.ts';
import { sampleOf } from '#test/sample.ts';

const SECURITY = '/interface/wifi/security';
const SPEC = 'wifi: {security: [{name: office, passphrase: {secretRef: office-wifi}}]}';
const EVENTS = ['lost before', 'lost after', 'reboot', 'killed'] as const;
/** More than a rotation needs: past the end nothing happens. */
const REQUESTS = 60;

const environment: Record<string, string> = { RIG_PASSWORD: PASSWORD, WIFI: 'Passphrase-0' };
let rig: Rig;

beforeAll(async () => {
  rig = await startRig(
    (router) => ({
      ...labFleet(router, SPEC),
      'policies.yaml': POLICIES.replace('selector: {}', 'selector: {}\n  failureBudget: 99'),
    }),
    [seed('r1', { tls: true, menus: { [SECURITY]: [{ name: 'office', passphrase: 'Passphrase-0' }] } })],
    () => ({
      environment,
      key: createSecretKey(Buffer.alloc(32, 7)),
      secrets: [{ name: 'office-wifi', from: { env: 'WIFI' }, hosts: ['127.0.0.0/8'], tls: 'verify' }],
    }),
  );
  await outcomeOf(rig, 'r1', 'InSync');
});
afterAll(async () => await rig.close());

/** What the router holds of rows and of ours. */
function held(): { readonly rows: string; readonly ours: readonly string[] } {
  const rows = rig.router.rows(SECURITY).map((row) => `${row['name']}=${row['passphrase'] ?? ''}`);
  const ours = ['/system/script', '/system/scheduler'].flatMap((menu) => rig.router.rows(menu));
  return { rows: rows.join(' '), ours: ours.map((row) => row['name'] ?? '').filter((name) => name.startsWith('rg-')) };
}

/** Rotates, and lets something happen at one request. What is left when nothing more is to be done. */
async function rotateWith(event: (typeof EVENTS)[number], at: number, wifi: string): Promise<string> {
  const before = held().rows;
  const after = `office=${wifi}`;
  environment['WIFI'] = wifi;
  let seen = -1;
  let isDead = false;
  const dead = Promise.withResolvers<void>();
  const phase = event === 'lost before' ? 'before-effect' : 'after-effect';
  rig.router.intercept((request) => {
    if (request.phase === phase) seen += 1;
    if (isDead) throw new Error('the client is gone');
    if (seen !== at || request.phase !== phase) return;
    seen += 1;
    if (event === 'reboot') rig.router.reboot(2_000);
    isDead = event === 'killed';
    dead.resolve();
    if (event !== 'reboot') throw new Error('the answer is lost');
  });
  await rig.controller.api.reconcile([]);
  if (event === 'killed') {
    await Promise.race([dead.promise, until(held, ({ rows, ours }) => rows === after && ours.length === 0)]);
    await rig.controller.stop();
    isDead = false;
    rig.router.intercept(null);
    await rig.restart();
  }
  const end = await until(
    async () => {
      const outcome = rig.controller.api.visitOf('r1')?.outcome;
      const rolledBack = outcome?.kind === 'Waiting' && outcome.reasons.some(({ code }) => code === 'RolledBack');
      return { ...held(), kind: rolledBack ? 'RolledBack' : (outcome?.kind ?? ''), outcome };
    },
    ({ kind, rows }) =>
      kind === 'Stalled' || (kind === 'RolledBack' && rows === before) || (kind === 'InSync' && rows === after),
  );
  rig.router.intercept(null);
  return end.ours.length === 0 && end.kind !== 'Stalled' ? '' : `${event} at ${at}: ${JSON.stringify(end)}`;
}

function takeAway(menu: string, name: string): void {
  rig.router.human.change({ user: 'anna', menu, verb: 'remove', where: { name }, args: {} });
}

describe('a rotation of a secret', () => {
  it('ends with the new secret or the old one, and no copy, whatever happens at whichever request', async () => {
    // Steps of three, and four events: every event comes to all parts of the rotation.
    const points = Array.from({ length: REQUESTS / 3 }, (_, step) => ({
      at: step * 3,
      event: EVENTS[step % EVENTS.length] ?? 'reboot',
    }));
    const faults: string[] = [];
    let count = 0;
    for (const { at, event } of sampleOf('secret', points, 6)) {
      count += 1;
      const fault = await rotateWith(event, at, `Passphrase-${count}`);
      if (fault !== '') faults.push(fault);
    }
    expect(faults).toEqual([]);
  }, 300_000);

  it('that died right after the copy, and that no store knows any more, leaves it to a person', async () => {
    const { rows } = held();
    const dead = Promise.withResolvers<void>();
    let isDead = false;
    rig.router.intercept((request) => {
      isDead ||= request.phase === 'after-effect' && held().rows !== rows;
      if (!isDead) return;
      dead.resolve();
      throw new Error('the client is gone');
    });
    environment['WIFI'] = 'Passphrase-lost';
    await rig.controller.api.reconcile([]);
    await dead.promise;
    await rig.controller.stop();
    rig.router.intercept(null);
    await rm(rig.config.stateFolder, { recursive: true });
    await rig.restart();

    // While its undo waits, and as long as anything of it is there, nobody takes its copy away.
    const copied = held().rows;
    expect(copied).toMatch(/rg-[0-9a-f]{12}-\d+-keep-1=/);
    await until(held, ({ ours }) => ours.some((name) => name.endsWith('-fired')));
    await outcomeOf(rig, 'r1', 'Stalled', 90);
    expect(held().rows).toBe(copied);

    for (const menu of ['/system/script', '/system/scheduler'])
      for (const { name = '' } of rig.router.rows(menu)) if (name.startsWith('rg-')) takeAway(menu, name);
    await rig.controller.api.reconcile([]);
    await until(
      () => rig.controller.api.visitOf('r1')?.outcome,
      (outcome) => JSON.stringify(outcome).includes('"stage":"copies"'),
    );
    expect(held().rows).toBe(copied);

    takeAway(SECURITY, /rg-[0-9a-f]{12}-\d+-keep-1/.exec(copied)?.[0] ?? '');
    await rig.controller.api.reconcile([]);
    await until(held, (now) => now.rows === 'office=Passphrase-lost' && now.ours.length === 0);
    await outcomeOf(rig, 'r1', 'InSync', 90);
  }, 300_000);
});
