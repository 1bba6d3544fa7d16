import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fleet, startFleet } from '#simulator';
import { PASSWORD, seed } from '#test/rig.ts';
import { secretNameOf } from '../../cli/import/secret-name.ts';
import { type Ran, rosctl } from './run.ts';

const SECURITY = '/interface/wifi/security';
const OFFICE = 'Kennt-nur-das-Buero';
const RADIO = 'Kennt-nur-das-Radio';
const POLICY = 'read,write,api,rest-api,test';

let folder: string;
let fleet: Fleet;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'rosctl-import-secrets-'));
  mkdirSync(path.join(folder, 'state'));
  const menus = {
    [SECURITY]: [
      { name: 'office', passphrase: OFFICE, 'authentication-types': 'wpa2-psk' },
      { name: 'Guests 1', passphrase: OFFICE },
      { name: 'open', wps: 'disable' },
    ],
    '/interface/wifi': [{ name: 'wifi1', 'default-name': 'wifi1', 'security.passphrase': RADIO }],
  };
  const users = [{ name: 'gitops', password: PASSWORD, group: 'gitops' }];
  fleet = await startFleet([
    seed('seeing', { users, groups: [{ name: 'gitops', policy: `${POLICY},sensitive` }], menus }),
    seed('blind', { users, groups: [{ name: 'gitops', policy: POLICY }], menus }),
  ]);
});
afterAll(async () => {
  await fleet.close();
  rmSync(folder, { recursive: true });
});

function run(line: string, input = ''): Promise<Ran> {
  return rosctl(line.split(' '), { cwd: folder, env: {}, input });
}

function filesIn(name: string): string {
  const root = path.join(folder, name);
  const files = globSync('**/*.yaml', { cwd: root }).toSorted();
  return files.map((file) => readFileSync(path.join(root, file), 'utf8')).join('---\n');
}

function imported(router: string): Promise<Ran> {
  const line = `import --address ${fleet.router(router).url} --user gitops --environment lab --into of-${router}`;
  return run(`${line} ${router}`, PASSWORD);
}

describe('secrets of rows', () => {
  it('become names, the same at each import, with what to bind; the files change nothing', async () => {
    const { code, stdout } = await imported('seeing');
    expect([code, stdout]).toEqual([0, expect.stringContaining('0 changes')]);
    const names = ['guests-1', 'office'].map((row) => `seeing-wifi-security-passphrase-${row}`);
    for (const name of [...names, 'seeing-wifi-interface-security-passphrase-wifi1']) expect(stdout).toContain(name);
    expect(stdout).toMatch(/rosctl credentials set seeing-wifi-[a-z0-9-]+\. Until then/);
    const files = filesIn('of-seeing');
    expect(files).toMatch(/passphrase:\s+\{?\s*secretRef: seeing-wifi-security-passphrase-office/);
    expect(files).toMatch(/securityPassphrase:\s+\{?\s*secretRef: seeing-wifi-interface-security-passphrase-wifi1/);
    expect(await run('validate of-seeing')).toMatchObject({ code: 0 });

    const again = await imported('seeing');
    expect([again.code, filesIn('of-seeing')]).toEqual([0, files]);
    for (const secret of [OFFICE, RADIO, '(set)'])
      expect(files + stdout + again.stdout + again.stderr).not.toContain(secret);
    expect(fleet.router('seeing').requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('are not there where nobody may see them, which is told', async () => {
    const { code, stdout } = await imported('blind');
    expect(code).toBe(0);
    expect(stdout).toContain('No secret was seen where there may be some: blind');
    expect(filesIn('of-blind')).not.toContain('secretRef');
  });

  it('in an export are named like those of a router, and go nowhere else', async () => {
    const add = `add name=office passphrase="${OFFICE}" wps=disable`;
    const text = `# 2026-11-30 10:00:00 by RouterOS 7.20.8\n/interface wifi security\n${add}\n`;
    writeFileSync(path.join(folder, 'r1.rsc'), text);
    const { code, stdout, stderr } = await run('import --export r1.rsc --into of-export -o json');
    const { devices } = JSON.parse(stdout) as { devices: { secrets: string[]; unseenSecrets: number }[] };
    expect([code, devices]).toMatchObject([
      0,
      [{ secrets: ['r1-wifi-security-passphrase-office'], unseenSecrets: 0, leftOut: [], refused: [] }],
    ]);
    expect(await run('import --check --export r1.rsc --into of-export')).toMatchObject({ code: 0 });
    expect(filesIn('of-export') + stdout + stderr).not.toContain(OFFICE);
  });

  it('of different rows never have one name', () => {
    const names = [
      secretNameOf('r1', '/interface/wifi', 'security.passphrase', 'x'),
      secretNameOf('r1', '/interface/wifi/configuration', 'security.passphrase', 'x'),
      secretNameOf('r1', SECURITY, 'passphrase', 'a b'),
      secretNameOf('r1', SECURITY, 'passphrase', 'a-b'),
      secretNameOf('r1', SECURITY, 'passphrase', 'A-b'),
      secretNameOf('r1', SECURITY, 'passphrase', 'a--b'),
      secretNameOf('r1', SECURITY, 'passphrase', 'ä'),
      secretNameOf('r1', SECURITY, 'passphrase', 'ö'),
      secretNameOf('r1', SECURITY, 'passphrase', 'x'.repeat(80)),
      secretNameOf('r1', SECURITY, 'passphrase', `${'x'.repeat(79)}y`),
      secretNameOf('r2', SECURITY, 'passphrase', 'a-b'),
    ];
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(names[3]).toBe('r1-wifi-security-passphrase-a-b');
  });
});
