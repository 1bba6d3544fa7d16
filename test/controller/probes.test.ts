import { afterEach, describe, expect, it } from 'vitest';
import { labFleet, outcomeOf, PASSWORD, startRig, until, type Rig } from '#test/rig.ts';
import { startController, type Controller } from '#controller';

let rig: Rig;
let controller: Controller | null = null;
afterEach(async () => {
  await controller?.stop();
  controller = null;
  await rig.close();
});

const SPEC = 'dns: {servers: [9.9.9.9]}';

/** The rig's controller again, with probes on any free port. */
async function withProbes(): Promise<Controller> {
  await rig.controller.stop();
  controller = await startController({ ...rig.config, listen: { host: '127.0.0.1', port: 0 } });
  rig.controller = controller;
  return controller;
}

async function get(at: Controller, path: string): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(`http://${at.probesAt}${path}`);
  return { status: response.status, body: await response.text() };
}

describe('probes and metrics', () => {
  it('tell that the controller lives, is ready, and what it did', async () => {
    rig = await startRig((router) => labFleet(router, SPEC));
    await outcomeOf(rig, 'r1', 'InSync');
    const running = await withProbes();
    await outcomeOf(rig, 'r1', 'InSync');
    expect(await get(running, '/healthz')).toEqual({ status: 200, body: 'ok\n' });
    expect(await get(running, '/readyz')).toEqual({ status: 200, body: 'ok\n' });
    expect((await get(running, '/other')).status).toBe(404);
    const { body } = await get(running, '/metrics');
    expect(body).toMatch(/routeros_gitops_devices\{outcome="InSync"\} 1/);
    expect(body).toMatch(/routeros_gitops_source_ok 1/);
    expect(body).toMatch(/routeros_gitops_visits_total\{outcome="InSync"\} \d+/);
    expect(body).toMatch(/routeros_gitops_router_requests_total\{method="GET",status="2xx"\} \d+/);
    expect(body).not.toContain(PASSWORD);
  });

  it('say unready with the reason as long as no revision was ever accepted', async () => {
    rig = await startRig((router) => ({ ...labFleet(router, SPEC), 'broken.yaml': 'kind: Nonsense\n' }));
    const running = await withProbes();
    const { status, body } = await get(running, '/readyz');
    expect(status).toBe(503);
    expect(body).toContain('broken.yaml:1');
    expect((await get(running, '/metrics')).body).toMatch(/routeros_gitops_source_ok 0/);
    expect(running.api.fleet.devices()).toEqual([]);
  });

  it('go on with the last good revision over a broken folder and a restart', async () => {
    rig = await startRig((router) => labFleet(router, SPEC));
    await outcomeOf(rig, 'r1', 'InSync');
    await rig.declare({ 'configs/r1.yaml': 'kind: RouterConfig\n' });
    expect(rig.controller.api.fleet.fault?.message).toContain('configs/r1.yaml:1');
    await rig.restart();
    await until(
      () => rig.controller.api.visitOf('r1')?.outcome.kind,
      (kind) => kind === 'InSync',
    );
    expect(rig.controller.api.fleet.fault?.code).toBe('SourceFaulty');
    expect(rig.controller.api.fleet.devices()).toEqual(['r1']);
  });
});
