import { afterEach, describe, expect, it } from 'vitest';
import { request } from '#test/ask.ts';
import type { RolloutRecord } from '../../controller/records/rollouts.ts';
import { told } from '#test/told.ts';
import { configYaml, deviceYaml, outcomeOf, POLICIES, seed, startRig, until, type Rig } from '#test/rig.ts';

let rig: Rig;
afterEach(async () => await rig.close());

const NAMES = ['r1', 'r2', 'r3', 'r4'];
const FIRST = 'dns: {servers: [9.9.9.9]}';
const SECOND = 'dns: {servers: [9.9.9.10]}';

/** The lab's policies with these lines in the RolloutPolicy. */
function policies(...lines: readonly string[]): string {
  return POLICIES.replace('  selector: {}\n', `  selector: {}\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

function configs(sections: string): Record<string, string> {
  return Object.fromEntries(NAMES.map((name) => [`configs/${name}.yaml`, configYaml(name, sections)]));
}

/** Four lab devices that hold FIRST. */
async function fourDevices(): Promise<RolloutRecord> {
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(NAMES.map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)])),
      ...configs(FIRST),
      'policies.yaml': policies('maxUnavailable: 100%'),
    }),
    NAMES.map((name) => seed(name)),
  );
  for (const name of NAMES) await outcomeOf(rig, name, 'InSync', 60);
  return await newest((rollout) => rollout?.state === 'done');
}

async function newest(holds: (rollout: RolloutRecord | undefined) => boolean): Promise<RolloutRecord> {
  const { store, fleet } = rig.controller.api;
  const [rollout] = await until(
    async () => await store.rollouts.list(fleet.source, 1),
    ([each]) => holds(each),
  );
  if (rollout === undefined) throw new Error('no rollout');
  return rollout;
}

/** What rosctl asks of the control socket. */
async function ask(method: string, path: string, body: unknown = null): Promise<unknown> {
  return await request(rig.controller.api, method, path, body, 'anna');
}

function statesOf({ members }: RolloutRecord): Readonly<Record<string, string>> {
  return Object.fromEntries(members.map(({ device, state }) => [device, state]));
}

const servers = (name: string): string | undefined => rig.fleet.router(name).rows('/ip/dns')[0]?.['servers'];

/** The devices in the order in which the audit says that their changes began and ended. */
async function trail(rollout: RolloutRecord): Promise<readonly string[]> {
  const records = await rig.controller.api.store.audit.list({ limit: 500 });
  return records
    .filter(({ at, action }) => at >= rollout.createdAt && /^attempt\.(arming|confirmed|undone)/.test(action))
    .toReversed()
    .map(({ action, device }) => `${device ?? ''} ${action.replace('attempt.', '')}`);
}

/** Makes a router ill as soon as it holds these servers. */
function failsWith(name: string, text: RegExp): void {
  rig.fleet.router(name).faults.add({
    kind: 'health',
    when: { menu: '/ip/dns', where: { servers: text } },
    effects: { cpuLoad: 100 },
  });
}

describe('a rollout in waves', () => {
  it('changes the canary alone, then the others, and says so', async () => {
    await fourDevices();
    await rig.declare({
      ...configs(SECOND),
      'policies.yaml': policies('waves: [{name: canary, selector: {names: [r3]}}]', 'maxUnavailable: 2'),
    });
    const done = await newest((rollout) => rollout?.rules.waves.length === 2 && rollout.state === 'done');
    expect(statesOf(done)).toEqual({ r1: 'confirmed', r2: 'confirmed', r3: 'confirmed', r4: 'confirmed' });
    expect(done.reason).toBe('4 confirmed');
    expect(NAMES.map(servers)).toEqual(NAMES.map(() => '9.9.9.10'));
    const steps = await trail(done);
    expect(steps[0]).toBe('r3 arming');
    expect(steps.findIndex((step) => step.endsWith('confirmed'))).toBe(1);
    const actions = (await rig.controller.api.store.audit.list({ limit: 500 }))
      .filter(({ detail }) => detail['rollout'] === done.id)
      .map(({ action }) => action);
    expect(new Set(actions)).toEqual(
      new Set([
        'rollout.opened',
        'rollout.released',
        'rollout.wave',
        'rollout.done',
        ...actions.filter((each) => each === 'rollout.joined'),
      ]),
    );
  });

  it('halts at the first failure; a corrected change begins a new one, and what was offline catches up', async () => {
    await fourDevices();
    failsWith('r2', /9\.9\.9\.10/);
    rig.fleet.router('r4').faults.add({ kind: 'offline' });
    await rig.declare({
      ...configs(SECOND),
      'policies.yaml': policies(
        'waves: [{name: canary, selector: {names: [r1]}}, {name: two, selector: {names: [r2]}}]',
      ),
    });
    const halted = await newest((rollout) => rollout?.state === 'halted');
    expect(statesOf(halted)).toMatchObject({ r1: 'confirmed', r2: 'failed', r3: 'pending' });
    expect(halted.reason).toContain('the failure budget is 0; the last one: r2, rolled back: ');
    expect([servers('r1'), servers('r2'), servers('r3')]).toEqual(['9.9.9.10', '9.9.9.9', '9.9.9.9']);
    const waiting = await until(
      () => rig.controller.api.visitOf('r3')?.outcome,
      (outcome) => outcome?.kind === 'Waiting' && outcome.reasons.some(({ code }) => code === 'RolloutHalted'),
    );
    expect(waiting).toMatchObject({ ready: { approvedAt: expect.any(Number) } });

    // It comes back after the halt, with nothing but the lab's standing word: the halt holds for it too.
    rig.fleet.router('r4').faults.clear();
    for (let visits = 0; visits < 2; visits += 1) {
      const since = rig.controller.api.clock.now();
      await rig.controller.api.reconcile(['r4']);
      await until(
        () => rig.controller.api.visitOf('r4'),
        (visit) => (visit?.at ?? 0) > since && visit?.outcome.kind === 'Waiting' && visit.outcome.ready !== null,
      );
    }
    expect(await newest(() => true)).toMatchObject({ id: halted.id, state: 'halted' });
    expect(servers('r4')).toBe('9.9.9.9');

    await rig.declare(configs('dns: {servers: [9.9.9.11]}'));
    await until(
      () => NAMES.map(servers),
      (all) => all.every((each) => each === '9.9.9.11'),
      60,
    );
    const ended = await rig.controller.api.store.rollouts.get(halted.id);
    expect(ended).toMatchObject({ state: 'superseded', reason: expect.stringContaining('took its place') });
    expect(await rig.controller.api.store.audit.verify()).toBeNull();
  });

  it('goes on where it stood when its controller is replaced', async () => {
    const before = await fourDevices();
    await rig.declare({ ...configs(SECOND), 'policies.yaml': policies('maxUnavailable: 1') });
    const opened = await newest(
      (rollout) => rollout?.id !== before.id && rollout?.members.some(({ state }) => state === 'confirmed') === true,
    );
    await rig.restart();
    const done = await newest((rollout) => rollout?.state === 'done');
    expect(done.id).toBe(opened.id);
    expect(NAMES.map(servers)).toEqual(NAMES.map(() => '9.9.9.10'));
    for (const name of NAMES) {
      const attempts = await rig.controller.api.store.attempts.list(name, 10);
      expect(attempts.filter(({ end }) => end === 'confirmed')).toHaveLength(2);
    }
  });
});

describe('people', () => {
  it('pause, resume, skip and abort, each act with their name in the trail', async () => {
    await fourDevices();
    await rig.declare({
      ...configs(SECOND),
      'policies.yaml': policies('waves: [{name: canary, selector: {names: [r1]}}]', 'betweenWaves: wait'),
    });
    const asked = await newest((rollout) => rollout?.state === 'paused');
    expect(asked).toMatchObject({ nextWave: 'asked', reason: expect.stringContaining('(canary) is done') });
    expect([servers('r1'), servers('r2')]).toEqual(['9.9.9.10', '9.9.9.9']);
    await ask('POST', `rollouts/${asked.id}`, { action: 'skip', device: 'r4' });
    await expect(ask('POST', `rollouts/${asked.id}`, { action: 'pause' })).rejects.toMatchObject({
      code: 'RolloutRefused',
    });
    await ask('POST', `rollouts/${asked.id}`, { action: 'resume' });
    const done = await newest((rollout) => rollout?.state === 'done');
    expect(statesOf(done)).toEqual({ r1: 'confirmed', r2: 'confirmed', r3: 'confirmed', r4: 'skipped' });
    const waiting = await until(
      () => rig.controller.api.visitOf('r4')?.outcome,
      (outcome) => outcome?.kind === 'Waiting' && outcome.ready === null,
    );
    expect(told(waiting)).toMatchObject({
      reasons: [{ code: 'TakenOut', message: expect.stringContaining('skipped by operator:anna') }],
    });

    await rig.declare(configs('dns: {servers: [9.9.9.12]}'));
    const next = await newest((rollout) => rollout?.state === 'paused' && rollout.id !== done.id);
    await ask('POST', `rollouts/${next.id}`, { action: 'abort', reason: 'not today' });
    const aborted = await newest((rollout) => rollout?.state === 'aborted');
    expect(aborted.reason).toBe('operator:anna: not today');
    await expect(ask('POST', `rollouts/${next.id}`, { action: 'resume' })).rejects.toMatchObject({
      message: expect.stringContaining('it has ended'),
    });
    await until(
      () => rig.controller.api.visitOf('r2')?.outcome,
      (outcome) => outcome?.kind === 'Waiting' && outcome.reasons.some(({ code }) => code === 'TakenOut'),
    );
    expect(servers('r2')).toBe('9.9.9.10');
    const acts = (await rig.controller.api.store.audit.list({ limit: 500 }))
      .filter(({ actor }) => actor === 'operator:anna')
      .map(({ action }) => action)
      .toReversed();
    expect(acts).toEqual(['rollout.skip', 'rollout.resume', 'rollout.abort']);
  });

  it('see open rollouts in the status, and each one whole', async () => {
    await fourDevices();
    await rig.declare({ ...configs(SECOND), 'policies.yaml': policies('soakSeconds: 100000') });
    const soaking = await newest((rollout) => rollout?.state === 'running' && rollout.waveDoneAt !== null);
    expect(await ask('GET', 'status')).toMatchObject({
      rollouts: [{ id: soaking.id, state: 'running', devices: 4, counts: { confirmed: 4 }, ended: false }],
    });
    expect(await ask('GET', `rollouts/${soaking.id.slice(0, 7)}`)).toMatchObject({
      id: soaking.id,
      waveViews: [{ name: 'rest', counts: { confirmed: 4 } }],
      nextWave: { soakedAt: (soaking.waveDoneAt ?? 0) + 100_000_000 },
    });
    await expect(ask('GET', 'rollouts/ro-zz')).rejects.toMatchObject({ code: 'NotFound' });
    await expect(ask('POST', `rollouts/${soaking.id}`, { action: 'jump' })).rejects.toMatchObject({
      code: 'BadRequest',
    });
    await expect(ask('POST', `rollouts/${soaking.id}`, { action: 'skip' })).rejects.toMatchObject({
      code: 'BadRequest',
    });
  });
});

describe('a maintenance window', () => {
  it('keeps devices waiting until it opens, and says when that is', async () => {
    await fourDevices();
    const day = new Date(rig.controller.api.clock.now());
    const hour = (day.getUTCHours() + 12) % 24;
    const from = `${String(hour).padStart(2, '0')}:00`;
    const to = `${String((hour + 1) % 24).padStart(2, '0')}:00`;
    await rig.declare({ ...configs(SECOND), 'policies.yaml': policies(`windows: [{from: "${from}", to: "${to}"}]`) });
    const waiting = await until(
      () => rig.controller.api.visitOf('r1')?.outcome,
      (outcome) => outcome?.kind === 'Waiting' && outcome.reasons.some(({ code }) => code === 'WindowClosed'),
    );
    expect(told(waiting)).toMatchObject({
      reasons: [{ message: expect.stringMatching(new RegExp(`it opens \\w+ [0-9-]+ ${from} \\(UTC\\)`)) }],
    });
    const open = await newest((rollout) => rollout?.state === 'running' && rollout.members.length === 4);
    expect(new Set(Object.values(statesOf(open)))).toEqual(new Set(['pending']));
    await rig.declare({ 'policies.yaml': POLICIES });
    // The rollout that waits takes up the plans that took the place of those it waited with.
    const done = await newest((rollout) => rollout?.state === 'done');
    expect([done.id, done.reason]).toEqual([open.id, '4 confirmed, 4 superseded']);
    expect(NAMES.map(servers)).toEqual(NAMES.map(() => '9.9.9.10'));
  });
});
