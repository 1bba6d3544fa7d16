import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  declaredSection,
  EXPORTED_MENUS,
  exportedState,
  type MenuPath,
  type MenuRows,
  menuOf,
  readExport,
  type Row,
  type Section,
  sectionParts,
  SECTIONS,
} from '#routeros';
import { type ExportForm, exportText, type Fleet, type SimulatedRouter, startFleet } from '#simulator';
import { profiles } from '../../simulator/model/version.ts';
import { call } from './rest.ts';

/** Texts that are spelt in every way that exports know. */
const TRICKY = [
  'plain',
  'two words',
  'Prüfstand Рутер',
  'a "quoted" \\ $x; [b] {c} (d) ?',
  'ends with a backslash \\',
  '#no comment, key=value',
  `${'a long text that has to be broken in several lines, with blanks in all places of it, '.repeat(3)}end`,
];

const MENUS: Readonly<Record<string, readonly Row[]>> = {
  '/system/identity': [{ name: 'Edge "1" (Büro)' }],
  '/ip/dns': [{ servers: '192.0.2.53,2001:db8::53', 'allow-remote-requests': 'true', 'cache-size': '8192' }],
  '/ip/dns/static': [
    ...TRICKY.map((comment, index) => ({ name: `r${String(index)}.example`, address: '192.0.2.1', comment })),
    { name: 'text.example', type: 'TXT', text: 'v=spf1 include:example.org -all; "quoted"' },
    { regexp: '.*(\\.lab|\\.test)$', type: 'FWD', 'forward-to': '192.0.2.53' },
    { name: 'off.example', type: 'AAAA', address: '2001:db8::1', disabled: 'true', ttl: '5m' },
    { name: 'mail.example', type: 'MX', 'mx-exchange': 'mx.example', 'mx-preference': '10' },
  ],
  '/system/ntp/client': [{ enabled: 'true' }],
  '/system/ntp/client/servers': [{ address: '192.0.2.123' }, { address: 'ntp.example.net' }],
  '/ip/firewall/address-list': TRICKY.map((list, index) => ({ list, address: `10.0.${String(index)}.0/24` })),
  '/ip/address': [
    { address: '192.0.2.1/24', interface: 'bridge', comment: 'LAN, defconf' },
    { address: '203.0.113.9/32', interface: 'ether2' },
    { address: '198.51.100.1/32', interface: 'ether3', network: '198.51.100.2', disabled: 'true' },
  ],
  '/interface': [
    { name: 'ether2', comment: 'uplink; Prüfstand' },
    { name: 'ether4', disabled: 'true' },
  ],
  '/interface/list': [{ name: 'TRUSTED', comment: 'who may come in' }],
  '/interface/list/member': [
    { list: 'TRUSTED', interface: 'bridge' },
    { list: 'TRUSTED', interface: 'ether2', comment: 'for now', disabled: 'true' },
  ],
  '/ip/pool': [{ name: 'office', ranges: '192.0.2.100-192.0.2.199,192.0.2.210' }],
};

const FORMS: readonly ExportForm[] = ['compact', 'verbose', 'terse'];

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet(
    profiles.map((version) => ({
      name: version,
      host: '127.0.0.1',
      port: 0,
      tls: false,
      version,
      serial: `EXPORT${version.replaceAll('.', '')}`,
      chr: version === '7.24',
      users: [{ name: 'gitops', password: 'x', group: 'full' }],
      menus: MENUS,
    })),
  );
});
afterAll(() => fleet.close());

/** Every menu that we manage, as the router answers it. */
async function liveRows(router: SimulatedRouter): Promise<MenuRows> {
  const menus: Record<MenuPath, readonly Row[]> = {};
  for (const { menus: all } of Object.values(SECTIONS)) {
    for (const { menu } of all) {
      const answer = await call(router, 'GET', menu.path, undefined, { user: 'gitops', password: 'x' });
      if (answer.status !== 200) continue;
      menus[menu.path] = menu.shape === 'settings' ? [answer.json as Row] : (answer.json as readonly Row[]);
    }
  }
  return menus;
}

/** What rows become, and why some do not. */
function said(section: Section, menus: MenuRows): unknown {
  const { items, refused, leftOut } = declaredSection(section, menus);
  return { items, refused: refused.map(({ reason }) => reason), leftOut: leftOut.map(({ reason }) => reason) };
}

describe.each(profiles)('the export of RouterOS %s', (version) => {
  it.each(FORMS)('%s says what the router answers', async (form) => {
    const router = fleet.router(version);
    const text = exportText(router.state, form);
    const read = readExport(text, `${version}.rsc`, EXPORTED_MENUS);
    expect(read).toMatchObject({ version, faults: [] });
    const exported = exportedState(read);
    expect(exported.refused).toEqual([]);
    const live = await liveRows(router);
    for (const section of Object.values(SECTIONS).flatMap(sectionParts)) {
      if (section.menus.some(({ menu }) => live[menu.path] === undefined)) continue;
      expect([section.name, said(section, exported.menus)]).toEqual([section.name, said(section, live)]);
    }
    if (form === 'terse') expect(text).not.toMatch(/\\\n/);
    else expect(text).toMatch(/\\\n {4}\S/);
  });

  it('holds every row that was seeded', async () => {
    const live = await liveRows(fleet.router(version));
    const { menus } = exportedState(
      readExport(exportText(fleet.router(version).state, 'compact'), 'r', EXPORTED_MENUS),
    );
    for (const path of ['/ip/dns/static', '/ip/firewall/address-list', '/ip/address', '/interface/list'] as const) {
      const own = (live[path] ?? []).filter((row) => menuOf(path).skipWhen.every((flag) => row[flag] !== 'true'));
      expect([path, menus[path]?.length]).toEqual([path, own.length]);
      expect(own.length).toBeGreaterThanOrEqual(MENUS[path]?.length ?? 0);
    }
  });
});
