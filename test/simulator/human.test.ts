import { describe, expect, it } from 'vitest';
import { call, oneRouter, rows } from './rest.ts';

const list = '/ip/firewall/address-list';

describe('someone changes a router by hand', () => {
  it('history, log and active users say who', async () => {
    const { fleet, router } = await oneRouter();
    router.human.change({ user: 'anna', via: 'winbox', menu: '/ip/dns', verb: 'set', args: { servers: '9.9.9.9' } });
    router.human.change({ user: 'anna', menu: list, verb: 'add', args: { list: 'x', address: '192.0.2.1' } });
    router.human.change({ user: 'anna', menu: list, verb: 'set', where: { list: 'x' }, args: { comment: 'hers' } });
    expect((await rows(router, list))[0]).toMatchObject({ list: 'x', comment: 'hers' });
    const history = await rows(router, '/system/history');
    expect(history.map((row) => [row['action'], row['by'], row['undoable'], row['floating-undo']])).toEqual([
      ['address list entry changed', 'anna', 'true', 'false'],
      ['address list entry added', 'anna', 'true', 'false'],
      ['DNS settings changed', 'anna', 'true', 'false'],
    ]);
    const messages = (await rows(router, '/log')).map((row) => row['message']);
    expect(messages).toContain('user anna logged in from 192.168.88.10 via winbox');
    expect(messages).toContain('DNS settings changed by anna');
    const active = await rows(router, '/user/active');
    expect(active.filter((row) => row['name'] === 'anna').map((row) => row['via'])).toEqual(['winbox']);
    router.human.logout('anna');
    expect((await rows(router, '/user/active')).filter((row) => row['name'] === 'anna')).toEqual([]);
    await fleet.close();
  });

  it('our own changes are in the history under our name', async () => {
    const { fleet, router } = await oneRouter();
    await call(router, 'PUT', list, { list: 'x', address: '192.0.2.1' });
    expect((await rows(router, '/system/history'))[0]).toMatchObject({ by: 'ctl', 'floating-undo': 'false' });
    await fleet.close();
  });

  it('a fault does it between two requests', async () => {
    const { fleet, router } = await oneRouter();
    const change = { user: 'anna', menu: '/ip/dns', verb: 'set', args: { servers: '9.9.9.9' } };
    router.faults.add({ kind: 'human', match: { path: '/ip/dns' }, skip: 1, times: 1, change });
    const read: unknown[] = [];
    for (let count = 0; count < 2; count += 1) {
      read.push(((await call(router, 'GET', '/ip/dns')).json as Record<string, string>)['servers']);
    }
    expect(read).toEqual(['', '9.9.9.9']);
    await fleet.close();
  });
});

describe('safe mode', () => {
  it('is shown, floats what is done under it, and undoes it all when it is dropped', async () => {
    const { fleet, router } = await oneRouter({ menus: { [list]: [{ list: 'old', address: '192.0.2.1' }] } });
    await rows(router, list);
    router.human.takeSafeMode('anna');
    expect((await call(router, 'GET', '/safe-mode')).json).toMatchObject({ enabled: 'true', user: 'anna' });
    await call(router, 'PUT', list, { list: 'new', address: '192.0.2.2' });
    await call(router, 'DELETE', `${list}/*1`);
    await call(router, 'POST', '/ip/dns/set', { servers: '1.1.1.1' });
    const floating = (await rows(router, '/system/history')).filter((row) => row['floating-undo'] === 'true');
    expect(floating).toHaveLength(3);
    router.human.dropSafeMode();
    expect((await rows(router, list)).map((row) => row['list'])).toEqual(['old']);
    expect(router.rows('/ip/dns')[0]?.['servers']).toBe('');
    expect((await call(router, 'GET', '/safe-mode')).json).toMatchObject({ enabled: 'false' });
    await fleet.close();
  });

  it('kept changes stay, and the menu is absent before 7.18 while history still tells', async () => {
    const { fleet, router } = await oneRouter({ version: '7.16' });
    expect((await call(router, 'GET', '/safe-mode')).status).toBe(400);
    router.faults.add({ kind: 'safe-mode', user: 'anna', times: 1 });
    await call(router, 'POST', '/ip/dns/set', { servers: '1.1.1.1' });
    expect((await rows(router, '/system/history'))[0]).toMatchObject({ 'floating-undo': 'true' });
    router.human.releaseSafeMode();
    expect((await rows(router, '/system/history'))[0]).toMatchObject({ 'floating-undo': 'false' });
    expect(router.rows('/ip/dns')[0]?.['servers']).toBe('1.1.1.1');
    await fleet.close();
  });
});

describe('a reboot', () => {
  it('resets uptime, log, history and timed entries; keeps configuration and ids', async () => {
    const { fleet, router } = await oneRouter({}, 200);
    await call(router, 'PUT', list, { list: 'kept', address: '192.0.2.1' });
    await call(router, 'PUT', list, { list: 'timed', address: '192.0.2.2', timeout: '1d' });
    const before = (await rows(router, list)).filter((row) => row['list'] === 'kept');
    expect((await call(router, 'POST', '/system/reboot', {})).status).toBe(200);
    await expect.poll(() => router.rows('/log').length).toBe(0);
    await expect(call(router, 'GET', '/system/identity')).rejects.toThrow(/ECONNRESET|hang up/);
    await router.up();
    expect(await rows(router, list)).toEqual(before);
    expect(await rows(router, '/system/history')).toEqual([]);
    expect((await rows(router, '/log'))[0]).toMatchObject({ '.id': '*1', message: 'router rebooted' });
    const { uptime = '' } = (await call(router, 'GET', '/system/resource')).json as { uptime?: string };
    expect(uptime).not.toMatch(/[hd]/);
    await fleet.close();
  });
});
