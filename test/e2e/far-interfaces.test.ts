import { afterEach, describe, expect, it } from 'vitest';
import { labFleet, outcomeOf, seed, startRig, type Rig } from '#test/rig.ts';

let rig: Rig;
afterEach(() => rig.close());

/** Controller and router talk over ether1: nothing of this is on their way. */
const FAR = {
  'an interface is switched off': {
    wanted: 'interfaces: [{name: ether5, disabled: true}]',
    menu: '/interface',
    has: { name: 'ether5', disabled: 'true' },
  },
  'a port joins another bridge': {
    wanted: 'bridges: [{name: guests}]\nbridgePorts: [{interface: ether6, bridge: guests}]',
    menu: '/interface/bridge/port',
    has: { interface: 'ether6', bridge: 'guests' },
  },
  'an interface joins a list': {
    wanted: 'interfaceLists: [{name: CAMERAS, members: [{interface: ether5}]}]',
    menu: '/interface/list/member',
    has: { list: 'CAMERAS', interface: 'ether5' },
  },
} as const;

describe('far from the way', () => {
  it.each(Object.entries(FAR))('%s', async (_, { wanted, menu, has }) => {
    rig = await startRig(
      (router) => labFleet(router, wanted),
      [seed('r1', { menus: { '/interface': [{ name: 'ether6', type: 'ether' }] } })],
    );
    await outcomeOf(rig, 'r1', 'InSync');
    expect(rig.router.rows(menu)).toContainEqual(expect.objectContaining(has));
  });
});
