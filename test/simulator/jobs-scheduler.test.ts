import { describe, expect, it } from 'vitest';
import { callerWith } from '../support/memory-console.ts';
import { scriptRig, type ScriptRig } from '../support/script-rig.ts';

const MINUTE = 60_000;

function schedule(rig: ScriptRig, entry: Readonly<Record<string, string>>): void {
  rig.router.add(
    '/system/scheduler',
    { name: 's', 'on-event': ':log info "tick"', policy: 'read,write', owner: 'gitops', interval: '0s', ...entry },
    callerWith(),
  );
}

function ticks(rig: ScriptRig): number {
  return rig.router.lines.filter((line) => line.message === 'tick').length;
}

describe('scheduler', () => {
  it('an entry with an interval runs each time it is due and counts', async () => {
    const rig = scriptRig();
    schedule(rig, { 'start-date': '2026-11-21', 'start-time': '12:00:00', interval: '10m' });
    await rig.clock.advance(9 * MINUTE);
    expect(ticks(rig)).toBe(0);
    await rig.clock.advance(MINUTE);
    expect(ticks(rig)).toBe(1);
    await rig.clock.advance(60 * MINUTE);
    expect(ticks(rig)).toBe(7);
    expect(rig.router.read('/system/scheduler')[0]?.['run-count']).toBe('7');
  });

  it('an entry without interval runs once at its time, and never when that is past', async () => {
    const rig = scriptRig();
    schedule(rig, { 'start-date': '2026-11-21', 'start-time': '12:30:00' });
    schedule(rig, { name: 'past', 'start-date': '2026-11-20', 'start-time': '12:30:00' });
    await rig.clock.advance(25 * 60 * MINUTE);
    expect(ticks(rig)).toBe(1);
    expect(rig.clock.sleeping).toBe(0);
  });

  it('a disabled or removed entry does not run', async () => {
    const rig = scriptRig();
    schedule(rig, { 'start-date': '2026-11-21', 'start-time': '12:00:00', interval: '1m' });
    await rig.run('/system scheduler disable s');
    await rig.clock.advance(3 * MINUTE);
    expect(ticks(rig)).toBe(0);
    await rig.run('/system scheduler enable s');
    await rig.clock.advance(2 * MINUTE);
    expect(ticks(rig)).toBe(2);
    await rig.run('/system scheduler remove s');
    await rig.clock.advance(3 * MINUTE);
    expect(ticks(rig)).toBe(2);
    expect(rig.clock.sleeping).toBe(0);
  });

  it('a startup entry without interval runs once a moment after each start, not before', async () => {
    const rig = scriptRig();
    schedule(rig, { 'start-time': 'startup' });
    await rig.clock.advance(60 * MINUTE);
    expect(ticks(rig)).toBe(0);
    for (const count of [1, 2]) {
      rig.jobs.reboot();
      await rig.clock.advance(MINUTE);
      expect(ticks(rig)).toBe(count - 1);
      rig.jobs.startup();
      await rig.clock.advance(60 * MINUTE);
      expect(ticks(rig)).toBe(count);
    }
  });

  it('a startup entry with an interval does not run at startup', async () => {
    const rig = scriptRig();
    schedule(rig, { 'start-time': 'startup', interval: '10m' });
    rig.jobs.reboot();
    rig.jobs.startup();
    await rig.clock.advance(9 * MINUTE);
    expect(ticks(rig)).toBe(0);
    await rig.clock.advance(2 * MINUTE);
    expect(ticks(rig)).toBe(1);
  });

  it.each([
    [[7, 20, 8] as const, 1],
    [[7, 24, 0] as const, 0],
    [[7, 24, 4] as const, 0],
    [[7, 24, 5] as const, 1],
  ])('startup entries on %j run %d times', async (version, count) => {
    const rig = scriptRig(version);
    schedule(rig, { 'start-time': 'startup' });
    rig.jobs.startup();
    await rig.clock.advance(MINUTE);
    expect(ticks(rig)).toBe(count);
  });

  it('nothing runs while device-mode forbids schedulers', async () => {
    const rig = scriptRig();
    await rig.run('/system device-mode set scheduler=no');
    schedule(rig, { 'start-time': 'startup' });
    schedule(rig, { name: 't', 'start-date': '2026-11-21', 'start-time': '12:00:00', interval: '1m' });
    rig.jobs.startup();
    await rig.clock.advance(10 * MINUTE);
    expect(ticks(rig)).toBe(0);
  });

  it('on-event is a script or the name of one, and runs with the rights of the entry', async () => {
    const rig = scriptRig();
    rig.addScript('job', ':log info "tick"; /ip dns static add name=x', 'read,write');
    schedule(rig, { 'on-event': 'job', 'start-date': '2026-11-21', 'start-time': '12:01:00' });
    schedule(rig, {
      name: 'weak',
      'on-event': '/system script run job',
      policy: 'read',
      'start-date': '2026-11-21',
      'start-time': '12:02:00',
    });
    await rig.clock.advance(MINUTE);
    expect(rig.names('/ip/dns/static')).toEqual(['x']);
    await rig.clock.advance(MINUTE);
    expect(rig.names('/ip/dns/static')).toEqual(['x']);
    expect(rig.router.lines.at(-1)?.message).toContain(
      'from scheduler failed, please check it manually: not enough permissions',
    );
  });

  it('an entry that fails runs again the next time', async () => {
    const rig = scriptRig();
    schedule(rig, {
      'start-date': '2026-11-21',
      'start-time': '12:00:00',
      interval: '1m',
      'on-event': ':log info "tick"; :error "x"',
    });
    await rig.clock.advance(3 * MINUTE);
    expect(ticks(rig)).toBe(3);
    expect(rig.router.lines).toHaveLength(6);
  });
});
