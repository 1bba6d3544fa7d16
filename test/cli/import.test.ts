import { appendFileSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configYaml, deviceYaml } from '#test/documents.ts';
import { type Ran, rosctl } from './run.ts';

const EXPORTS = path.resolve('test/fixtures/exports');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rosctl-import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(line: string): Promise<Ran> {
  return rosctl(line.split(' '), { cwd: folder });
}

/** Every file of a folder, by path. */
function filesIn(name: string): Readonly<Record<string, string>> {
  const root = path.join(folder, name);
  const files = globSync('**/*.yaml', { cwd: root }).toSorted();
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
}

/** An export of one menu or more. */
function writeExport(name: string, text: string): void {
  writeFileSync(path.join(folder, name), `# 2026-01-02 03:04:05 by RouterOS 7.20.8\n${text}\n`);
}

const DNS = '/ip dns\nset servers=192.0.2.53 allow-remote-requests=yes\n';

describe('an import of exports', () => {
  it('is a fleet that is valid and changes nothing, and the same files when it is made again', async () => {
    const line = `import --export ${globSync(`${EXPORTS}/*.rsc`).join(' ')} --into fleet`;
    const first = await run(`${line} -o json`);
    expect(first.code).toBe(0);
    const { devices } = JSON.parse(first.stdout) as { devices: { verified: { differences: number } }[] };
    expect(devices.map(({ verified }) => verified.differences)).toEqual([0, 0, 0]);
    const files = filesIn('fleet');
    expect(Object.keys(files)).toHaveLength(6);
    expect(await run('validate fleet')).toMatchObject({ code: 0 });
    expect(await run(line)).toMatchObject({ code: 0, stdout: expect.stringContaining('0 files written') as string });
    expect(filesIn('fleet')).toEqual(files);
    expect(await run(`import --check --export ${EXPORTS}/compact-7.20.rsc --into fleet`)).toMatchObject({ code: 0 });
  });

  it('shares what all devices of a site hold, once all of them are read', async () => {
    writeExport(
      'r1.rsc',
      `${DNS}/ip dns static\nadd address=192.0.2.1 name=a.example\nadd address=192.0.2.2 name=r1.example`,
    );
    writeExport('r2.rsc', `${DNS}/ip dns static\nadd address=192.0.2.1 name=a.example`);
    await run('import --export r1.rsc r2.rsc --into fleet --site vie');
    const files = filesIn('fleet');
    expect(files['configs/imported/sites/vie.yaml']).toContain('a.example');
    expect(files['configs/imported/sites/vie.yaml']).toContain('allowRemoteRequests: true');
    expect(files['configs/imported/devices/r1.yaml']).not.toContain('a.example');
    expect(Object.keys(files)).not.toContain('configs/imported/devices/r2.yaml');
    // One of them changed: what the site has is no matter of one device, and what differs is told.
    writeExport('r2.rsc', DNS.replace('.53', '.54'));
    const alone = await run('import --export r2.rsc --into fleet');
    expect(alone).toMatchObject({ code: 2, stdout: expect.stringContaining('a.example') as string });
    expect(filesIn('fleet')['configs/imported/sites/vie.yaml']).toBe(files['configs/imported/sites/vie.yaml']);
    expect(filesIn('fleet')['configs/imported/devices/r2.yaml']).toContain('192.0.2.54');
    // Both of them: the site says what is left.
    expect(await run('import --export r1.rsc r2.rsc --into fleet')).toMatchObject({ code: 0 });
    expect(filesIn('fleet')['configs/imported/sites/vie.yaml']).not.toContain('a.example');
  });

  it('says nothing again that people have said, and never changes what they wrote', async () => {
    writeExport('r1.rsc', `${DNS}/ip dns static\nadd address=192.0.2.1 name=a.example ttl=5m`);
    const person = {
      'person.yaml': configYaml(
        'person',
        100,
        'dns: {servers: [192.0.2.99]}\ndnsStatic: [{name: a.example, address: 192.0.2.1}]',
      ),
      'devices.yaml': deviceYaml('r1'),
    };
    rmSync(path.join(folder, 'fleet'), { recursive: true, force: true });
    await run('import --export r1.rsc --into fleet');
    rmSync(path.join(folder, 'fleet/configs'), { recursive: true });
    rmSync(path.join(folder, 'fleet/devices/r1.yaml'));
    for (const [file, text] of Object.entries(person)) writeFileSync(path.join(folder, 'fleet', file), text);
    const { code, stdout } = await run('import --export r1.rsc --into fleet');
    expect([code, stdout]).toEqual([2, expect.stringContaining('192.0.2.99')]);
    expect(filesIn('fleet')).toMatchObject(person);
    const made = filesIn('fleet')['configs/imported/devices/r1.yaml'];
    expect(made).toContain('ttl: 5m');
    expect(made).not.toContain('servers');
  });

  it('writes nothing when a file of its own was edited and would have to say more', async () => {
    writeExport('r1.rsc', DNS);
    await run('import --export r1.rsc --into fleet');
    const file = path.join(folder, 'fleet/configs/imported/devices/r1.yaml');
    appendFileSync(file, '# mine\n');
    const edited = filesIn('fleet');
    expect(await run('import --export r1.rsc --into fleet')).toMatchObject({ code: 0 });
    writeExport('r1.rsc', `${DNS}/ip dns static\nadd address=192.0.2.1 name=a.example`);
    const refused = await run('import --export r1.rsc --into fleet');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('somebody has edited configs/imported/devices/r1.yaml') as string,
    });
    expect(filesIn('fleet')).toEqual(edited);
  });

  it('names each row that it does not take, with the reason and the line', async () => {
    writeExport(
      'r1.rsc',
      '/ip dns static\nadd address=192.0.2.1 name=a.example\nadd address=192.0.2.1 disabled=yes name=a.example\nadd address=192.0.2.9\nset 7 ttl=5m\n/ip firewall filter\nadd action=drop chain=input',
    );
    const { code, stdout } = await run('import --export r1.rsc --into fleet');
    expect(code).toBe(0);
    expect(stdout).toContain('Not imported, 3 rows');
    expect(stdout).toMatch(/r1, line 4: .*a\.example.*the same row as another one.*; the other one is in line 3$/m);
    expect(stdout).toMatch(/r1, line 5: .*needs a name or a regexp/);
    expect(stdout).toContain('it changes a row that the export does not hold');
    expect(stdout).toContain('No section covers, in rows: /ip/firewall/filter 1');
  });

  it('takes one of rows that no router holds together by itself, and names the other one', async () => {
    const rows = [
      '/interface bridge\nadd name=bridge\n/ip pool',
      'add name=p1 ranges=10.0.1.1-10.0.1.9 next-pool=p2',
      'add name=p2 ranges=10.0.2.1-10.0.2.9 next-pool=p1',
      '/ip dhcp-server',
      'add address-pool=p1 interface=bridge name=one',
      'add address-pool=p2 interface=bridge name=two',
      '/ip dhcp-server lease',
      'add address=10.0.1.2 mac-address=02:00:00:00:00:01 server=one disabled=yes',
      'add address=10.0.1.2 mac-address=02:00:00:00:00:02 server=one',
    ];
    writeExport('r1.rsc', rows.join('\n'));
    const { code, stdout } = await run('import --export r1.rsc --into fleet');
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toContain('Not imported, 2 rows');
    expect(stdout).toMatch(
      /line 9: .*name=two: another one has the clients of bridge .*; the other one is in line 8$/m,
    );
    expect(stdout).toMatch(/line 11: .*another one has the address 10\.0\.1\.2, .*; the other one is in line 12$/m);
    expect(stdout).toMatch(/line 6: \/ip\/pool name=p2 next-pool: next-pool leads back to the row itself/);
    expect(await run('validate fleet')).toMatchObject({ code: 0 });
    expect(await run('import --check --export r1.rsc --into fleet')).toMatchObject({ code: 0 });
  });

  it('takes what is empty for what it means: no comment, no name, a list without entries', async () => {
    const rows = [
      '/interface bridge\nadd comment="" name=bridge',
      '/interface ethernet\nset [ find default-name=ether2 ] comment=up name=""',
      '/interface list\nadd comment=x name=""',
      '/ip dhcp-server\nadd comment="" dynamic-lease-identifiers="" interface=bridge lease-script="" name=one',
      '/ip dns static\nadd address=192.0.2.1 comment="" name="" regexp=".*[.]test"',
      '/ip pool\nadd comment="" name=p next-pool="" ranges=10.0.1.1-10.0.1.9',
    ];
    writeExport('r1.rsc', rows.join('\n'));
    const { code, stdout } = await run('import --export r1.rsc --into fleet');
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toContain('Not imported, 1 row:');
    expect(stdout).toMatch(/line 7: \/interface\/list: name is missing/);
    const text = filesIn('fleet')['configs/imported/devices/r1.yaml'] ?? '';
    expect(text).toMatch(/interfaces:\n +- name: ether2\n +comment: up\n/);
    expect(text).toMatch(/dhcpServers:\n +- name: one\n +interface: bridge\n( +leaseTime: \S+\n)?/);
    expect(text).toContain('dynamicLeaseIdentifiers');
    expect(text).not.toMatch(/comment: ""|nextPool|leaseScript|name: ""/);
  });

  it('leaves a radio off that is off by default', async () => {
    writeExport('r1.rsc', '/interface wireless\nset [ find default-name=wlan1 ] ssid=office');
    expect(await run('import --export r1.rsc --into fleet')).toMatchObject({ code: 0 });
    expect(filesIn('fleet')['configs/imported/devices/r1.yaml']).toMatch(/name: wlan1\n.*(\n.*)?disabled: true/);
  });

  it('says so when it could not read all of an export', async () => {
    writeExport(
      'r1.rsc',
      '/ip dns static\nadd address=[:resolve a.example] name=a.example\nadd address=192.0.2.1 name=b.example',
    );
    const { code, stdout } = await run('import --export r1.rsc --into fleet');
    expect([code, stdout]).toEqual([75, expect.stringContaining('r1.rsc:3:13')]);
    expect(filesIn('fleet')['configs/imported/devices/r1.yaml']).toContain('b.example');
  });

  it.each([
    ['an empty file', '', '1:1: it holds nothing that /export prints'],
    [
      'a command before any menu',
      'add address=192.0.2.1 name=a.example\n/ip dns\nset servers=192.0.2.1',
      'no menu stands',
    ],
    ['a prompt', `[admin@r1] > /export\n${DNS}[admin@r1] >`, 'a line of the console is no export'],
  ])('is not whole with %s', async (_, text, message) => {
    writeFileSync(path.join(folder, 'r1.rsc'), text);
    for (const line of ['import --export r1.rsc --into fleet', 'import --check --export r1.rsc --into fleet']) {
      const { code, stdout } = await run(line);
      expect([code, stdout]).toEqual([75, expect.stringContaining(message)]);
      expect(stdout).toContain('Not read:');
      expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 changes of what was read: not all of it was');
    }
  });

  it('reads what PowerShell redirects, and refuses other UTF-16 with what to do', async () => {
    const text = `# 2026-01-02 03:04:05 by RouterOS 7.20.8\r\n${DNS}`;
    writeFileSync(path.join(folder, 'r1.rsc'), Buffer.from(`\ufeff${text}`, 'utf16le'));
    expect(await run('import --export r1.rsc --into fleet')).toMatchObject({ code: 0, stderr: '' });
    expect(filesIn('fleet')['configs/imported/devices/r1.yaml']).toContain('192.0.2.53');
    writeFileSync(path.join(folder, 'r1.rsc'), Buffer.from(`\ufeff${text}`, 'utf16le').swap16());
    expect(await run('import --check --export r1.rsc --into fleet')).toMatchObject({ code: 0 });
    writeFileSync(path.join(folder, 'r1.rsc'), Buffer.from(text, 'utf16le'));
    const { code, stderr } = await run('import --export r1.rsc --into fleet');
    expect([code, stderr]).toEqual([65, expect.stringMatching(/NUL bytes[^]*save it as UTF-8/)]);
  });

  it.each([
    ['6.49.10', 1],
    ['7.11.2', 1],
    ['7.12', 0],
    ['7.20beta2', 0],
  ])('warns that %s can not be managed', async (version, warnings) => {
    writeFileSync(path.join(folder, 'r1.rsc'), `# 2026-01-02 03:04:05 by RouterOS ${version}\n${DNS}`);
    const { code, stderr } = await run('import --export r1.rsc --into fleet');
    expect([code, stderr.split('can not be managed').length - 1]).toEqual([0, warnings]);
  });

  it.each<[string, string]>([
    ['import --export r1.rsc', '--into is missing'],
    ['import --export --into fleet', '--export needs files'],
    ['import --export --from saved r1.rsc --into fleet', 'exclude each other'],
    ['import --export a/r1.rsc b/R1.rsc --into fleet', 'can not be read'],
    ['import --address 192.0.2.1 --into fleet', '--address takes a URL'],
    ['import --address https://192.0.2.1 --into fleet', '--address needs a user'],
    ['import --address http://192.0.2.1 --user admin --into fleet', 'http carries the password in clear'],
  ])('%s is refused', async (line, message) => {
    const { code, stderr } = await run(line);
    expect([code >= 64, stderr]).toEqual([true, expect.stringContaining(message)]);
  });
});

describe('saved state', () => {
  it('is imported as far as it goes, and covered as far as it is declared', async () => {
    const saved = {
      '/system/identity': { name: 'r1' },
      '/ip/dns/static': [
        { '.id': '*1', name: 'a.example', address: '192.0.2.1', ttl: '1d' },
        { '.id': '*2', name: 'b.example', address: '192.0.2.1', dynamic: 'true' },
      ],
      '/ip/firewall/filter': [
        { '.id': '*1', chain: 'input' },
        { '.id': '*2', chain: 'forward', dynamic: 'true' },
      ],
    };
    writeFileSync(path.join(folder, 'r1.json'), JSON.stringify(saved));
    expect(await run('import --from . --into fleet')).toMatchObject({ code: 0 });
    writeFileSync(
      path.join(folder, 'r1.json'),
      JSON.stringify({ ...saved, '/ip/firewall/address-list': [{ list: 'a', address: '192.0.2.1' }] }),
    );
    const { code, stdout } = await run('coverage --from . --fleet fleet -o json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      declared: 2,
      rows: 3,
      others: { '/ip/firewall/filter': 1 },
      menus: [
        { menu: '/system/identity', declared: 1, rows: 1, defaults: 0 },
        { menu: '/ip/dns/static', declared: 1, rows: 1 },
        { menu: '/ip/firewall/address-list', declared: 0, rows: 1 },
      ],
    });
    const check = await run('import --check --from . --into fleet -o json');
    expect(JSON.parse(check.stdout)).toMatchObject({ devices: [{ device: 'r1', differences: 0 }] });
  });
});
