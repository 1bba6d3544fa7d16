import { chmod, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stillClock, type StillClock } from '#test/access-rig.ts';
import { temporaryFolder } from '#test/rig.ts';
import type { AccessFault } from '../../controller/access/access-rules.ts';
import { RulesInForce } from '../../controller/access/rules-in-force.ts';

let file: string;
let clock: StillClock;
let told: (AccessFault | null)[];
beforeEach(async () => {
  file = path.join(await temporaryFolder(), 'access.yaml');
  clock = stillClock();
  told = [];
});
afterEach(async () => await rm(path.dirname(file), { recursive: true }));

const token = (name: string): string =>
  `tokens: [{name: ${name}, sha256: ${'a'.repeat(64)}, for: api, expires: 2999-01-01, role: read_only, devices: {all: true}}]\n`;

async function open(named = false): Promise<RulesInForce> {
  return await RulesInForce.open({ path: file, named }, clock, (fault) => void told.push(fault));
}

/** What the file says after a while. */
async function later(rules: RulesInForce): Promise<readonly string[]> {
  clock.pass(2_001);
  return (await rules.rules()).tokens.map(({ name }) => name);
}

it('nobody has a token where there is no file, until there is one', async () => {
  const rules = await open();
  expect(await later(rules)).toEqual([]);
  await writeFile(file, token('a'), { mode: 0o600 });
  expect(await later(rules)).toEqual(['a']);
  await rm(file);
  expect(await later(rules)).toEqual([]);
  expect(told).toEqual([]);
});

it('a broken file changes nothing, and is said once', async () => {
  await writeFile(file, token('a'), { mode: 0o600 });
  const rules = await open();
  for (const broken of ['tokens: [\n', token('b').replace('read_only', 'root')]) {
    await writeFile(file, broken);
    expect(await later(rules)).toEqual(['a']);
    expect(await later(rules)).toEqual(['a']);
  }
  expect(rules.fault?.message).toContain('tokens[0].role: must be one of');
  await writeFile(file, token('b'));
  await chmod(file, 0o666);
  expect(await later(rules)).toEqual(['a']);
  expect(rules.fault?.message).toContain('is open to others (mode 0666); close it: chmod go-w');
  await chmod(file, 0o600);
  expect(await later(rules)).toEqual(['b']);
  await chmod(file, 0o666);
  expect(await later(rules)).toEqual(['b']);
  await chmod(file, 0o600);
  expect(await later(rules)).toEqual(['b']);
  expect(rules.fault).toBeNull();
  expect(told.map((fault) => fault?.message.split('\n')[1]?.replace(file, 'F') ?? null)).toEqual([
    '- F:2: not valid YAML (bad indent)',
    '- F:1: tokens[0].role: must be one of read_only, ops_rw, admin, auditor',
    null,
    null,
    null,
    null,
  ]);
});

it('a broken file is no beginning, nor one that was named and is not there', async () => {
  await expect(open(true)).rejects.toMatchObject({ code: 'FileUnusable' });
  await writeFile(file, 'tokens: {}\n', { mode: 0o600 });
  await expect(open()).rejects.toMatchObject({ code: 'AccessInvalid' });
  await writeFile(file, token('a'));
  await chmod(file, 0o622);
  await expect(open()).rejects.toMatchObject({ code: 'FileUnusable' });
});

it('the file is not read for each token', async () => {
  await writeFile(file, token('a'), { mode: 0o600 });
  const rules = await open();
  await writeFile(file, token('b'));
  expect((await rules.rules()).tokens[0]?.name).toBe('a');
  expect(await later(rules)).toEqual(['b']);
});
