import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CUT } from '#routeros';
import { request } from '#test/ask.ts';
import { startGitRig } from '#test/git-rig.ts';
import { told } from '#test/told.ts';
import { configYaml, deviceYaml, labFleet, outcomeOf, PASSWORD, seed, startRig, type Rig } from '#test/rig.ts';

const LIST = '/ip/firewall/address-list';
const FORMS: Readonly<Record<string, string>> = {
  bare: PASSWORD,
  'as the header': Buffer.from(`gitops:${PASSWORD}`).toString('base64'),
  'in hex': Buffer.from(PASSWORD).toString('hex'),
  'in a URL': `https://gitops:${encodeURIComponent(PASSWORD)}@192.0.2.1/`,
};

let rig: Rig;

afterEach(() => rig.close());

async function start(sections: string, comment: string, address: string): Promise<void> {
  rig = await startRig(
    (router) => labFleet(router, sections),
    [seed('r1', { menus: { [LIST]: [{ list: 'blocked', address, comment }] } })],
  );
}

/** Everything that the store, and whoever asks the controller, gets to see. */
async function everythingTold(): Promise<string> {
  const { api } = rig.controller;
  const told = await Promise.all(
    ['status', 'plans', 'plan-groups', 'drift', 'devices', 'history/r1', 'audit'].map(async (resource) =>
      JSON.stringify(await request(api, 'GET', resource)),
    ),
  );
  const { stateFolder } = rig.config;
  const files = (await readdir(stateFolder)).filter((name) => name.startsWith('store.db'));
  const stored = await Promise.all(files.map((name) => readFile(path.join(stateFolder, name), 'latin1')));
  expect(stored.join('').length).toBeGreaterThan(1000);
  return [...told, ...stored].join('\n');
}

function expectNone(told: string): void {
  for (const [form, text] of Object.entries(FORMS))
    expect({ form, told: told.includes(text) }).toEqual({ form, told: false });
}

const writes = (): number => rig.router.requests.filter(({ method }) => method !== 'GET').length;

describe.each(Object.entries(FORMS))('a password of ours that stands in a row of the router, %s', (_form, text) => {
  it('keeps the plan that would touch the row from being proposed, and is told with menu and row', async () => {
    await start('addressLists: [{list: blocked, address: 198.51.100.7, comment: new}]', `x ${text} y`, '198.51.100.7');
    const outcome = await outcomeOf(rig, 'r1', 'Stalled');
    expect(told(outcome)).toMatchObject({
      reasons: [
        {
          code: 'SecretInRow',
          message: expect.stringMatching(/^\/ip\/firewall\/address-list .*198\.51\.100\.7.*: the row holds/),
        },
      ],
    });
    expectNone(await everythingTold());
    expect(await rig.controller.api.store.plans.current('r1')).toBeNull();
    expect(writes()).toBe(0);
  });

  it('is masked, and the row told all the same, where no plan touches it', async () => {
    await start('addressLists: [{list: blocked, address: 203.0.113.1}]', `x ${text} y`, '198.51.100.7');
    await outcomeOf(rig, 'r1', 'Confirmed');
    const [attempt] = await rig.controller.api.store.attempts.list('r1', 1);
    expect(attempt?.payload.plan.extras).toMatchObject([{ live: { comment: expect.stringContaining(CUT) } }]);
    expectNone(await everythingTold());
    const kept = rig.router.rows(LIST).find((row) => row['address'] === '198.51.100.7');
    expect(kept?.['comment']).toBe(`x ${text} y`);
  });
});

it('a password of ours that somebody declares is never planned, and the plan before it goes', async () => {
  await start('addressLists: [{list: blocked, address: 198.51.100.7}]', '', '198.51.100.7');
  await outcomeOf(rig, 'r1', 'InSync');
  const declared = `addressLists: [{list: blocked, address: 198.51.100.7, comment: "${PASSWORD}"}]`;
  await rig.declare({ 'configs/r1.yaml': configYaml('r1', declared) });
  const outcome = await outcomeOf(rig, 'r1', 'Stalled');
  expect(outcome).toMatchObject({ reasons: [{ code: 'SecretInRow' }] });
  expect(JSON.stringify(outcome)).not.toContain(PASSWORD);
  expect(await rig.controller.api.store.plans.current('r1')).toBeNull();
  expect(writes()).toBe(0);
});

it.each(Object.entries(FORMS))(
  'a commit that nobody vouches for tells no password of ours, %s',
  async (_form, text) => {
    const git = await startGitRig((fleet) => ({ 'r1.yaml': deviceYaml(fleet.router('r1'), 'r1') }), [seed('r1')]);
    rig = git;
    for (const message of [`Say ${text}\n`, `${'x'.repeat(50)} ${text}\n`]) {
      const { reasons, status } = await git.refusal(() => git.change({ 'x.yaml': '' }, { key: git.keys.eve, message }));
      const told = [JSON.stringify(reasons), status, JSON.stringify(await git.audited('source.refused'))].join();
      expect(told).toContain('commit ');
      expectNone(told);
      expect(told).not.toContain(PASSWORD.slice(0, 8));
      expect(told).not.toContain(FORMS['as the header']?.slice(0, 8));
      expect(told).not.toContain(FORMS['in hex']?.slice(0, 8));
    }
  },
);
