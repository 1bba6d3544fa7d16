import { describe, expect, it } from 'vitest';
import type { SimulatedRouter } from '#simulator';
import { call, oneRouter, type OneRouter } from './rest.ts';

/** A change by hand, after which the router may no longer hear its client. */
interface Cut {
  readonly menu: string;
  readonly verb: string;
  readonly args?: Record<string, string>;
  readonly where?: Record<string, string>;
}

async function isReachableAfter(cuts: readonly Cut[], seed: Parameters<typeof oneRouter>[0] = {}): Promise<boolean> {
  const one = await oneRouter(seed, 2000);
  await call(one.router, 'GET', '/system/identity');
  for (const cut of cuts) {
    one.router.human.change({ user: 'anna', ...cut });
  }
  const reached = await reaches(one.router);
  await close(one);
  return reached;
}

async function reaches(router: SimulatedRouter): Promise<boolean> {
  try {
    return (await call(router, 'GET', '/system/identity')).status === 200;
  } catch {
    return false;
  }
}

async function close({ fleet }: OneRouter): Promise<void> {
  await fleet.close();
}

const filter = '/ip/firewall/filter';
const listDrop: Cut = {
  menu: '/ip/firewall/raw',
  verb: 'add',
  args: { chain: 'prerouting', action: 'drop', 'src-address-list': 'blocked' },
};

describe('the way from client to router', () => {
  it.each<[string, readonly Cut[]]>([
    ['nothing', []],
    [
      'an address elsewhere',
      [{ menu: '/ip/address', verb: 'add', args: { address: '192.0.2.1/24', interface: 'ether2' } }],
    ],
    ['a drop rule behind the accept', [{ menu: filter, verb: 'add', args: { chain: 'input', action: 'drop' } }]],
    [
      'a block list without us',
      [
        listDrop,
        { menu: '/ip/firewall/address-list', verb: 'add', args: { list: 'blocked', address: '198.51.100.0/24' } },
      ],
    ],
    [
      'a service limited to us',
      [
        {
          menu: '/ip/service',
          verb: 'set',
          where: { name: 'www', dynamic: 'false' },
          args: { address: '10.255.0.0/24' },
        },
      ],
    ],
  ])('%s leaves it open', async (_name, cuts) => {
    expect(await isReachableAfter(cuts)).toBe(true);
  });

  it.each<[string, readonly Cut[]]>([
    ['the accept rule removed', [{ menu: filter, verb: 'remove', where: { comment: 'management network' } }]],
    [
      'a drop rule before the accept',
      [
        {
          menu: filter,
          verb: 'add',
          args: { chain: 'input', action: 'drop', protocol: 'tcp', 'dst-port': '80', 'place-before': '*1' },
        },
      ],
    ],
    [
      'a block list with our network',
      [
        listDrop,
        { menu: '/ip/firewall/address-list', verb: 'add', args: { list: 'blocked', address: '10.255.0.0/16' } },
      ],
    ],
    [
      'a more specific connected route',
      [{ menu: '/ip/address', verb: 'add', args: { address: '10.255.0.2/32', interface: 'bridge' } }],
    ],
    ['the uplink address removed', [{ menu: '/ip/address', verb: 'remove', where: { comment: 'uplink' } }]],
    [
      'a service limited to others',
      [
        {
          menu: '/ip/service',
          verb: 'set',
          where: { name: 'www', dynamic: 'false' },
          args: { address: '192.168.88.0/24' },
        },
      ],
    ],
    ['the service off', [{ menu: '/ip/service', verb: 'disable', where: { name: 'www', dynamic: 'false' } }]],
    [
      'the service on another port',
      [{ menu: '/ip/service', verb: 'set', where: { name: 'www', dynamic: 'false' }, args: { port: '8080' } }],
    ],
  ])('%s cuts it', async (_name, cuts) => {
    expect(await isReachableAfter(cuts)).toBe(false);
  });

  it('a change that cuts its own way takes effect without an answer, and its undoing opens the way again', async () => {
    const one = await oneRouter({}, 500);
    const created = call(one.router, 'PUT', '/ip/address', { address: '10.255.0.2/32', interface: 'bridge' });
    await expect.poll(() => one.router.rows('/ip/address').length).toBe(3);
    one.router.human.change({ user: 'anna', menu: '/ip/address', verb: 'remove', where: { address: '10.255.0.2/32' } });
    expect((await created).status).toBe(201);
    expect(await reaches(one.router)).toBe(true);
    await close(one);
  });
});
