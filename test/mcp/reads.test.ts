import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, TOOLS } from '#mcp';
import { READABLE } from '#routeros/readable';
import { callTool, clientsOf, doorOf } from '#test/mcp-rig.ts';
import {
  configYaml,
  deviceYaml,
  POLICIES,
  READABLE_LAB,
  readableSeed,
  READER,
  type Rig,
  seed,
  startRig,
  until,
} from '#test/rig.ts';
import type { ToolInput } from '../../mcp/tool.ts';
import { NASTY } from './nasty.ts';

const SHORT = NASTY.filter((text) => text.length < 300);
const LISTED = SHORT.map((comment, at) => ({ list: 'nasty', address: `192.0.2.${at}`, comment }));

let rig: Rig;
let door: Door;

beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      'devices/all.yaml': ['r1', 'r2', 'r3']
        .map((name) => {
          const yaml = deviceYaml(fleet.router(name), name, '', 'lab', 86_400);
          return name === 'r3' ? yaml.replace('credentialsRef: lab', 'credentialsRef: no-reader') : yaml;
        })
        .join('---\n'),
      'configs/r1.yaml': configYaml('r1', 'dns: {servers: [9.9.9.9]}'),
      'policies.yaml': POLICIES,
    }),
    [
      readableSeed('r1', {
        surroundings: { clients: 5 },
        menus: { '/ip/firewall/address-list': LISTED, '/interface/vlan': vlans() },
      }),
      readableSeed('r2', { packages: ['wireless'], menus: { '/system/identity': [{ name: 'older' }] } }),
      seed('r3'),
    ],
    () => ({
      credentials: [
        ...READABLE_LAB,
        {
          name: 'no-reader',
          username: 'gitops',
          from: { env: 'RIG_PASSWORD' },
          hosts: ['127.0.0.0/8'],
          tls: 'plaintext',
        },
      ],
    }),
  );
  door = doorOf(rig);
  await until(
    () => ['r1', 'r2', 'r3'].map((name) => rig.controller.api.visitOf(name)?.outcome.kind),
    (kinds) => kinds.every((kind) => kind === 'InSync' || kind === 'Confirmed'),
  );
});
afterAll(async () => await rig.close());

function vlans(): Record<string, string>[] {
  return Array.from({ length: 9 }, (_, at) => ({
    name: `vlan${at + 2}`,
    interface: 'ether1',
    'vlan-id': String(at + 2),
  }));
}

const tools = TOOLS.filter(({ toolset }) => ['core', 'network', 'firewall', 'wireless'].includes(toolset));

describe('tools that read', () => {
  it.each(tools.map(({ name }) => name))('%s answers in each of its views, or says why not', async (name) => {
    const properties: ToolInput['properties'] = tools.find((tool) => tool.name === name)?.input.properties ?? {};
    const { enum: views = [undefined] } = (properties['view'] ?? {}) as { readonly enum?: readonly string[] };
    for (const view of views) {
      const given = {
        ...('device' in properties ? { device: 'r1' } : {}),
        ...(view === undefined ? {} : { view }),
        ...(name === 'menu_read' ? { menu: '/ip/address' } : {}),
      };
      const answer = await callTool(door, name, given).catch((error: unknown) => {
        expect([name, view, error]).toMatchObject([name, view, { failure: { code: 'NoSuchMenu' } }]);
        return null;
      });
      if (answer === null) continue;
      expect([view, answer.returned, answer.stale]).toEqual([view, answer.rows.length, false]);
      expect(answer.columns.length).toBeGreaterThan(0);
      for (const row of answer.rows) expect(row).toHaveLength(answer.columns.length);
      if (answer.returned === 0) expect([view, answer.hint]).toEqual([view, expect.stringMatching(/./)]);
    }
  });

  it('reach every menu of the catalogue', async () => {
    for (const path of READABLE.keys()) {
      const answer = await callTool(door, 'menu_read', { device: 'r1', menu: path }).catch((error: unknown) => error);
      if (answer instanceof Error) expect([path, answer]).toMatchObject([path, { failure: { code: 'NoSuchMenu' } }]);
    }
    const found = await callTool(door, 'menu_find', { device: 'r1', limit: 500 });
    for (const [path] of found.rows) {
      const one = await callTool(door, 'menu_find', { device: 'r1', query: String(path).slice(1) });
      expect(one.facts?.['menu']).toBe(path);
    }
    const columns = await callTool(door, 'menu_find', { device: 'r1', query: '/ip/arp' });
    expect(columns.rows).toContainEqual(['mac-address', 'mac', null, true, true]);
  });

  it.each([
    ['who has which address', '/ip/dhcp-server/lease'],
    ['port forward', '/ip/firewall/nat'],
    ['lacp', '/interface/bonding'],
    ['certificate expiry', '/certificate'],
    ['who is logged in', '/user/active'],
  ])('find %s in %s', async (query, path) => {
    const { rows } = await callTool(door, 'menu_find', { device: 'r1', query });
    expect(rows.slice(0, 3).map(([found]) => found)).toContain(path);
  });

  it('page through rows as of one moment, narrowed and ordered', async () => {
    const ask = { device: 'r1', view: 'vlan', columns: ['name'], limit: 4 };
    for (const more of [{}, { sort: '-name' }, { where: ['name~vlan'] }]) {
      const names: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const answer = await callTool(door, 'interface_list', {
          ...ask,
          ...more,
          ...(cursor === '' ? {} : { cursor }),
        });
        expect(answer.total).toBe(9);
        names.push(...answer.rows.flat());
        cursor = answer.next_cursor;
      }
      expect(new Set(names).size).toBe(9);
      expect(names).toHaveLength(9);
      if ('sort' in more) expect(names[0]).toBe('vlan10');
    }
    const one = await callTool(door, 'interface_list', { device: 'r1', view: 'vlan', where: ['vlan-id=7'] });
    expect(one.rows.map(([name]) => name)).toEqual(['vlan7']);
    const none = await callTool(door, 'interface_list', { device: 'r1', view: 'vlan', where: ['name=nope'] });
    expect(none).toMatchObject({ returned: 0, hint: expect.stringContaining('without where') as string });
  });

  it('keep texts of routers in cells, marked', async () => {
    const { rows, columns, untrusted } = await callTool(door, 'firewall_list', { device: 'r1', view: 'address_lists' });
    expect(untrusted).toBe(true);
    expect(rows).toHaveLength(SHORT.length);
    const comments = rows.map((row) => String(row[columns.indexOf('comment')]));
    expect(comments.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('tell the log newest first, and go on before what was told', async () => {
    const ask = { device: 'r1', limit: 3 };
    const first = await callTool(door, 'log_search', ask);
    expect(first.rows.length).toBeGreaterThan(0);
    const rows = [...first.rows];
    for (let cursor = first.next_cursor; cursor !== null;) {
      const next = await callTool(door, 'log_search', { ...ask, cursor });
      rows.push(...next.rows);
      cursor = next.next_cursor;
    }
    expect(rows).toHaveLength(first.total ?? -1);
    const times = rows.map(([time]) => String(time));
    expect(times).toEqual(times.toSorted().toReversed());
    const none = await callTool(door, 'log_search', { device: 'r1', text: 'nobody wrote this' });
    expect(none).toMatchObject({ returned: 0, total: 0, hint: expect.stringContaining('No line') as string });
  });

  it('count routes of each kind and show those that are configured', async () => {
    const { facts, hint } = await callTool(door, 'route_list', { device: 'r1' });
    expect(facts?.['counts']).toContainEqual(expect.stringMatching(/^all \d+$/));
    expect(hint).toContain('dst-address=…');
  });

  it('read the older drivers where a router has those', async () => {
    const { facts } = await callTool(door, 'wifi_list', { device: 'r2' });
    expect(facts?.['menu']).toBe('/interface/wireless');
  });

  it('say what a device is and how it does, and what of it is not known', async () => {
    const fleet = await callTool(door, 'fleet_summary', {});
    expect(fleet.facts).toMatchObject({ devices: 3, ready: 3, drifted: 0, frozen: false });
    const all = await callTool(door, 'device_list', { columns: ['name'], sort: '-name' });
    expect(all.rows).toEqual([['r3'], ['r2'], ['r1']]);
    const one = await callTool(door, 'device_get', { device: 'r1' });
    expect(one.facts).toMatchObject({ device: 'r1', routeros: '7.20.8 (stable)', ready: 'True' });
    expect(one.rows[0]).toContain('confirmed');
    const none = await callTool(door, 'device_list', { state: 'stalled' });
    expect(none).toMatchObject({ returned: 0, hint: expect.stringContaining('fewer filters') as string });
    const health = await callTool(door, 'device_health', {});
    expect(health.returned).toBe(3);
  });

  it('are refused where there is no read user, and are never made by the one that writes', async () => {
    const { requests } = rig.fleet.router('r3');
    const before = requests.filter(() => true).length;
    for (const { name, input } of tools) {
      if (!('view' in input.properties)) continue;
      const refusal = await callTool(door, name, { device: 'r3' }).catch((error: unknown) => error);
      expect([name, refusal]).toMatchObject([name, { failure: { code: 'ReadUserMissing' } }]);
    }
    expect(requests.filter(() => true).length).toBe(before);
    expect(
      rig.router.requests.filter(
        ({ user, method }) => user === READER.user.name && method !== 'GET' && method !== 'POST',
      ),
    ).toEqual([]);
  });
});

describe('a call that comes to nothing', () => {
  it('says what stands there, what was meant and which tool helps on, in both eras alike', async () => {
    const clients = await clientsOf(door);
    const { modern, old } = clients;
    try {
      const errorOf = async (name: string, given: Record<string, unknown>) => {
        const [one, other] = [
          await modern.callTool({ name, arguments: given }),
          await old.callTool({ name, arguments: given }),
        ];
        expect([one.isError, other.isError]).toEqual([true, true]);
        expect(one.content).toEqual(other.content);
        expect(one.structuredContent).toBeUndefined();
        const [{ text }] = one.content as unknown as [{ text: string }];
        return (JSON.parse(text) as { error: Record<string, unknown> }).error;
      };
      expect(await errorOf('device_get', { device: 'r11' })).toMatchObject({
        code: 'NotFound',
        field: 'device',
        nearest: 'r1',
        allowed: ['r1', 'r2', 'r3'],
        hint: expect.stringContaining('device_list') as string,
        retryable: false,
        correlation_id: expect.any(String) as string,
      });
      expect(await errorOf('wifi_list', { device: 'r1', view: 'clints' })).toMatchObject({
        code: 'BadRequest',
        field: 'view',
        nearest: 'clients',
        allowed: expect.arrayContaining(['radios']) as string[],
      });
      expect(await errorOf('menu_read', { device: 'r1', menu: '/ip/rout' })).toMatchObject({
        code: 'NotFound',
        field: 'menu',
        hint: expect.stringContaining('menu_find') as string,
      });
      expect(await errorOf('wifi_list', {})).toMatchObject({
        field: 'device',
        hint: expect.stringContaining('device_list') as string,
      });
      expect(await errorOf('firewall_list', { device: 'r1', where: 'chain=input' })).toMatchObject({
        field: 'where',
        allowed: [expect.stringContaining('COLUMN=VALUE')],
      });
      expect(await errorOf('snapshot_diff', { device: 'r1', from: 'yesterday' })).toMatchObject({
        cause: expect.stringContaining('2h or 7d') as string,
        hint: 'Correct from and call snapshot_diff again.',
      });
      // The device is there, so nothing leads to the list of devices.
      const before = await errorOf('snapshot_diff', { device: 'r1', from: '2020-01-01T00:00:00Z' });
      expect(before).toMatchObject({
        code: 'NotFound',
        hint: expect.stringContaining('The device is there') as string,
      });
      expect(await errorOf('change_status', { proposal: 'zz' })).toMatchObject({
        hint: expect.stringContaining('change_status without proposal') as string,
      });
      expect(await errorOf('ip_list', { device: 'r1', columns: ['adress'] })).toMatchObject({
        field: 'columns',
        nearest: 'address',
      });
      expect(await errorOf('ip_list', { device: 'r1', limt: 5 })).toMatchObject({ field: 'limt', nearest: 'limit' });
      expect(await errorOf('ip_list', { device: 'r3' })).toMatchObject({ code: 'ReadUserMissing' });
      await expect(modern.callTool({ name: 'device_reboot', arguments: {} })).rejects.toThrow('There is no tool');
    } finally {
      await clients.close();
    }
  });
});
