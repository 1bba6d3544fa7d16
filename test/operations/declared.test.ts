import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Operations, operationsOf } from '../../controller/operations/api.ts';
import { operator } from '../../controller/access/principal.ts';
import { type GitRig, startGitRig } from '#test/git-rig.ts';
import { labFleet, type Rig, seed, startRig } from '#test/rig.ts';
import type { SimulatedRouter } from '#simulator';

const SPEC = 'dns:\n  servers: [192.0.2.1, 192.0.2.2]\nidentity: {name: edge}';
const anna = operator('anna');

describe('explain', () => {
  let rig: Rig;
  let operations: Operations;
  beforeAll(async () => {
    rig = await startRig((router) => labFleet(router, SPEC));
    operations = operationsOf(rig.controller.api);
  });
  afterAll(() => rig.close());

  it('tells each value with the file and the line it comes from', async () => {
    const { values, total } = await operations.ask(anna, 'explain', { device: 'r1', section: 'dns' });
    expect(total).toBe(1);
    expect(values).toMatchObject([
      { field: 'servers', value: '192.0.2.1,192.0.2.2', config: 'r1', file: 'configs/r1.yaml', line: 8 },
    ]);
  });

  it('counts what it leaves out', async () => {
    const { values, total } = await operations.ask(anna, 'explain', { device: 'r1', limit: 1 });
    expect({ told: values.length, total }).toEqual({ told: 1, total: 2 });
  });

  it.each([
    [{ device: 'r2' }, /There is no device "r2"/],
    [{ device: 'r1', section: 'dnss' }, /section "dnss" is not known\. Did you mean dns\?/],
    [{ device: 'r1', section: 'x'.repeat(40) }, /Sections are .*dns/],
  ])('refuses %o', async (asked, why) => {
    await expect(operations.ask(anna, 'explain', asked)).rejects.toThrow(why);
  });
});

it('tells of the commit that is in force', async () => {
  const rig: GitRig = await startGitRig(
    ({ routers }) => labFleet(routers.get('r1') as SimulatedRouter, SPEC),
    [seed('r1')],
  );
  try {
    const operations = operationsOf(rig.controller.api);
    const { values } = await operations.ask(anna, 'explain', { device: 'r1', section: 'identity' });
    expect(values).toMatchObject([{ field: 'name', value: 'edge', file: 'configs/r1.yaml', line: 9 }]);
  } finally {
    await rig.close();
  }
});
