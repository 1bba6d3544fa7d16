import { expect, it, onTestFinished } from 'vitest';
import { labFleet, outcomeOf, seed, startRig, until, writeFiles } from '#test/rig.ts';

const BRIDGE = { name: 'bridge9', comment: 'mine', disabled: 'false' };

it('a bridge that two sections declared goes when both drop it, and stays as its own says when one does', async () => {
  const twice = 'bridges: [{name: bridge9, comment: mine}]\ninterfaces: [{name: bridge9, comment: mine}]';
  const rig = await startRig(
    (router) => labFleet(router, twice),
    [seed('r1', { menus: { '/interface/bridge': [BRIDGE] } })],
  );
  onTestFinished(() => rig.close());
  const { router } = rig;
  const bridges = (): readonly unknown[] =>
    router.rows('/interface/bridge').filter((row) => row['name'] === 'bridge9' && row['comment'] === 'mine');
  const settle = async (spec: string): Promise<void> => {
    await writeFiles(rig.sourceFolder, labFleet(router, spec));
    await rig.controller.api.reconcile([]);
    const { revision } = rig.controller.api.fleet;
    await until(
      () => rig.controller.api.visitOf('r1'),
      (visit) => visit?.revision === revision && visit.outcome.kind === 'InSync',
    );
  };
  await outcomeOf(rig, 'r1', 'InSync');
  await settle('bridges: [{name: bridge9, comment: mine}]\ninterfaces: []');
  expect(bridges()).toHaveLength(1);
  await settle('bridges: []\ninterfaces: []');
  expect(bridges()).toEqual([]);
  const attempts = await rig.controller.api.store.attempts.list('r1', 9);
  expect(attempts.map(({ end, payload }) => [end, payload.plan.changes.map(({ kind, menu }) => [kind, menu])])).toEqual(
    [['confirmed', [['remove', '/interface/bridge']]]],
  );
});
