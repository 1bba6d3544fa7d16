import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { layersFor } from '#controller';
import type { ChangeIntent, ChangeScope } from '../../controller/edits/intent.ts';
import { makeChange, type MakingOfChange } from '../../controller/edits/make-change.ts';
import { configYaml, deviceYaml } from '#test/documents.ts';

const FOLDER = path.join(import.meta.dirname, '../../devices.example');
const EXAMPLE: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file, readFileSync(path.join(FOLDER, file), 'utf8')]),
);
const ALL: ChangeScope = { visible: null, allowed: null };
const VIE = [
  'edge-vie-01',
  'edge-vie-02',
  'edge-vie-03',
  'edge-vie-lab-01',
  'edge-vie-lab-02',
  'edge-vie-stg-01',
  'edge-vie-stg-02',
];
const SITE = { selector: { matchLabels: { site: 'vie' } } };

type Asked = Omit<ChangeIntent, 'reason'>;

function ask(files: Readonly<Record<string, string>>, intent: Asked, scope = ALL): MakingOfChange {
  return makeChange(files, { reason: 'a ticket', ...intent }, scope, () => false);
}

function made(intent: Asked, files = EXAMPLE, scope = ALL) {
  const change = ask(files, intent, scope);
  if (!change.ok) throw new Error(JSON.stringify(change.refusals, null, 2));
  return change;
}

function refusals(intent: Asked, files = EXAMPLE, scope = ALL) {
  const change = ask(files, intent, scope);
  return change.ok ? [] : change.refusals;
}

/** What a change makes of a file, as lines that went and came. */
function lines(change: ReturnType<typeof made>): readonly string[] {
  return change.files.flatMap(({ before, after }) => {
    const [old, now] = [(before ?? '').split('\n'), after.split('\n')];
    return [
      ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
      ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`),
    ];
  });
}

describe('where a change is said', () => {
  it('is the RouterConfig that gives the value to exactly these devices', () => {
    const change = made({ section: 'ntpClient', whom: SITE, set: { servers: ['10.10.0.123', '192.0.2.7'] } });
    expect(lines(change)).toEqual([
      '-    servers: [10.10.0.123, 192.0.2.123]',
      '+    servers: [10.10.0.123, 192.0.2.7]',
    ]);
    expect(change.places).toEqual([
      {
        at: 'set.servers',
        config: 'site-vie',
        file: 'configs/sites.yaml',
        line: 12,
        why: 'it gives the value to exactly these devices',
      },
    ]);
    expect([...change.changes].toSorted()).toEqual(VIE);
    expect(layersFor(change.after, 'edge-vie-01').desired.menus['/system/ntp/client']).toMatchObject({
      fields: { servers: '10.10.0.123,192.0.2.7' },
    });
  });

  it('is a new RouterConfig of exactly these devices where others have the value from the same', () => {
    const change = made({ section: 'dns', whom: SITE, set: { servers: ['10.10.0.53'] } });
    expect(change.files).toEqual([
      {
        file: 'configs/proposals/proposed-site-vie.yaml',
        before: null,
        splices: [],
        after: `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata:
  name: proposed-site-vie
spec:
  selector:
    matchLabels:
      site: vie
  priority: 410
  dns:
    servers: [10.10.0.53]
`,
      },
    ]);
    expect(change.places[0]?.why).toContain('role-edge gives the value to other devices, too');
    expect([...change.changes].toSorted()).toEqual(VIE);

    // The next one for the same devices goes there, too.
    const files = { ...EXAMPLE, [change.files[0]?.file ?? '']: change.files[0]?.after ?? '' };
    const next = made({ section: 'dns', whom: { devices: VIE }, set: { cacheSize: 8192 } }, files);
    expect(lines(next)).toEqual(['+    cacheSize: 8192']);
    expect(next.places).toMatchObject([{ config: 'proposed-site-vie', line: 10 }]);
  });

  it('is the stronger RouterConfig that there is for exactly these devices', () => {
    const change = made({ section: 'dns', whom: { devices: ['edge-vie-01'] }, set: { cacheSize: 512 } });
    expect(change.places).toMatchObject([
      {
        config: 'device-edge-vie-01',
        why: 'fleet gives the value to other devices, too; this one means exactly these devices',
      },
    ]);
    expect(lines(change)).toEqual(['+  dns:', '+    cacheSize: 512']);
    expect(change.changes).toEqual(['edge-vie-01']);
  });

  it('is where the caller says, if that has the effect', () => {
    const where = { newConfig: 'my-dns' };
    const change = made({ section: 'dns', whom: SITE, set: { cacheSize: 512 }, where });
    expect(change.files[0]?.file).toBe('configs/proposals/my-dns.yaml');
    expect(
      made({ section: 'dns', whom: SITE, set: { vrf: 'main' }, where: { config: 'site-vie' } }).places,
    ).toMatchObject([{ config: 'site-vie', why: 'as was asked' }]);
    expect(
      refusals({ section: 'dns', whom: SITE, set: { servers: ['10.10.0.53'] }, where: { config: 'site-vie' } }),
    ).toEqual([
      expect.objectContaining({
        code: 'Overruled',
        field: 'set.servers',
        message: expect.stringContaining('role-edge') as string,
      }),
    ]);
  });

  it('is the RouterConfig whose devices are meant; some of them may hear otherwise from a stronger one', () => {
    const change = made({
      section: 'ntpClient',
      whom: { config: 'fleet' },
      set: { enabled: false, servers: ['192.0.2.7'] },
    });
    expect(lines(change)).toEqual([
      '-    enabled: true',
      '-    servers: [192.0.2.123, 198.51.100.123]',
      '+    enabled: false',
      '+    servers: [192.0.2.7]',
    ]);
    expect(change.changes).toHaveLength(12);
    expect(change.unreached).toContainEqual({ at: 'set.servers', device: 'edge-vie-01' });
  });

  it('is nowhere when no RouterConfig can be stronger', () => {
    const files = {
      'd.yaml': `${deviceYaml('r1')}---\n${deviceYaml('r2')}`,
      'c.yaml': configYaml('top', 1_000_000, 'identity:\n  name: x\n'),
    };
    expect(refusals({ section: 'identity', whom: { devices: ['r1'] }, set: { name: 'a' } }, files)).toMatchObject([
      { code: 'NoStrongerPlace', field: 'set.name' },
    ]);
  });
});

describe('items of lists', () => {
  it('come, change and go at their place', () => {
    const change = made({
      section: 'dnsStatic',
      whom: SITE,
      add: [{ name: 'nas.vie.example.net', address: '10.10.40.10' }],
      set: [{ name: 'printer.vie.example.net', ttl: '1h', comment: 'no' }],
    });
    expect(lines(change)).toEqual([
      '+      ttl: 1h',
      '+      comment: "no"',
      '+    - name: nas.vie.example.net',
      '+      address: 10.10.40.10',
    ]);
    const gone = made({ section: 'dnsStatic', whom: SITE, remove: [{ name: 'printer.vie.example.net' }] });
    expect(lines(gone)).toEqual([
      '-    - name: printer.vie.example.net',
      '-      address: 10.10.40.9',
      '+  dnsStatic: []',
    ]);
  });

  it('are said once more, with all they need, by a stronger RouterConfig where others share them', () => {
    const whom = { devices: ['edge-vie-01', 'edge-gra-01'] };
    const change = made({ section: 'dnsStatic', whom, set: [{ name: 'www.example.net', ttl: '5m' }] });
    expect(change.files[0]?.after).toContain(`  selector:
    names: [edge-gra-01, edge-vie-01]
  priority: 410
  dnsStatic:
    - name: www.example.net
      type: CNAME
      cname: status.example.net
      ttl: 5m
`);
    expect(change.changes).toEqual(['edge-gra-01', 'edge-vie-01']);
  });

  it('that nobody declares are said to be not declared', () => {
    const [one] = refusals({ section: 'dnsStatic', whom: SITE, remove: [{ name: 'x.example.net' }] });
    expect(one).toEqual({
      code: 'NotDeclared',
      field: 'remove[0]',
      message: 'no RouterConfig of these devices declares name=x.example.net',
      hint: 'it is not declared; to declare it, write add',
    });
    expect(refusals({ section: 'dns', whom: SITE, remove: ['vrf'] })).toMatchObject([
      { code: 'NotDeclared', field: 'remove[0]' },
    ]);
    expect(
      refusals({
        section: 'dnsStatic',
        whom: { config: 'fleet' },
        set: [{ name: 'printer.vie.example.net', ttl: '1h' }],
      }),
    ).toMatchObject([{ code: 'NotDeclared', field: 'set[0]' }]);
  });

  it('that others have from the same RouterConfig can not go for some', () => {
    expect(refusals({ section: 'dnsStatic', whom: SITE, remove: [{ name: 'www.example.net' }] })).toMatchObject([
      {
        code: 'DeclaredForOthers',
        message:
          'fleet (configs/fleet.yaml:21) declares it for other devices, too, and nothing can take it back for some',
      },
    ]);
    expect(
      made({ section: 'dnsStatic', whom: { config: 'fleet' }, remove: [{ name: 'www.example.net' }] }).changes,
    ).toHaveLength(12);
  });

  it('are not declared twice, and not guessed', () => {
    const blocked = { list: 'blocklist', address: '203.0.113.0/28' };
    expect(refusals({ section: 'addressLists', whom: SITE, add: [blocked] })).toMatchObject([
      { code: 'DeclaredAlready', field: 'add[0]', message: 'fleet declares it already (configs/fleet.yaml:29)' },
    ]);
    expect(
      refusals({ section: 'addressLists', whom: { config: 'role-edge' }, remove: [{ list: 'blocklist' }] }),
    ).toMatchObject([{ code: 'Ambiguous', field: 'remove[0]' }]);
  });

  it('of a section of several lists are named by list, and entries stay where their item is', () => {
    const files = {
      'd.yaml': `${deviceYaml('r1')}---\n${deviceYaml('r2')}`,
      'c.yaml': configYaml('lists', 10, 'interfaceLists:\n  - name: LAN\n    members:\n      - interface: ether2\n'),
    };
    const set = [{ name: 'LAN', members: [{ interface: 'ether2' }, { interface: 'ether3' }] }];
    expect(lines(made({ section: 'interfaceLists', whom: { devices: ['r1', 'r2'] }, set }, files))).toEqual([
      '+        - interface: ether3',
    ]);
    expect(refusals({ section: 'interfaceLists', whom: { devices: ['r1'] }, set }, files)).toMatchObject([
      { code: 'DeclaredForOthers', field: 'set[0].members' },
    ]);
    expect(refusals({ section: 'wifi', whom: { devices: ['r1'] }, add: { security: {} } }, files)).toMatchObject([
      { code: 'BadIntent' },
    ]);
  });
});

describe('whom it hits', () => {
  it('is named where devices beyond the request would change', () => {
    const intent = {
      section: 'dns',
      whom: { devices: ['edge-vie-01'] },
      set: { maxUdpPacketSize: 512 },
      where: { config: 'role-edge' },
    } as const;
    const [one] = refusals(intent);
    expect(one).toMatchObject({ code: 'AlsoAffects', field: 'alsoAffects' });
    expect(one?.message).toContain('edge-gra-lab-01');
    const others = [
      ...made({ section: 'identity', whom: { devices: ['edge-vie-01'] }, set: { name: 'x' } }).before.devices.keys(),
    ];
    expect(made({ ...intent, alsoAffects: others }).changes).toHaveLength(12);
  });

  it('is refused without a name where it is none of theirs', () => {
    const scope = { visible: ['edge-vie-01', 'edge-vie-02'], allowed: ['edge-vie-01'] };
    const dns = { section: 'dns', set: { maxUdpPacketSize: 512 } } as const;
    const foreign = refusals(
      { ...dns, whom: { devices: ['edge-vie-01'] }, where: { config: 'role-edge' }, alsoAffects: VIE },
      EXAMPLE,
      scope,
    );
    expect(foreign).toMatchObject([
      {
        code: 'NotAllowed',
        message: expect.stringContaining('devices for which you may not propose anything') as string,
      },
    ]);
    expect(JSON.stringify(foreign)).not.toMatch(/edge-gra|edge-vie-0[23]/);
    expect(refusals({ ...dns, whom: { devices: ['edge-vie-02'] } }, EXAMPLE, scope)).toMatchObject([
      { code: 'NotAllowed', message: 'it would change devices for which you may not propose anything' },
    ]);
    // A device that may not be seen is answered like one that is not there.
    const hidden = refusals({ ...dns, whom: { devices: ['edge-gra-01'] } }, EXAMPLE, scope);
    expect(hidden).toEqual([
      {
        code: 'UnknownDevice',
        field: 'whom.devices[0]',
        message: 'there is no device "edge-gra-01"',
      },
    ]);
    expect(refusals({ ...dns, whom: { config: 'device-edge-gra-01' } }, EXAMPLE, scope)).toMatchObject([
      { code: 'UnknownConfig' },
    ]);
    // A selector means those that may be seen, by name.
    const mine = made({ ...dns, whom: { selector: { matchLabels: { role: 'edge' } } } }, EXAMPLE, {
      visible: ['edge-vie-01'],
      allowed: ['edge-vie-01'],
    });
    expect(mine.targets).toEqual(['edge-vie-01']);
  });

  it.each([
    [{ site: 'wien' }, 'site is gra, vie'],
    [{ site: 'vi' }, 'did you mean site vie?'],
    [{ plant: 'vie' }, 'no device has the label plant'],
    [{ site: 'gra', name: 'edge-vie-01' }, undefined],
  ])('a selector of nobody, %j, is told %j', (matchLabels, hint) => {
    const change = { section: 'dns', set: { maxUdpPacketSize: 512 }, whom: { selector: { matchLabels } } } as const;
    expect(refusals(change)).toEqual([
      {
        code: 'UnknownDevice',
        field: 'whom.selector',
        message: 'no device is selected by it',
        ...(hint === undefined ? {} : { hint }),
      },
    ]);
    const scope = { visible: ['edge-vie-01'], allowed: ['edge-vie-01'] };
    const hidden = { ...change, whom: { selector: { matchLabels: { site: 'gra' } } } };
    expect(refusals(hidden, EXAMPLE, scope)).toMatchObject([{ hint: 'site is vie' }]);
  });

  it('says nothing of a contradiction with what may not be seen', () => {
    const files = {
      'd.yaml': `${deviceYaml('r1')}---\n${deviceYaml('canary')}`,
      'c.yaml': configYaml('both', 10, 'dns:\n  cacheSize: 100\n'),
      'x.yaml': configYaml('x', 10, 'identity:\n  name: secret\n', '{names: [canary]}'),
    };
    const scope = { visible: ['r1', 'canary'], allowed: ['r1'] };
    const refused = refusals(
      { section: 'identity', whom: { devices: ['r1'] }, set: { name: 'a' }, where: { config: 'both' } },
      files,
      scope,
    );
    expect(refused).toEqual([
      { code: 'FaultyFiles', field: '', message: 'the files would contradict something that you may not see' },
    ]);
  });
});

describe('attacks on what is asked', () => {
  const whom = { devices: ['r1'] };
  const SMALL = {
    'devices.yaml': `${deviceYaml('r1')}---\n${deviceYaml('r2')}`,
    'configs/r1.yaml': configYaml('own', 10, 'identity:\n  name: r1\n', '{names: [r1]}'),
  };
  const small = (intent: Asked, files: Readonly<Record<string, string>> = SMALL) => refusals(intent, files);

  it('by names that lead elsewhere or are taken', () => {
    for (const newConfig of ['../../roster', 'a/b', '.rosctlignore', 'A', 'con\u0000', 'x\n---', '-', 'ü', ''])
      expect(small({ section: 'identity', whom, set: { name: 'x' }, where: { newConfig } })).toMatchObject([
        { code: 'BadIntent', field: 'where.newConfig' },
      ]);
    expect(small({ section: 'identity', whom, set: { name: 'x' }, where: { newConfig: 'own' } })).toMatchObject([
      { code: 'BadIntent', message: 'own is taken' },
    ]);
    const folded = {
      ...SMALL,
      'configs/Proposals/MINE.yaml': configYaml('other', 1, 'identity:\n  name: yy\n', '{names: [r2]}'),
    };
    expect(
      small({ section: 'identity', whom, set: { name: 'x' }, where: { newConfig: 'mine' } }, folded),
    ).toMatchObject([{ code: 'BadIntent', message: 'mine is taken' }]);
  });

  it('by a folder that some machine takes for another', () => {
    const other = configYaml('other', 1, 'identity:\n  name: yy\n', '{names: [r2]}');
    for (const file of ['configs/Proposals/a.yaml', 'Configs/x.yaml', 'configs/propo\u017fals/a.yaml'])
      expect(
        small({ section: 'dns', whom: { devices: ['r1', 'r2'] }, set: { vrf: 'main' } }, { ...SMALL, [file]: other }),
      ).toMatchObject([{ code: 'CannotBeWritten' }]);
  });

  it('by anything but sections of RouterConfigs', () => {
    for (const section of [
      'RouterDevice',
      'Roster',
      'ApprovalPolicy',
      'selector',
      'priority',
      'unlisted',
      '__proto__',
      'constructor',
      'dns:',
    ])
      expect(small({ section, whom, set: { name: 'x' } })).toMatchObject([{ code: 'BadIntent', field: 'section' }]);
    expect(small({ section: 'Roster', whom, set: {} })[0]?.hint).toContain('changed by people');
    for (const config of ['people', 'lab', 'r1'])
      expect(small({ section: 'dns', whom: { config }, set: { vrf: 'main' } })).toMatchObject([
        { code: 'UnknownConfig' },
      ]);
  });

  it('by fields that are none, or of another kind', () => {
    const bad = (set: unknown): unknown => small({ section: 'dns', whom, set })[0]?.field;
    expect(bad({ 'servers: []\n---\nkind': 'Roster' })).toContain('set.');
    expect(bad(JSON.parse('{"__proto__": {"a": 1}}'))).toBe('set.__proto__');
    expect(bad({ constructor: 'x' })).toBe('set.constructor');
    expect(bad({ cacheSize: '4096' })).toBe('set.cacheSize');
    expect(bad({ cacheSize: 1e300 })).toBe('set.cacheSize');
    expect(bad({ servers: [null] })).toBe('set.servers[0]');
    expect(bad({ servers: null })).toBe('set.servers');
    expect(bad({ servers: ['no-address'] })).toBe('set.servers[0]');
    expect(bad([])).toBe('set');
    expect(bad('x')).toBe('set');
    const [unknown] = small({ section: 'dns', whom, set: { server: [] } });
    expect(unknown).toMatchObject({
      hint: 'did you mean servers?',
      allowed: expect.arrayContaining(['servers']) as string[],
    });
  });

  it('by values that YAML takes for something else', () => {
    for (const name of [
      'no',
      '012',
      '1:30',
      '---',
      '--- !!tag x',
      '*a',
      '&a b',
      '!!str',
      '<<',
      '# x',
      'a: b',
      '{}',
      '"',
      "'",
      '|',
      '>',
      '%YAML 1.1',
      'null',
      '~',
      '- x',
      '...',
    ]) {
      const change = made({ section: 'identity', whom, set: { name } }, SMALL);
      expect(layersFor(change.after, 'r1').desired.menus['/system/identity']).toMatchObject({
        fields: { name },
      });
      expect(change.files.flatMap(({ after }) => after.split('\n')).length).toBe(
        SMALL['configs/r1.yaml'].split('\n').length,
      );
    }
  });

  it('by line breaks, hidden characters and texts without end', () => {
    for (const name of [
      'a\nkind: Roster',
      'a\r\nb',
      'x\u0000',
      '\u001b[2J',
      '\u202eabc',
      'a\u200bb',
      '\ud800',
      'x'.repeat(1_000_000),
    ])
      expect(small({ section: 'identity', whom, set: { name } })[0]?.field).toMatch(/^(set\.name|)$/);
  });

  it('by 100,000 rows, and by none', () => {
    const add = Array.from({ length: 100_000 }, (_, at) => ({
      list: 'x',
      address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
    }));
    expect(small({ section: 'addressLists', whom, add })).toMatchObject([{ code: 'BadIntent' }]);
    expect(small({ section: 'addressLists', whom, add: add.slice(0, 201) })).toMatchObject([{ code: 'BadIntent' }]);
    expect(made({ section: 'addressLists', whom, add: add.slice(0, 200) }, SMALL).changes).toEqual(['r1']);
    expect(small({ section: 'addressLists', whom, add: [] })).toMatchObject([
      { code: 'BadIntent', message: 'nothing is asked for' },
    ]);
    expect(small({ section: 'identity', whom, set: { name: 'r1' } })).toMatchObject([{ code: 'NothingChanges' }]);
  });

  it('by a file that would be none of the fleet', () => {
    const asked = { section: 'ntpClient', whom, set: { enabled: true }, reason: 'clocks' };
    const hides = (path: string): boolean => path.startsWith('configs/proposals/');
    expect(makeChange(SMALL, { ...asked, where: { newConfig: 'mine' } }, ALL, hides)).toMatchObject({
      ok: false,
      refusals: [{ code: 'CannotBeWritten', message: expect.stringContaining('.rosctlignore leaves') as string }],
    });
    expect(makeChange(SMALL, asked, ALL, hides)).toMatchObject({ ok: true });
  });

  it('by texts that are none', () => {
    const set = { name: 'x' };
    expect(small({ section: 'identity', whom, set, alsoAffects: ['\ud800'] })).toMatchObject([{ code: 'BadIntent' }]);
    for (const reason of ['', ' \n', 'x'.repeat(1001), '\udfff'])
      expect(makeChange(SMALL, { section: 'identity', whom, set, reason }, ALL, () => false)).toMatchObject({
        ok: false,
        refusals: [{ code: 'BadIntent', field: 'reason' }],
      });
  });

  it('by one row twice, and by two words on one', () => {
    const row = { list: 'x', address: '10.0.0.1' };
    expect(small({ section: 'addressLists', whom, add: [row, row] })[0]?.code).toBe('FaultyFiles');
    expect(small({ section: 'identity', whom, set: { name: 'x' }, remove: ['name'] })[0]?.code).toBe('CannotBeWritten');
  });

  it('is in vain while the files have faults', () => {
    const files = { ...SMALL, 'configs/bad.yaml': 'kind: RouterConfig\n' };
    expect(small({ section: 'identity', whom, set: { name: 'x' } }, files)).toMatchObject([{ code: 'FaultyFiles' }]);
  });
});
