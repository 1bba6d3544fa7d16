import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operationsOf } from '../../controller/operations/api.ts';
import { principalOf } from '../../controller/access/principal.ts';
import { ROLES } from '../../controller/access/permissions.ts';
import { ask } from '#test/ask.ts';
import {
  configYaml,
  deviceYaml,
  outcomeOf,
  POLICIES,
  readableSeed,
  READABLE_LAB,
  READER,
  type Rig,
  seed,
  startRig,
  until,
} from '#test/rig.ts';

/** Nothing is approved by itself, so that plans stay. */
const BY_HAND = POLICIES.replace('auto: true', 'approvers: {roles: [approver]}');
const FLEET = `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: {name: fleet}
spec:
  selector: {}
  priority: 5
  identity: {name: fleet}
  # Who answers.
  dns: {servers: [192.0.2.1]}
  dnsStatic:
    - {name: old.example.net, address: 192.0.2.7}
`;

let rig: Rig;

beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(
        ['r1', 'r2', 'r3'].map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)]),
      ),
      'configs/fleet.yaml': FLEET,
      'configs/r1.yaml': configYaml('r1', 'identity: {name: r1}'),
      'policies.yaml': POLICIES,
    }),
    [readableSeed('r1'), readableSeed('r2'), seed('r3')],
    () => ({ credentials: READABLE_LAB }),
  );
  for (const name of ['r1', 'r2', 'r3'])
    await until(
      () => rig.controller.api.visitOf(name)?.outcome.kind,
      (kind) => kind === 'InSync',
    );
  // From now on nothing is applied by itself.
  await rig.declare({ 'policies.yaml': BY_HAND });
});
afterAll(async () => await rig.close());

it('shows the plans with the very ids that the controller makes once the files say it', async () => {
  const shown = await ask(rig.controller.api, 'previewChange', {
    section: 'dns',
    whom: { config: 'fleet' },
    set: { servers: ['192.0.2.53', '192.0.2.54'] },
    reason: 'they moved',
  });
  expect(shown.files).toEqual([
    {
      file: 'configs/fleet.yaml',
      made: false,
      patch: `diff --git a/configs/fleet.yaml b/configs/fleet.yaml
--- a/configs/fleet.yaml
+++ b/configs/fleet.yaml
@@ -6,6 +6,6 @@
   priority: 5
   identity: {name: fleet}
   # Who answers.
-  dns: {servers: [192.0.2.1]}
+  dns: {servers: [192.0.2.53, 192.0.2.54]}
   dnsStatic:
     - {name: old.example.net, address: 192.0.2.7}`,
    },
  ]);
  expect(shown).toMatchObject({ targets: ['r1', 'r2', 'r3'], changes: ['r1', 'r2', 'r3'], unread: [], inSync: [] });
  expect(shown.groups.map(({ devices }) => devices)).toEqual([['r1', 'r2', 'r3']]);
  expect(shown.plans[0]).toMatchObject({
    changes: 1,
    deletions: 0,
    offline: false,
    against: [],
    approvers: [{ policy: 'lab', who: '1 of role approver', people: null, auto: false }],
  });
  expect(shown.notes[0]).toContain('only when a plan is applied');
  // Nothing was stored, and the device goes on as it was.
  expect(await rig.controller.api.store.plans.listCurrent()).toEqual([]);

  const text = FLEET.replace('[192.0.2.1]', '[192.0.2.53, 192.0.2.54]');
  await rig.declare({ 'configs/fleet.yaml': text });
  const made = await until(
    () => rig.controller.api.store.plans.listCurrent(),
    (plans) => plans.length === 3,
  );
  expect(Object.fromEntries(made.map(({ device, id }) => [device, id]))).toEqual(
    Object.fromEntries(shown.plans.map(({ device, planId }) => [device, planId])),
  );
  await rig.declare({ 'configs/fleet.yaml': FLEET });
  await outcomeOf(rig, 'r1', 'InSync');
});

it('counts what would be deleted, and shows whom nobody can tell about', async () => {
  const shown = await ask(rig.controller.api, 'previewChange', {
    section: 'dnsStatic',
    whom: { config: 'fleet' },
    remove: [{ name: 'old.example.net' }],
    reason: 'gone',
  });
  expect(shown.plans.map(({ deletions }) => deletions)).toEqual([1, 1, 1]);
});

it('reads what nobody declared before over the user that only reads, or says that it does not know', async () => {
  const clocks = (device: string) => ({
    section: 'ntpClient',
    whom: { devices: [device] },
    set: { enabled: true, servers: ['192.0.2.123'] },
    reason: 'clocks',
  });
  const before = rig.fleet.router('r2').requests.length;
  const shown = await ask(rig.controller.api, 'previewChange', clocks('r2'));
  expect(shown).toMatchObject({ unread: [], plans: [{ device: 'r2', against: [] }] });
  expect(shown.files).toMatchObject([{ file: 'configs/proposals/proposed-r2.yaml', made: true }]);
  const asked = rig.fleet.router('r2').requests.slice(before);
  expect(asked.filter(({ path }) => path.includes('/ntp/')).map(({ user }) => user)).toEqual([READER.user.name]);
  // r3 has no such user.
  expect(await ask(rig.controller.api, 'previewChange', clocks('r3'))).toMatchObject({
    unread: ['r3'],
    plans: [],
    fleetPlanId: null,
  });
  const [file] = shown.files;
  await rig.declare({ [file?.file ?? '']: madeBy(file?.patch ?? '') });
  const made = await until(
    () => rig.controller.api.store.plans.listCurrent(),
    (plans) => plans.length === 1,
  );
  expect(made.map(({ id }) => id)).toEqual(shown.plans.map(({ planId }) => planId));
  await rm(path.join(rig.sourceFolder, file?.file ?? ''));
  await rig.declare({});
  await outcomeOf(rig, 'r2', 'InSync');
});

/** A file that a patch makes. */
function madeBy(patch: string): string {
  const lines = patch.split('\n').filter((line) => /^\+(?!\+\+ )/.test(line));
  return `${lines.map((line) => line.slice(1)).join('\n')}\n`;
}

it('shows a device that does not answer as it was read last', async () => {
  rig.fleet.router('r3').faults.add({ kind: 'offline' });
  await rig.controller.api.reconcile([]);
  await outcomeOf(rig, 'r3', 'Deferred');
  const intent = { section: 'identity', whom: { devices: ['r3'] }, set: { name: 'edge' }, reason: 'named anew' };
  const shown = await ask(rig.controller.api, 'previewChange', intent);
  expect(shown.plans).toMatchObject([{ device: 'r3', changes: 1, offline: true }]);
  expect(shown.plans[0]?.readAt).toBeLessThan(shown.now);
});

it('shows whoever may see some devices no line of others, and refuses what hits them', async () => {
  const rights = [{ permissions: new Set(ROLES.ops_rw), devices: { names: ['r1'] } }];
  const person = principalOf('operator:one', rights, () => null);
  const operations = operationsOf(rig.controller.api);
  const asked = { section: 'identity', whom: { devices: ['r1'] }, set: { name: 'mine' }, reason: 'mine' };
  const shown = await operations.ask(person, 'previewChange', asked);
  expect(shown.files[0]?.patch.split('\n').slice(3)).toEqual([
    '@@ -7,1 +7,1 @@',
    '-  identity: {name: r1}',
    '+  identity: {name: mine}',
  ]);
  const foreign = { ...asked, whom: { config: 'fleet' } };
  await expect(operations.ask(person, 'previewChange', foreign)).rejects.toMatchObject({ code: 'NotAllowed' });
  const readers = principalOf(
    'reader',
    [{ permissions: new Set(ROLES.read_only), devices: { all: true } }],
    () => null,
  );
  await expect(operations.ask(readers, 'previewChange', asked)).rejects.toMatchObject({ code: 'NotAllowed' });
  await expect(operations.ask(person, 'previewChange', { ...asked, whom: { devices: ['r2'] } })).rejects.toMatchObject({
    code: 'ChangeRefused',
    message: expect.stringContaining('there is no device "r2"') as string,
  });
  const misspelt = { ...asked, section: 'identiti' };
  await expect(operations.ask(person, 'previewChange', misspelt)).rejects.toMatchObject({
    code: 'ChangeRefused',
    field: 'section',
    message: expect.stringMatching(/; there are .*identity, .*\(did you mean identity\?\)/) as string,
  });
  await expect(operations.ask(person, 'previewChange', { ...asked, whom: { all: true } })).rejects.toMatchObject({
    code: 'BadRequest',
  });
});

it('keeps a proposal where the source has no branches: the same once more, anew where the files moved', async () => {
  const operations = operationsOf(rig.controller.api);
  const rights = [{ permissions: new Set(ROLES.ops_rw), devices: { names: ['r1'] } }];
  const person = principalOf('token:one', rights, () => null);
  const other = principalOf(
    'token:two',
    [{ permissions: new Set(ROLES.ops_rw), devices: { names: ['r2'] } }],
    () => null,
  );
  const asked = { section: 'identity', whom: { devices: ['r1'] }, set: { name: 'mine' }, reason: 'mine' };
  const proposal = await operations.ask(person, 'proposeChange', asked);
  expect(proposal).toMatchObject({
    proposedBy: 'token:one',
    state: 'kept',
    branch: null,
    devices: ['r1'],
    files: [
      { file: 'configs/r1.yaml', made: false, patch: expect.stringContaining('+  identity: {name: mine}') as string },
    ],
  });
  expect(await operations.ask(person, 'proposeChange', asked)).toMatchObject({
    id: proposal.id,
    madeAt: proposal.madeAt,
  });
  const { id } = proposal;
  expect(await operations.ask(person, 'proposal', { proposal: id })).toMatchObject({ id, reason: 'mine' });
  expect(await operations.ask(other, 'proposals', {})).toEqual([]);
  await expect(operations.ask(other, 'proposal', { proposal: id })).rejects.toMatchObject({ code: 'NotFound' });
  await expect(operations.ask(other, 'withdrawProposal', { proposal: id })).rejects.toMatchObject({ code: 'NotFound' });

  await rig.declare({ 'configs/r1.yaml': configYaml('r1', '# Its name.\nidentity: {name: r1}') });
  const anew = await operations.ask(person, 'proposeChange', asked);
  expect(anew).toMatchObject({ id, proposedAt: proposal.proposedAt });
  expect(anew.base).not.toBe(proposal.base);
  expect(await operations.ask(person, 'withdrawProposal', { proposal: id })).toMatchObject({ state: 'withdrawn' });
  await expect(operations.ask(person, 'withdrawProposal', { proposal: id })).rejects.toMatchObject({
    code: 'ChangeRefused',
  });
  // What was withdrawn may be proposed again.
  expect(await operations.ask(person, 'proposeChange', asked)).toMatchObject({ id, state: 'kept' });
});

it('keeps no more than fifty of one principal', async () => {
  const asked = (at: number) => ({
    section: 'identity',
    whom: { devices: ['r2'] },
    set: { name: `r2-${at}` },
    reason: 'x',
  });
  for (let at = 0; at < 50; at += 1) await ask(rig.controller.api, 'proposeChange', asked(at));
  await expect(ask(rig.controller.api, 'proposeChange', asked(50))).rejects.toMatchObject({
    code: 'ChangeRefused',
    message: expect.stringContaining('50 proposals are open already') as string,
  });
  expect(await ask(rig.controller.api, 'proposeChange', asked(7))).toMatchObject({ state: 'kept' });
});
