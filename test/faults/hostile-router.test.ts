import { getHeapStatistics } from 'node:v8';
import { afterEach, describe, expect, it } from 'vitest';
import type { Fleet, SimulatedRouter } from '#simulator';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import { endlessly, startHostileRouter, type HostileRouter, type Hostility } from '#test/hostile-router.ts';
import { configYaml, deviceYaml, seed, until } from '#test/rig.ts';
import { sampleOf } from '#test/sample.ts';

const HONEST = Array.from({ length: 9 }, (_, at) => `r${at}`);
const ALL = [...HONEST, 'hostile'];
/** Endless answers keep a busy machine from all else for a while: no undo may fire meanwhile, nobody asks about it here. */
const POLICIES = `apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: lab}
spec:
  selector: {}
  approvers: {roles: [approver]}
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: usual}
spec:
  selector: {}
  waves: [{name: canary, selector: {names: [r0]}}]
  maxUnavailable: 4
  failureBudget: 1
  confirmWithinSeconds: 3000
  health: {settleSeconds: 0}
`;
const NEW = `
dns: {servers: [9.9.9.9]}
addressLists:
  - {list: blocked, address: 198.51.100.7, comment: new}
`;

let rig: GitRig;
let hostile: HostileRouter;
/** Of the router behind the hostile one. */
let honestUrl = '';

afterEach(async () => {
  await rig.close();
  await hostile.close();
});

function isRead(url: string | undefined): boolean {
  return url?.startsWith('/rest/ip/') === true;
}

/** Hostile from a request on, which is counted from the moment it turns. */
function after(requests: number, strike: Hostility): Hostility {
  let seen = 0;
  return (request, response) => (seen += 1) > requests && strike(request, response);
}

const STRIKES: Readonly<Record<string, Hostility>> = {
  'empty rows without end': ({ method, url }, response) =>
    method === 'GET' && isRead(url) && endlessly(response, 200, '[{}', ',{}'),
  'rows like those of a router, without end': ({ method, url }, response) =>
    method === 'GET' &&
    isRead(url) &&
    endlessly(response, 200, '[{".id":"*1"}', ',{".id":"*1","list":"a","address":"1.1.1.1"}'),
  'one value without end': ({ method }, response) => method === 'GET' && endlessly(response, 200, '[{"name":"', 'x'),
  'depth without end': (_, response) => endlessly(response, 200, '', '['),
  'a refusal without end': (_, response) => endlessly(response, 400, '{"detail":"', 'no such item '),
};

const CASES = [
  ['empty rows without end', 'from its first request on', 0],
  ['empty rows without end', 'once it is approved', 0],
  ['rows like those of a router, without end', 'amid its apply', 12],
  ['one value without end', 'amid its apply', 25],
  ['depth without end', 'once it is approved', 3],
  ['a refusal without end', 'amid its apply', 30],
] as const;
const PLAYED = sampleOf('hostile router', CASES, 2);

describe('a hostile router beside nine honest ones', () => {
  it.each(PLAYED)('%s, %s: the nine end as without it', { timeout: 120_000 }, async (what, when, requests) => {
    const strike = after(requests, STRIKES[what] ?? (() => false));
    hostile = await startHostileRouter(() => honestUrl);
    if (when === 'from its first request on') hostile.turn(strike);
    rig = await startGitRig(
      (fleet) => {
        honestUrl = fleet.router('hostile').url;
        return {
          'policies.yaml': POLICIES,
          'config.yaml': configYaml('all', NEW).replace('{names: [all]}', '{}'),
          'devices.yaml': ALL.map((name) => deviceOf(fleet, name)).join('---\n'),
        };
      },
      ALL.map((name) =>
        seed(name, { menus: { '/ip/firewall/address-list': [{ list: 'blocked', address: '198.51.100.7' }] } }),
      ),
    );
    for (const name of ALL) await rig.controller.api.store.devices.setProbed(name, PROBED).catch(() => {});
    const planned = when === 'from its first request on' ? HONEST : ALL;
    const fleetPlan = await until(
      () => rig.controller.api.store.fleetPlans.latest(),
      (plan) => plan?.plans.length === planned.length,
      60,
    );
    if (when !== 'from its first request on') hostile.turn(strike);
    await rig.approve('bob', fleetPlan?.id ?? '');
    await until(
      () => HONEST.filter((name) => !isDone(rig.fleet.router(name))),
      (waiting) => waiting.length === 0,
      60,
    );
    const ends = await until(
      async () => await Promise.all(HONEST.map((name) => rig.controller.api.store.attempts.list(name, 5))),
      (all) => all.flat().every(({ end }) => end !== null),
      60,
    );
    expect(ends.map((attempts) => attempts.map(({ end }) => end))).toEqual(HONEST.map(() => ['confirmed']));
    expect(hostile.struck).toBeGreaterThan(0);
    expect(process.memoryUsage().heapUsed).toBeLessThan(getHeapStatistics().heap_size_limit / 2);
  });
});

const PROBED = { version: '7.20.8 (stable)', tier: 'full' } as const;

function deviceOf(fleet: Fleet, name: string): string {
  const yaml = deviceYaml(fleet.router(name), name, '', 'lab', 10);
  return name === 'hostile' ? yaml.replace(honestUrl, hostile.url) : yaml;
}

function isDone(router: SimulatedRouter): boolean {
  const [row] = router.rows('/ip/firewall/address-list');
  return router.rows('/ip/dns')[0]?.['servers'] === '9.9.9.9' && row?.['comment'] === 'new';
}
