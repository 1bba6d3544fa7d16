import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock, startFleet, type Fleet, type SimulatedRouter } from '#simulator';

const AUTHORIZATION = `Basic ${btoa('gitops:pw')}`;
const ARMED = 'rg-0123456789ab-1-armed';
const FIRED = 'rg-0123456789ab-1-fired';
const WAIT = 'rg-0123456789ab-1-wait';
const INVERSE = `/system script set "${ARMED}" name="${FIRED}"
:do {:local rgIds [/ip dns static find where name="new.lan" and address="10.0.0.9" and dynamic=no]
:if ([:len $rgIds] > 0) do={/ip dns static remove $rgIds}} on-error={:log error "failed"}
:log warning "undone"`;

let fleet: Fleet;
let router: SimulatedRouter;

async function start(version: string): Promise<void> {
  fleet = await startFleet(
    [
      {
        name: 'r1',
        host: '127.0.0.1',
        port: 0,
        tls: false,
        version,
        serial: 'SERIAL',
        users: [
          { name: 'gitops', password: 'pw', group: 'writer' },
          { name: 'viewer', password: 'pw', group: 'viewer' },
        ],
        groups: [
          { name: 'writer', policy: 'read,write,test,api,rest-api' },
          { name: 'viewer', policy: 'read,api,rest-api' },
        ],
      },
    ],
    { clock: createClock(200) },
  );
  router = fleet.router('r1');
}

type Row = Readonly<Record<string, string>>;

async function call(method: string, path: string, body?: object, authorization = AUTHORIZATION): Promise<Response> {
  return await fetch(`${router.url}/rest${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** A reboot resets the connections that fetch keeps, so a read is tried again. */
async function rows(path: string): Promise<readonly Row[]> {
  const answer = await call('GET', path).catch(() => call('GET', path));
  return (await answer.json()) as readonly Row[];
}

async function timesLogged(message: string): Promise<number> {
  return (await rows('/log')).filter((line) => line['message'] === message).length;
}

async function print(script: string, authorization?: string): Promise<string> {
  const answer = await call('POST', '/execute', { script, 'as-string': '' }, authorization);
  return ((await answer.json()) as { ret: string }).ret;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

async function arm(): Promise<void> {
  await call('PUT', '/system/script', { name: ARMED, source: INVERSE, policy: 'read,write' });
  await call('PUT', '/system/script', {
    name: WAIT,
    source: `:delay 300s\n/system script run "${ARMED}"`,
    policy: 'read,write',
  });
  const started = await call('POST', '/execute', { script: `/system script run "${WAIT}"` });
  expect(await started.json()).toEqual({ ret: expect.stringMatching(/^\*[0-9A-F]+$/) });
  await call('PUT', '/ip/dns/static', { name: 'new.lan', address: '10.0.0.9' });
}

async function isUndone(): Promise<boolean> {
  return (await timesLogged('undone')) > 0;
}

const TICK = { name: 's', interval: '10s', 'on-event': ':log info "tick"', policy: 'read,write' };

describe.each(['7.12', '7.16', '7.20', '7.24'])('scripts on a simulated router of %s, over REST', (version) => {
  beforeEach(async () => {
    await start(version);
  });
  afterEach(async () => {
    await fleet.close();
  });

  it('answer as-string with text, errors included, and status 200', async () => {
    expect(await print(':put [/system identity get name]')).toBe('r1');
    expect(await print('/ip address add address=10.7.7.1/24 interface=nope')).toBe(
      'input does not match any value of interface (/ip/address/add (interface); line 1)',
    );
    expect(await print(':put a; :error "x"')).toBe('a\r\nx (:error; line 1)');
    expect(await print('/ip dns static add name=x.lan address=10.0.0.7')).toBe('');
    expect(await print('/ip dns static add name=x.lan address=10.0.0.7')).toBe(
      'failure: entry already exists (/ip/dns/static/add; line 1)',
    );
    expect(await print(':put a; /ip dns static add name=y.lan address=10.0.0.7 bogus=1')).toMatch(
      version === '7.24' ? /^a\r\nbad parameter bogus \(line 1 column \d+\)$/ : /^syntax error \(line 1 column \d+\)$/,
    );
  });

  it('keep to the rights of their caller', async () => {
    expect(await print('/ip dns static add name=x.lan address=10.0.0.7', `Basic ${btoa('viewer:pw')}`)).toContain(
      'not enough permissions (9)',
    );
    expect((await rows('/ip/dns/static')).map((row) => row['name'])).not.toContain('x.lan');
  });

  it('find an address with its length only when it is quoted', async () => {
    await print('/ip address add address=111.111.1.1/24 interface=ether1');
    expect(await print(':put [:len [/ip address find where address=111.111.1.1/24]]')).toBe('0');
    expect(await print(':put [:len [/ip address find where address="111.111.1.1/24"]]')).toBe('1');
  });

  it('an armed undo is found by the name of its job and runs when its time is up', async () => {
    await arm();
    const job = (await rows('/system/script/job')).find((row) => row['script'] === WAIT);
    expect(job).toMatchObject({ owner: 'gitops', policy: 'read,write' });
    await until(isUndone);
    expect((await rows('/ip/dns/static')).map((row) => row['name'])).not.toContain('new.lan');
    const scripts = await rows('/system/script');
    expect(scripts.find((row) => row['name'] === FIRED)?.['run-count']).toBe('1');
    expect(scripts.map((row) => row['name'])).not.toContain(ARMED);
  });

  it('a confirmed change stays, and its job can be removed', async () => {
    await arm();
    const claim = await call('PATCH', `/system/script/${ARMED}`, { name: 'rg-0123456789ab-1-confirmed' });
    expect(claim.status).toBe(200);
    const id = (await rows('/system/script/job')).find((row) => row['script'] === WAIT)?.['.id'] ?? '';
    expect((await call('DELETE', `/system/script/job/${id}`)).ok).toBe(true);
    expect((await rows('/system/script/job')).map((row) => row['script'])).not.toContain(WAIT);
    expect((await rows('/ip/dns/static')).map((row) => row['name'])).toContain('new.lan');
  });

  it('after a reboot the startup entry undoes, where the version runs such entries', async () => {
    await arm();
    await call('PUT', '/system/scheduler', {
      name: 'rg-0123456789ab-1-boot',
      'start-date': '2026-01-01',
      'start-time': 'startup',
      interval: '0s',
      'on-event': `/system script run "${ARMED}"`,
      policy: 'read,write',
    });
    await call('PUT', '/system/scheduler', TICK);
    router.reboot(1000);
    await router.up();
    expect((await rows('/system/script/job')).map((row) => row['script'])).not.toContain(WAIT);
    const fails = version === '7.24';
    await until(async () => (fails ? (await timesLogged('tick')) >= 2 : await isUndone()));
    expect((await rows('/ip/dns/static')).some((row) => row['name'] === 'new.lan')).toBe(fails);
    expect(await isUndone()).toBe(!fails);
  });

  it('a scheduler entry runs when it is due', async () => {
    await call('PUT', '/system/scheduler', TICK);
    await until(async () => (await timesLogged('tick')) >= 2);
    expect(
      Number((await rows('/system/scheduler')).find((row) => row['name'] === 's')?.['run-count']),
    ).toBeGreaterThanOrEqual(2);
  });
});
