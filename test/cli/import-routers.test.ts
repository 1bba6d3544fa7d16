import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revisionOf } from '#controller';
import { exportText, type Fleet, startFleet } from '#simulator';
import { simulatedFleet } from '../../cli/fleet/simulated-fleet.ts';
import { type Ran, rosctl } from './run.ts';

const LOGIN = { user: 'gitops', password: 'of-the-routers' };

let folder: string;
let fleet: Fleet;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'rosctl-import-routers-'));
  const files = globSync('devices.example/{devices,configs}/*.yaml');
  const revision = revisionOf(Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')])));
  if (!revision.ok) throw new Error('the example has faults');
  const seeds = simulatedFleet(revision.inventory, () => LOGIN);
  fleet = await startFleet(seeds.map((seed) => ({ ...seed, port: 0, tls: false })));
  mkdirSync(path.join(folder, 'own/devices'), { recursive: true });
  mkdirSync(path.join(folder, 'state'));
  for (const file of globSync('devices.example/devices/*.yaml')) {
    const text = readFileSync(file, 'utf8')
      .split('---\n')
      .map((document) => {
        const name = /^ {2}name: (.*)$/m.exec(document)?.[1] ?? '';
        return document
          .replace(/address: https.*/, `address: ${fleet.router(name).url}`)
          .replace(/ {2}tls:\n {4}mode: \w+\n/, '')
          .replace(/environment: \w+/, 'environment: lab')
          .replace(/credentialsRef: \w+/, 'credentialsRef: lab');
      })
      .join('---\n');
    writeFileSync(path.join(folder, 'own/devices', path.basename(file)), text);
  }
  const bindings = `credentials: [{name: lab, username: ${LOGIN.user}, from: {env: ROUTER_PASSWORD}, hosts: [127.0.0.1], tls: plaintext}]\n`;
  writeFileSync(path.join(folder, 'state/credentials.yaml'), bindings, { mode: 0o600 });
});
afterAll(async () => {
  await fleet.close();
  rmSync(folder, { recursive: true });
});

function run(line: string, input = ''): Promise<Ran> {
  return rosctl(line.split(' '), { cwd: folder, env: { ROUTER_PASSWORD: LOGIN.password }, input });
}

function filesIn(name: string): Readonly<Record<string, string>> {
  const root = path.join(folder, name);
  return Object.fromEntries(
    globSync('**/*.yaml', { cwd: root })
      .toSorted()
      .map((file) => [file, readFileSync(path.join(root, file), 'utf8')]),
  );
}

function writesSeen(): readonly string[] {
  return [...fleet.routers.values()].flatMap(({ requests }) =>
    requests.flatMap(({ method, path: at }) => (method === 'GET' ? [] : [`${method} ${at}`])),
  );
}

describe('the example fleet', () => {
  it('is imported from its routers, shared by role and site, and changes nothing', async () => {
    const { code, stdout } = await run('import --fleet own --into fleet -o json');
    expect(code).toBe(0);
    const { devices } = JSON.parse(stdout) as { devices: { refused: unknown[]; verified: { differences: number } }[] };
    expect(devices.map(({ refused, verified }) => [refused, verified.differences])).toEqual(
      Array.from({ length: 12 }, () => [[], 0]),
    );
    const files = filesIn('fleet');
    expect(files['configs/imported/roles/edge.yaml']).toContain('status.example.net');
    expect(files['configs/imported/sites/vie.yaml']).toContain('printer.vie.example.net');
    expect(files['configs/imported/devices/edge-vie-01.yaml']).toContain('identity:');
    expect(await run('validate fleet')).toMatchObject({ code: 0 });
    expect(await run('import --into fleet')).toMatchObject({ code: 0 });
    expect(filesIn('fleet')).toEqual(files);
    expect(await run('import --check --into fleet')).toMatchObject({ code: 0 });
    expect(writesSeen()).toEqual([]);
  });

  it('is covered as far as it is declared', async () => {
    const { stdout } = await run('coverage --fleet fleet -o json');
    const { declared, rows, defaults, others } = JSON.parse(stdout) as Record<
      'declared' | 'rows' | 'defaults',
      number
    > & {
      readonly others: object;
    };
    expect(declared).toBeGreaterThan(100);
    // All that an import leaves out is at its defaults, as interfaces of which nobody has said anything.
    expect(rows).toBe(declared);
    expect(defaults).toBeGreaterThan(10);
    expect(others).toMatchObject({ '/ip/firewall/filter': expect.any(Number) as number });
  });

  it('tells what somebody has changed on a router since', async () => {
    const router = fleet.router('edge-gra-01');
    router.human.change({ user: 'bob', verb: 'set', menu: '/ip/dns', args: { 'cache-size': '9999' } });
    const { code, stdout } = await run('import edge-gra-01 --check --into fleet');
    expect([code, stdout]).toEqual([2, expect.stringContaining('9999')]);
  });

  it('is the same by what its routers export', async () => {
    const exports = ['edge-vie-01', 'edge-vie-02', 'edge-vie-03'].map((name) => {
      writeFileSync(path.join(folder, `${name}.rsc`), exportText(fleet.router(name).state, 'compact'));
      return `${name}.rsc`;
    });
    expect(await run(`import --check --export ${exports.join(' ')} --into fleet`)).toMatchObject({ code: 0 });
    expect(await run(`import --export ${exports.join(' ')} --into exported`)).toMatchObject({ code: 0 });
    expect(await run('validate exported')).toMatchObject({ code: 0 });
  });

  it('takes a router that is in no fleet, with a password from standard input', async () => {
    const { url } = fleet.router('edge-vie-lab-01');
    const made = await run(`import --address ${url} --user gitops --environment lab --into lone`, LOGIN.password);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(filesIn('lone')['devices/edge-vie-lab-01.yaml']).toContain(url);
    const refused = await run(`import --address ${url} --user gitops --environment lab --into lone`, 'wrong');
    expect(refused).toMatchObject({
      code: 75,
      stdout: expect.stringContaining('refused the user or the password') as string,
    });
  });

  it('shows the certificate of a router that nobody trusts, and takes its fingerprint or its CA', async () => {
    const users = [{ name: 'admin', password: 'p', group: 'full' }];
    const where = { host: '127.0.0.1', port: 0, tls: true };
    const own = await startFleet([{ name: 'r9', ...where, version: '7.20.8', serial: 'SERIAL00009', users }]);
    const { url, fingerprint } = own.router('r9');
    writeFileSync(path.join(folder, 'own-ca.pem'), own.caPem);
    const line = `import --address ${url} --user admin --into pinned`;
    const refused = await run(line, 'p');
    expect(refused.code).toBe(75);
    const told = /then: --fingerprint ([0-9A-F:]{95}), or the certificate of its CA: --ca FILE/.exec(refused.stdout);
    expect(told?.[1]?.replaceAll(':', '').toLowerCase()).toBe(fingerprint);
    expect(own.router('r9').requests).toHaveLength(0);
    const other = await run(`${line} --fingerprint ${'9'.repeat(64)}`, 'p');
    expect(other).toMatchObject({
      code: 75,
      stdout: expect.stringContaining('is not the one that --fingerprint') as string,
    });
    expect(await run(`${line} --fingerprint ${told?.[1] ?? ''}`, 'p')).toMatchObject({ code: 0 });
    expect(await run(`import --address ${url} --user admin --ca own-ca.pem --into by-ca`, 'p')).toMatchObject({
      code: 0,
    });
    await own.close();
  });

  it('names a router that did not answer, and keeps what others share', async () => {
    const before = filesIn('fleet');
    const router = fleet.router('edge-vie-02');
    router.faults.add({ kind: 'unauthorized' });
    const { code, stdout } = await run('import edge-vie-02 edge-vie-01 --into fleet');
    expect([code, stdout]).toEqual([75, expect.stringContaining('edge-vie-02')]);
    expect(filesIn('fleet')).toEqual(before);
  });
});
