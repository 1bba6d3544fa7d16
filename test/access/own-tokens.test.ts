import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { accessBy, declared } from '#test/access-rig.ts';
import { temporaryFolder } from '#test/rig.ts';

let folder: string;
beforeEach(async () => (folder = await temporaryFolder()));
afterEach(async () => await rm(folder, { recursive: true }));

function tokenLine(name: string, token: string, more = ''): string {
  const sha256 = createHash('sha256').update(token).digest('hex');
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '');
  return `  - {name: ${name}, sha256: ${sha256}, for: api, expires: '${inAnHour}', role: read_only, devices: {names: [r1]}${more}}\n`;
}

it("a token of the operator's own counts at its door until it expires", async () => {
  const { access, clock } = await accessBy(folder, `tokens:\n${tokenLine('grafana', 'rgt_x')}`, [declared('r1')]);
  const { principal, requestsPerMinute, expiresAt } = await access.authenticate('bearer  rgt_x', 'api');
  expect(principal.actor).toBe('token:grafana');
  expect([principal.may('device.read', 'r1'), principal.may('device.read', 'r2')]).toEqual([true, false]);
  expect(requestsPerMinute).toBe(300);
  expect(principal.expiresAt).toBe(expiresAt);
  const refused = async (authorization: string | undefined, door: 'api' | 'mcp' = 'api'): Promise<unknown> =>
    await access.authenticate(authorization, door).catch((error: unknown) => error);
  expect(await refused('Bearer rgt_x', 'mcp')).toMatchObject({ code: 'NotAuthenticated' });
  for (const other of [
    undefined,
    '',
    'Bearer',
    'Bearer rgt_y',
    'Basic rgt_x',
    'rgt_x',
    'Bearer rgt_x, Bearer rgt_y',
    `Bearer ${'x'.repeat(20_000)}`,
  ])
    expect(await refused(other)).toMatchObject({ code: 'NotAuthenticated' });
  clock.pass(3_600_001);
  expect(String(await refused('Bearer rgt_x'))).toContain('The token has expired');
});

it('one that is taken out of the file counts no more', async () => {
  const { access, clock, write } = await accessBy(folder, `tokens:\n${tokenLine('a', 'x')}${tokenLine('b', 'y')}`);
  await access.authenticate('Bearer x', 'api');
  await write(`tokens:\n${tokenLine('b', 'y')}`);
  clock.pass(2_001);
  await expect(access.authenticate('Bearer x', 'api')).rejects.toMatchObject({ code: 'NotAuthenticated' });
  expect((await access.authenticate('Bearer y', 'api')).principal.actor).toBe('token:b');
});

it('what somebody may do follows the file for as long as what they began takes', async () => {
  const { access, clock, write } = await accessBy(folder, `tokens:\n${tokenLine('a', 'x')}`, [declared('r1')]);
  const { principal } = await access.authenticate('Bearer x', 'api');
  const mayStill = (): boolean => principal.may('device.read', 'r1');
  await write(`tokens:\n${tokenLine('b', 'y')}`);
  expect(mayStill()).toBe(true);
  clock.pass(2_001);
  await vi.waitFor(() => expect(mayStill()).toBe(false));
  await write(`tokens:\n${tokenLine('a', 'x')}`);
  await vi.waitFor(() => {
    clock.pass(2_001);
    expect(mayStill()).toBe(true);
  });
  await write('tokens: [');
  clock.pass(2_001);
  await access.rules();
  expect(mayStill()).toBe(true);
});
