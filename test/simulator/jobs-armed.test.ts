import { beforeEach, describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { ConsoleFailure, type Properties } from '../../simulator/model/console.ts';
import { callerWith } from '../support/memory-console.ts';
import { scriptRig, type ScriptRig } from '../support/script-rig.ts';

/** The scripts of armed-rollback.md §1 to §3, as an armed change leaves them on a router. */
const NAMES = { armed: 'rg-0123456789ab-1-armed', fired: 'rg-0123456789ab-1-fired', wait: 'rg-0123456789ab-1-wait' };
const CONFIRMED = 'rg-0123456789ab-1-confirmed';
const MINUTE = 60_000;

const RESTORE_HOST = `:do {:local rgIds [/ip dns static find where name="a.lan" and dynamic=no]; :local rgCount [:len $rgIds]
:if ($rgCount > 3) do={:error "rg-count"}
:if ($rgCount = 1) do={/ip dns static set $rgIds address="10.0.0.1" comment="cost \\$5 \\"quoted\\""} else={:if ($rgCount > 0) do={/ip dns static remove $rgIds}
/ip dns static add name="a.lan" address="10.0.0.1" comment="cost \\$5 \\"quoted\\""}} on-error={:set rgFailed ($rgFailed + 1)}`;
const REMOVE_ADDRESS = `:do {:local rgIds [/ip address find where address="10.9.9.1/24"]
:if ([:len $rgIds] > 1) do={:error "rg-count"}
:if ([:len $rgIds] > 0) do={/ip address remove $rgIds}} on-error={:set rgFailed ($rgFailed + 1)}`;
const INVERSE = `:local rgFailed 0\n${RESTORE_HOST}\n${REMOVE_ADDRESS}\n:log warning "undone, $rgFailed failed"`;
const ARMED = `/system script set "${NAMES.armed}" name="${NAMES.fired}"\n${INVERSE}`;
const WAIT = `:delay 600s\n/system script run "${NAMES.armed}"`;

let rig: ScriptRig;
beforeEach(async () => {
  rig = scriptRig();
  await rig.run(String.raw`/ip dns static add name=a.lan address=10.0.0.1 comment="cost \$5 \"quoted\""`);
});

async function arm(): Promise<void> {
  rig.addScript(NAMES.armed, ARMED);
  rig.addScript(NAMES.wait, WAIT);
  await rig.jobs.execute(`/system script run "${NAMES.wait}"`, callerWith('read', 'write'), 'background');
  rig.router.add(
    '/system/scheduler',
    {
      name: 'rg-0123456789ab-1-boot',
      'start-date': '2026-11-21',
      'start-time': 'startup',
      interval: '0s',
      'on-event': `/system script run "${NAMES.armed}"`,
      policy: 'read,write',
    },
    callerWith(),
  );
  await rig.clock.settle();
}

const CHANGE = `/ip address add address=10.9.9.1/24 interface=ether1
/ip dns static set [find where name="a.lan"] address=10.0.0.99 comment=changed`;

function configuration(): readonly (readonly Properties[])[] {
  const withoutId = (row: Properties): Properties =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name !== '.id'));
  return ['/ip/dns/static', '/ip/address'].map((path) => rig.router.read(path).map(withoutId));
}

/** What the controller does over REST to keep the change. */
function claimConfirm(): 'won' | 'lost' {
  const row = rig.router.read('/system/script').find((script) => script['name'] === NAMES.armed);
  if (row === undefined) return 'lost';
  rig.router.set('/system/script', row['.id'] ?? null, { name: CONFIRMED }, callerWith());
  return 'won';
}

describe('an armed change', () => {
  it('passes the check by :parse on every version', async () => {
    for (const version of [
      [7, 12, 2],
      [7, 16, 2],
      [7, 20, 8],
      [7, 24, 0],
    ] as const) {
      const other = scriptRig(version);
      for (const script of [ARMED, WAIT]) expect(other.jobs.parseReport(script)).toMatch(/^\(evl [^<%]*\)$/s);
    }
  });

  it('has a job that is found by the name of the waiting script', async () => {
    await arm();
    const jobs = rig.jobs.list().filter((job) => job['script'] === NAMES.wait);
    expect(jobs).toEqual([expect.objectContaining({ owner: 'gitops', policy: 'read,write', type: 'script' })]);
  });

  it('undoes itself when nobody confirms', async () => {
    const before = configuration();
    await arm();
    await rig.run(CHANGE);
    await rig.clock.advance(10 * MINUTE - 1);
    expect(configuration()).not.toEqual(before);
    await rig.clock.advance(1);
    expect(configuration()).toEqual(before);
    expect(rig.names('/system/script')).toEqual([NAMES.fired, NAMES.wait]);
    expect(rig.router.lines).toEqual([{ topics: 'script,warning', message: 'undone, 0 failed' }]);
    expect(rig.jobs.list()).toEqual([]);
  });

  it('stays when it was confirmed: the undo finds no item to claim and does nothing', async () => {
    await arm();
    await rig.run(CHANGE);
    const changed = configuration();
    expect(claimConfirm()).toBe('won');
    await rig.clock.advance(20 * MINUTE);
    expect(configuration()).toEqual(changed);
    expect(rig.router.lines.map((line) => line.message)).toEqual([expect.stringContaining('no such item')]);
  });

  it('is given up by removing the waiting job, which stops before the claim', async () => {
    await arm();
    await rig.run(CHANGE);
    const changed = configuration();
    await rig.run(`/system script job remove [find where script="${NAMES.wait}"]`);
    await rig.clock.advance(20 * MINUTE);
    expect(configuration()).toEqual(changed);
    expect(rig.names('/system/script')).toContain(NAMES.armed);
  });

  it('undoes itself after a reboot, though its job is gone', async () => {
    const before = configuration();
    await arm();
    await rig.run(CHANGE);
    rig.jobs.reboot();
    expect(rig.jobs.list()).toEqual([]);
    rig.jobs.startup();
    await rig.clock.advance(MINUTE);
    expect(configuration()).toEqual(before);
    expect(rig.names('/system/script')).toContain(NAMES.fired);
  });

  it('is claimed by exactly one of two that claim at once', async () => {
    for (let round = 0; round < 20; round++) {
      rig = scriptRig();
      rig.addScript(NAMES.armed, ':log info "nothing"');
      const padding = ':nothing; '.repeat(round);
      const claim = (name: string): Promise<string> =>
        rig.run(`${padding}/system script set "${NAMES.armed}" name="${name}"; :put won`);
      const [undo, confirm] = await Promise.all([claim(NAMES.fired), claim(CONFIRMED)]);
      const winners = [undo, confirm].filter((answer) => answer === 'won');
      const losers = [undo, confirm].filter((answer) => answer === 'no such item (/system/script/set; line 1)');
      expect([winners.length, losers.length]).toEqual([1, 1]);
      expect(rig.names('/system/script')).toEqual([undo === 'won' ? NAMES.fired : CONFIRMED]);
    }
  });

  it('undo against confirm at any moment: one side wins, never half of each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 30 }), async (turns) => {
        rig = scriptRig();
        await rig.run(String.raw`/ip dns static add name=a.lan address=10.0.0.1 comment="cost \$5 \"quoted\""`);
        const before = configuration();
        rig.addScript(NAMES.armed, `${':nothing; '.repeat(40)}\n${ARMED}`);
        await rig.run(CHANGE);
        const changed = configuration();
        const undo = rig.jobs.runScript(NAMES.armed, callerWith()).then(
          () => 'won',
          (error: unknown) => {
            expect(error).toBeInstanceOf(ConsoleFailure);
            return 'lost';
          },
        );
        for (let turn = 0; turn < turns; turn++) await Promise.resolve();
        if (turns % 2 === 1) await new Promise((resolve) => setImmediate(resolve));
        const confirm = claimConfirm();
        expect([await undo, confirm].toSorted()).toEqual(['lost', 'won']);
        expect(configuration()).toEqual(confirm === 'won' ? changed : before);
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 1, 2])('the inverse after %d of its two changes, once or twice, gives the snapshot', async (count) => {
    const before = configuration();
    await rig.run(CHANGE.split('\n').slice(0, count).join('\n'));
    for (const time of [1, 2]) {
      expect(await rig.run(INVERSE), `run ${time}`).toBe('');
      expect(configuration()).toEqual(before);
    }
  });

  it('a failing statement of the inverse stops none of the others', async () => {
    await rig.run('/ip address add address=10.9.9.1/24 interface=ether1; /ip dns static remove [find]');
    for (let twin = 0; twin < 4; twin++) await rig.run('/ip dns static add name=a.lan address=10.0.0.5');
    await rig.run(INVERSE);
    expect(rig.router.read('/ip/address')).toEqual([]);
    expect(rig.names('/ip/dns/static')).toHaveLength(4);
    expect(rig.router.lines.at(-1)?.message).toBe('undone, 1 failed');
  });
});

describe('a bulk block', () => {
  function bulk(addresses: readonly string[]): string {
    const adds = addresses.map(
      (address) =>
        `:do {/ip address add address="${address}" interface="ether1"} on-error={:set rgFailed ($rgFailed + 1)}`,
    );
    const guard = `:if ([:len [/system script find where name="${NAMES.armed}"]] = 0) do={:error "rg-not-armed"}`;
    return `{${[guard, ':local rgFailed 0', ...adds, `:put "rg-done ${addresses.length} failed $rgFailed"`].join(';\n')};}`;
  }

  it('writes nothing when the change is no longer armed', async () => {
    expect(await rig.run(bulk(['10.0.0.1/24']))).toBe('rg-not-armed (:error; line 1)');
    expect(rig.router.read('/ip/address')).toEqual([]);
  });

  it('counts and ends with its marker', async () => {
    await arm();
    expect(await rig.run(bulk(['10.0.0.1/24', '10.0.1.1/24', '10.0.0.1/24']))).toBe('rg-done 3 failed 1');
    expect(rig.router.read('/ip/address')).toHaveLength(2);
  });

  it('that is interrupted has no marker and keeps the rows it wrote', async () => {
    await arm();
    const addresses = Array.from({ length: 200 }, (_row, index) => `10.1.${index}.1/24`);
    const answer = rig.run(bulk(addresses));
    await new Promise((resolve) => setImmediate(resolve));
    rig.jobs.reboot();
    expect(await answer).toBe('interrupted');
    const rows = rig.router.read('/ip/address').length;
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(200);
  });
});
