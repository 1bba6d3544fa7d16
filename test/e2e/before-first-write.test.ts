import { afterEach, describe, expect, it } from 'vitest';
import { arm } from '../../controller/apply/arm.ts';
import { armedNamesOf } from '../../controller/apply/token.ts';
import { deviceYaml, labFleet, outcomeOf, seed, startRig, until, type Rig } from '#test/rig.ts';

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

const LIST = 'addressLists:\n  - {list: blocked, address: 198.51.100.7}';
const blocked = (at: Rig): number =>
  at.router.rows('/ip/firewall/address-list').filter((row) => row['list'] === 'blocked').length;

/** A rig whose router calls `during` while the controller probes it, before anything of the plan is written. */
async function rigProbed(during: (at: Rig) => Promise<void>): Promise<Rig> {
  const started = await startRig((router) => ({ 'devices/r1.yaml': deviceYaml(router, 'r1') }));
  let done = false;
  started.router.intercept(async ({ phase, method, path }) => {
    if (done || phase !== 'after-effect' || method !== 'PUT' || path !== '/system/script') return;
    done = true;
    await during(started);
  });
  await started.declare(labFleet(started.router, LIST));
  return started;
}

describe('between the gates and the first write', () => {
  it('a freeze is seen', async () => {
    rig = await rigProbed((at) =>
      at.controller.api.store.freeze.set({ by: 'anna', reason: 'outage', since: Date.now() }),
    );
    expect(await outcomeOf(rig, 'r1', 'Waiting')).toMatchObject({ reasons: [{ code: 'Frozen' }] });
    expect(await rig.controller.api.store.attempts.list('r1', 5)).toEqual([]);
    expect(blocked(rig)).toBe(0);
  });

  it('a suspension is seen', async () => {
    rig = await rigProbed((at) => at.declare({ 'devices/r1.yaml': deviceYaml(at.router, 'r1', '  suspend: true\n') }));
    await outcomeOf(rig, 'r1', 'Suspended');
    expect(await rig.controller.api.store.attempts.list('r1', 5)).toEqual([]);
    expect(blocked(rig)).toBe(0);
  });
});

describe('what cannot be armed', () => {
  it('a field that the version lacks is held back before anything is sent', async () => {
    rig = await startRig((router) => labFleet(router, 'dns: {vrf: mgmt}'), [seed('r1', { version: '7.12.2' })]);
    expect(await outcomeOf(rig, 'r1', 'InSync')).toMatchObject({
      heldBack: {
        code: 'RowsHeldBack',
        rows: [expect.stringMatching(/^\/ip\/dns vrf: RouterOS 7\.12\.2 does not have vrf/)],
      },
    });
    expect(rig.router.requests.filter((request) => request.method !== 'GET')).toEqual([]);
  });

  it('a script that the router cannot parse is refused, whatever a comment in it says', async () => {
    for (const comment of [' ', 'x', 'syntax error (line 2 column 1)']) {
      const scripts: { name: string; source: string; policy: string }[] = [];
      const session = {
        print: async () => scripts.map((script, at) => ({ ...script, '.id': `*${at}` })),
        add: async (_menu: string, fields: Record<string, string>) => {
          scripts.push(fields as (typeof scripts)[number]);
          return fields;
        },
        execute: async () => 'syntax error (line 2 column 1)',
      } as unknown as Parameters<typeof arm>[0];
      const armedSource = `/ip/dns/static set comment="${comment}"`;
      const input = {
        names: armedNamesOf('sha256:0123456789ab', 1),
        undo: { armed: armedSource, parts: [], onStartup: '' },
        confirmWithinSeconds: 300,
        tier: 'full' as const,
        takesSecrets: false,
      };
      await expect(arm(session, input)).rejects.toMatchObject({ code: 'ArmFailed' });
    }
  });
});

describe('an interrupted probe', () => {
  it('is removed by the next pass', async () => {
    rig = await startRig((router) => labFleet(router, LIST));
    await outcomeOf(rig, 'r1', 'InSync');
    const by = { user: 'gitops-before', verb: 'add' };
    rig.router.human.change({ ...by, menu: '/system/script', args: { name: 'rg-probe', source: ':local rgProbe 1' } });
    const everySecond = { name: 'rg-probe', interval: '1s', 'on-event': '/system script run "rg-probe"' };
    rig.router.human.change({ ...by, menu: '/system/scheduler', args: everySecond });
    await rig.controller.api.reconcile([]);
    const at = rig;
    const left = await until(
      () => [...at.router.rows('/system/script'), ...at.router.rows('/system/scheduler')].map((row) => row['name']),
      (names) => !names.includes('rg-probe'),
    );
    expect(left).not.toContain('rg-probe');
  });
});
