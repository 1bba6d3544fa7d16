import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Door } from '#mcp';
import { BOTH_TOOLS, diagnosable, FAR, SILENT, startDiagnoseRig } from '#test/diagnose-rig.ts';
import { callTool, doorOf } from '#test/mcp-rig.ts';
import { type Rig, until } from '#test/rig.ts';

const GATEWAY = '10.255.0.254';
const ROUTED = { '/ip/dns': [{ servers: GATEWAY }], '/ip/route': [{ 'dst-address': '0.0.0.0/0', gateway: GATEWAY }] };

let rig: Rig;
let door: Door;
beforeAll(async () => {
  rig = await startDiagnoseRig(
    [diagnosable('r1', { menus: ROUTED }), ...['r2', 'r3', 'r4', 'r5'].map((name) => diagnosable(name))],
    { r4: '  capabilities: {tools: [resolve]}\n', r2: BOTH_TOOLS, r5: BOTH_TOOLS },
  );
  door = doorOf(rig);
});
afterAll(() => rig.close());

const checksOf = (rows: readonly (readonly unknown[])[]): Record<string, unknown> =>
  Object.fromEntries(rows.map(([check, result]) => [check, result]));

describe('why something does not answer', () => {
  it('is that nothing is wrong', async () => {
    const { facts, rows } = await callTool(door, 'diag_connectivity', { device: 'r1', target: FAR });
    expect(checksOf(rows)).toMatchObject({ visit: 'good', [`ping ${FAR}`]: 'good' });
    expect(facts).toMatchObject({ device: 'r1', cause: null });
    expect(facts?.['verdict']).not.toBe('unhealthy');
  });

  it('is where the way ends', async () => {
    const { facts, rows } = await callTool(door, 'diag_connectivity', { device: 'r2', target: SILENT });
    expect(checksOf(rows)).toMatchObject({ [`ping ${SILENT}`]: 'bad', [`traceroute ${SILENT}`]: 'bad' });
    expect(facts).toMatchObject({
      verdict: 'unhealthy',
      cause: `${SILENT} does not answer r2: the way ends after hop 1, ${GATEWAY}.`,
    });
  });

  it('is that packets are lost on the way to the default gateway, unless a target is named', async () => {
    rig.fleet.router('r1').faults.add({ kind: 'health', effects: { pingLost: [GATEWAY] } });
    const { facts, rows } = await callTool(door, 'diag_connectivity', { device: 'r1' });
    expect(checksOf(rows)).toMatchObject({ [`ping ${GATEWAY}`]: 'bad' });
    expect(facts).toMatchObject({ verdict: 'unhealthy', cause: expect.stringContaining(GATEWAY) as string });
    rig.fleet.router('r1').faults.clear();
  });

  it.each([
    [[], 'unhealthy', 'r5 has no active default route.'],
    [[{ 'dst-address': '0.0.0.0/0', gateway: 'pppoe-out1', active: 'true' }], 'healthy', null],
  ])('is told by the default routes %o: %s', async (rows, verdict, cause) => {
    const routed: Door = {
      ...door,
      ask: async (name, input, signal) => {
        const answer = await door.ask(name, input, signal);
        if (name === 'menu') Object.assign(answer as object, { rows });
        return answer;
      },
    };
    const { facts } = await callTool(routed, 'diag_connectivity', { device: 'r5' });
    expect(facts).toMatchObject({ verdict, cause });
  });

  it('is not known where the router may not try', async () => {
    const { facts, rows } = await callTool(door, 'diag_connectivity', { device: 'r4', target: FAR });
    expect(rows).toContainEqual([`ping ${FAR}`, 'unknown', expect.stringContaining('ToolRefused') as string]);
    expect(facts).toMatchObject({ verdict: 'unknown', cause: null });
  });

  it('is not known yet where no time was left, and a job tells the rest', async () => {
    const asked = { device: 'r2', target: SILENT, wait_seconds: 5 };
    const late = { now: () => Date.now() - 4990 };
    let calls = 0;
    const now = (): number => ((calls += 1) === 1 ? late.now() : Date.now());
    const { rows, hint } = await callTool(door, 'diag_connectivity', asked, { now });
    expect(rows.map(([, result]) => result)).toContain('unknown');
    expect(hint ?? '').toMatch(/diag_result|^$/);
  });

  it('is that the controller does not get through', async () => {
    rig.fleet.router('r3').faults.add({ kind: 'offline' });
    await rig.controller.api.reconcile(['r3']);
    await until(
      () => rig.controller.api.visitOf('r3')?.outcome.kind,
      (kind) => kind === 'Deferred',
    );
    const { facts, rows } = await callTool(door, 'diag_connectivity', { device: 'r3' });
    expect(rows).toHaveLength(1);
    expect(facts).toMatchObject({
      verdict: 'unhealthy',
      cause: expect.stringContaining('The controller does not get through to r3') as string,
    });
  });

  it('is no word on a device that is not there', async () => {
    await expect(callTool(door, 'diag_connectivity', { device: 'r9' })).rejects.toMatchObject({
      failure: { code: 'NotFound' },
    });
    const wrong = { device: 'r1', target: '300.1.1.1' };
    await expect(callTool(door, 'diag_connectivity', wrong)).rejects.toMatchObject({ failure: { code: 'BadRequest' } });
  });
});

it('bandwidth is measured slice by slice', async () => {
  const asked = { device: 'r2', target: 'r5', seconds: 4, direction: 'receive' };
  const { facts, columns, rows } = await callTool(door, 'diag_bandwidth', asked);
  expect(facts).toMatchObject({ state: 'done', direction: 'receive' });
  expect(columns[0]).toBe('seconds');
  expect(rows.reduce((sum, [seconds]) => sum + Number(seconds), 0)).toBe(4);
});
