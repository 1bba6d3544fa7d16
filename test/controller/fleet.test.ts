import { expect, test } from 'vitest';
import { createClock } from '../../controller/clock.ts';
import type { Inventory } from '../../controller/desired/inventory.ts';
import { WEEKDAYS } from '../../controller/policy/window.ts';
import { Fleet } from '../../controller/fleet/fleet.ts';
import type { Source } from '../../controller/fleet/source.ts';
import type { Target } from '../../controller/fleet/target.ts';
import { deviceYaml, inventoryOf, policyYaml } from '#test/documents.ts';

const AUTO = policyYaml('ApprovalPolicy', 'lab', 'selector: {matchLabels: {environment: lab}}\nauto: true');
const PEOPLE = policyYaml('ApprovalPolicy', 'all', 'selector: {}\napprovers: {roles: [approver]}');

function fleetOf(environment: string, policies: string): Inventory {
  return inventoryOf({ 'r1.yaml': deviceYaml('r1', `environment: ${environment}`), 'policies.yaml': policies });
}

async function targetBetween(before: Inventory, incoming: Inventory | null): Promise<Target | null> {
  const inForce = { revision: 'rev-1', at: 1, inventory: before, incoming, planSource: 'git:x@1' };
  const follower: Pick<Source, 'source' | 'restore'> = { source: 'git:x', restore: () => Promise.resolve(inForce) };
  const fleet = new Fleet(follower as Source, createClock());
  await fleet.restore();
  return fleet.targetOf('r1');
}

test('while a control plan waits, a device is judged by the stricter of what it is and what it will be', async () => {
  const lab = fleetOf('lab', AUTO);
  expect(await targetBetween(lab, null)).toMatchObject({ environment: 'lab', approvalRules: [{ policy: 'lab' }] });
  const prod = fleetOf('prod', `${AUTO}---\n${PEOPLE}`);
  expect(await targetBetween(lab, prod)).toMatchObject({
    environment: 'prod',
    approvalRules: [{ policy: 'lab' }, { policy: 'all' }],
  });
  expect(await targetBetween(prod, lab)).toMatchObject({ environment: 'prod' });
  // Nothing will match it: nobody can approve a change to it, and no standing word counts.
  const moved = fleetOf('staging', AUTO);
  expect(await targetBetween(lab, moved)).toMatchObject({ environment: 'staging', approvalRules: [] });
});

test('the RolloutPolicy too: both windows, the smaller budgets, no correction of drift unless both grant it', async () => {
  const rollout = (spec: string): Inventory =>
    fleetOf('prod', `${PEOPLE}---\n${policyYaml('RolloutPolicy', 'usual', `selector: {}\n${spec}`)}`);
  const loose = rollout('drift: correct\nbudgets: {maxChanges: 40, maxDeletions: 1}');
  const tight = rollout(
    'drift: alert\nbudgets: {maxChanges: 4, maxDeletions: 20}\nwindows: [{from: "02:00", to: "04:00"}]',
  );
  const windows = [{ days: WEEKDAYS, from: '02:00', to: '04:00' }];
  const expected = { maxChanges: 4, maxDeletions: 1, drift: { usual: { mode: 'alert' } } };
  expect((await targetBetween(loose, tight))?.rollout).toMatchObject({
    ...expected,
    windows: [{ windows: [] }, { windows }],
  });
  expect((await targetBetween(tight, loose))?.rollout).toMatchObject({
    ...expected,
    windows: [{ windows }, { windows: [] }],
  });
  expect((await targetBetween(loose, loose))?.rollout.windows).toHaveLength(1);
});

test('what nobody approved yet ends no visits and no search for drift', async () => {
  const suspended = inventoryOf({
    'r1.yaml': deviceYaml('r1', 'environment: lab\nsuspend: true'),
    'policies.yaml': AUTO,
  });
  expect(await targetBetween(fleetOf('lab', AUTO), suspended)).toMatchObject({ suspended: false });
  const drift = (word: string): Inventory =>
    fleetOf('lab', `${AUTO}---\n${policyYaml('RolloutPolicy', 'usual', `selector: {}\ndrift: ${word}`)}`);
  expect((await targetBetween(drift('correct'), drift('ignore')))?.rollout.drift.usual.mode).toBe('alert');
  expect((await targetBetween(drift('alert'), drift('ignore')))?.rollout.drift.usual.mode).toBe('alert');
});

test('drift is corrected in a section, and by deleting, only where both policies say so', async () => {
  const rules = (drift: string, ...said: readonly string[]): Inventory =>
    fleetOf(
      'lab',
      `${AUTO}---\n${policyYaml('RolloutPolicy', 'usual', `selector: {}\ndrift: ${drift}\ndriftRules: [${said.join(', ')}]`)}`,
    );
  const before = rules(
    'correct',
    '{sections: [dns], drift: correct, deletions: allow}',
    '{sections: [addresses], drift: ignore}',
  );
  const after = rules(
    'alert',
    '{sections: [dns, addresses], drift: correct}',
    '{sections: [identity], drift: correct}',
  );
  const refuse = 'refuse';
  expect((await targetBetween(before, after))?.rollout.drift).toEqual({
    usual: { mode: 'alert', deletions: refuse },
    sections: {
      dns: { mode: 'correct', deletions: refuse },
      addresses: { mode: 'ignore', deletions: refuse },
      identity: { mode: 'correct', deletions: refuse },
    },
  });
});
