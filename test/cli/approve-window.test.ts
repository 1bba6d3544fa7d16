import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ask } from '#test/ask.ts';
import { until } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { WEEKDAYS } from '../../controller/policy/window.ts';
import { type Closers, openWaiting, type Site } from './approve-site.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Brings other policies into force: a time for approvals, and a window that opens in three days. */
async function bring(site: Site, hours: number): Promise<void> {
  const read = (file: string): string => readFileSync(path.join(site.clone, file), 'utf8');
  // Three days from now, Monday first.
  const day = WEEKDAYS[(new Date(site.rig.controller.api.clock.now()).getUTCDay() + 2) % 7];
  const window = `  windows: [{days: [${String(day)}], from: "12:00", to: "14:00"}]\n`;
  const rollout = read('policies/rollout.yaml').replace(/ {2}windows: .*\n/, '');
  await site.commit({
    'policies/rollout.yaml': rollout.replace(/^ {2}drift: /m, `${window}  drift: `),
    'policies/approval.yaml': read('policies/approval.yaml')
      .replaceAll(/ {2}expiresAfterHours: .*\n/g, '')
      .replaceAll('  excludeAuthors: false\n', `  excludeAuthors: false\n  expiresAfterHours: ${String(hours)}\n`),
  });
  const approved = await site.approve(['control', '--yes']);
  if (approved.code !== EXIT.ok) throw new Error(approved.stderr);
  await site.rig.controller.api.reconcile([]);
  await site.settled('Waiting', 'r1', 'r2');
}

async function waitsFor(site: Site, device: string): Promise<string> {
  const { devices } = await ask(site.rig.controller.api, 'status', {});
  return devices.find(({ name }) => name === device)?.message ?? '';
}

it('an approval is signed only if it still holds when the maintenance window opens', async () => {
  const site = await openWaiting(closers);
  await bring(site, 24);
  const head = await site.git('rev-parse', 'HEAD');
  for (const what of [['r1'], []]) {
    const refused = await site.approve([...what, '--yes']);
    expect(refused.code).toBe(EXIT.failure);
    expect(`${refused.stdout}${refused.stderr}`).toContain('would expire before the maintenance window opens');
    expect(`${refused.stdout}${refused.stderr}`).toContain('expiresAfterHours');
  }
  expect(await site.git('rev-parse', 'HEAD')).toBe(head);

  await bring(site, 168);
  expect(await site.approve(['--yes'])).toMatchObject({ code: EXIT.ok, stderr: '' });
  await until(
    () => waitsFor(site, 'r1'),
    (message) => message.startsWith('The maintenance window'),
  );

  // What was approved for a week holds for a day by the policy that comes now.
  await bring(site, 24);
  await until(
    () => waitsFor(site, 'r1'),
    (message) => /The approval expires .* before the maintenance window opens .* approve it anew/.test(message),
  );
});
