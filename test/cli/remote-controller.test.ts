import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorsOf, People } from '#test/api-rig.ts';
import { configYaml, deviceYaml, outcomeOf, POLICIES, type Rig, seed, startRig } from '#test/rig.ts';
import type { Doors } from '../../controller/doors/open-doors.ts';
import { rosctl } from './run.ts';

let rig: Rig;
let doors: Doors;
const people = new People();
const admin = people.set('admin', { role: 'admin' });
const technician = people.set('technician', { role: 'ops_rw', devices: { names: ['r1'] } });

beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(['r1', 'r2'].map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)])),
      'configs/r1.yaml': configYaml('r1', 'identity: {name: one}'),
      'policies.yaml': POLICIES,
    }),
    ['r1', 'r2'].map((name) => seed(name)),
  );
  await outcomeOf(rig, 'r1', 'Confirmed');
  await mkdir(path.join(rig.config.stateFolder, 'doors'), { recursive: true });
  doors = await doorsOf(rig, people);
});
afterAll(async () => {
  await doors.close();
  await rig.close();
});

async function run(words: readonly string[], token: string | null = technician): ReturnType<typeof rosctl> {
  const env = token === null ? {} : { ROUTEROS_GITOPS_TOKEN: token };
  return await rosctl([...words, '--controller', doors.httpAt ?? ''], { cwd: rig.sourceFolder, env });
}

describe('rosctl --controller', () => {
  it('shows whoever is logged in their part of the fleet', async () => {
    const { code, stdout } = await run(['devices']);
    expect(code).toBe(0);
    expect(stdout).toContain('r1');
    expect(stdout).not.toContain('r2');
    expect((await run(['history', 'r1', '-o', 'json'])).stdout).toContain('confirmed');
  });

  it('takes the token of a file, and the URL of the environment', async () => {
    const file = path.join(rig.sourceFolder, 'token');
    await writeFile(file, `${technician}\n`, { mode: 0o600 });
    const env = { ROUTEROS_GITOPS_TOKEN_FILE: file, ROSCTL_CONTROLLER: `${doors.httpAt ?? ''}/api/` };
    expect((await rosctl(['devices'], { cwd: rig.sourceFolder, env })).code).toBe(0);
    const gone = { ...env, ROUTEROS_GITOPS_TOKEN_FILE: `${file}.gone` };
    const { code, stderr } = await rosctl(['devices'], { cwd: rig.sourceFolder, env: gone });
    expect(code).toBe(66);
    expect(stderr).toContain('with the token can not be read: it, or a folder on the way to it, does not exist');
  });

  it.each([
    [['devices'], null, 'rosctl login --controller'],
    [['devices'], 'nonsense', 'it is that of ROUTEROS_GITOPS_TOKEN: ask the operator for another'],
    [['audit'], technician, 'it needs audit.read'],
    [['status', 'r2'], technician, 'has no device "r2"'],
    [['history', 'r2'], technician, 'r2'],
    [['signers', 'revoke', `SHA256:${'a'.repeat(43)}`, '--reason', 'lost', '--yes'], admin, 'not to be had'],
  ] as const)('%j with the token %s ends with %s', async (words, token, told) => {
    const { code, stderr } = await run(words, token);
    expect(code).not.toBe(0);
    expect(stderr).toContain(told);
  });

  it('says when to come again', async () => {
    const few = people.set('few', { role: 'read_only', requestsPerMinute: 1 });
    await run(['devices'], few);
    const { code, stderr } = await run(['devices'], few);
    expect(code).toBe(69);
    expect(stderr).toMatch(/TooManyRequests[\s\S]*try again in \d+ s/);
  });

  it('sends no token over plain HTTP, and says who does not answer', async () => {
    const env = { ROUTEROS_GITOPS_TOKEN: technician };
    const at = async (url: string): ReturnType<typeof rosctl> =>
      await rosctl(['devices', '--controller', url], { cwd: rig.sourceFolder, env });
    expect((await at('http://gitops.example.net')).stderr).toMatch(/takes an https:\/\/ URL[\s\S]*127\.0\.0\.1/);
    expect((await at((doors.httpAt ?? '').replace('http:', 'https:'))).stderr).toContain('does not speak TLS');
    const { code, stderr } = await at('https://127.0.0.1:1');
    expect(code).toBe(69);
    expect(stderr).toContain('the controller at https://127.0.0.1:1/ can not be asked');
  });
});
