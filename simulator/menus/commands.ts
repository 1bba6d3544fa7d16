import { writeLog } from '../engine/journal.ts';
import { answersPing, interfaceTowards, resolveName } from '../engine/network.ts';
import { ip4Of } from '../kinds/address.ts';
import { millisecondsOf } from '../kinds/time.ts';
import type { Caller, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { CommandSpec, RouterState } from '../model/state.ts';

const pingArgs =
  'address arp-ping as-value count do-not-fragment dscp interface interval size src-address ttl vrf without-paging'.split(
    ' ',
  );

/** One row per probe, counters cumulative (routeros-rest.md §2.6). */
async function ping(router: RouterState, args: Properties): Promise<readonly Properties[]> {
  const given = args['address'];
  if (given === undefined) {
    throw refusal('missing', 'address');
  }
  const address = ip4Of(given) === undefined ? resolveName(router, given)[0] : given;
  if (address === undefined) {
    throw refusal('invalidValue', 'address');
  }
  const interval = millisecondsOf(args['interval'] ?? '1s') ?? 1000;
  const count = args['count'] === undefined ? Infinity : Number(args['count']);
  const rows: Properties[] = [];
  let received = 0;
  for (let seq = 0; seq < count; seq += 1) {
    if (seq > 0) {
      await router.clock.sleep(interval);
    }
    const answered = answersPing(router, address);
    received += answered ? 1 : 0;
    const loss = String(Math.round(((seq + 1 - received) / (seq + 1)) * 100));
    const counters = {
      host: address,
      'packet-loss': loss,
      received: String(received),
      sent: String(seq + 1),
      seq: String(seq),
    };
    rows.push(answered ? answeredProbe(counters) : lostProbe(router, counters, address));
  }
  return rows;
}

function answeredProbe(counters: Properties): Properties {
  const time = '551us';
  const { host = '', ...counts } = counters;
  return { 'avg-rtt': time, host, 'max-rtt': time, 'min-rtt': time, ...counts, size: '56', time, ttl: '64' };
}

function lostProbe(router: RouterState, counters: Properties, address: string): Properties {
  return { ...counters, status: interfaceTowards(router, address) === undefined ? 'no route to host' : 'timeout' };
}

function resolve(router: RouterState, args: Properties): string {
  const name = args['domain-name'] ?? args[''];
  if (name === undefined) {
    throw refusal('missing', 'domain-name');
  }
  const address = resolveName(router, name)[0];
  if (address === undefined) {
    throw refusal('nameNotResolved');
  }
  return address;
}

async function execute(router: RouterState, args: Properties, caller: Caller): Promise<string> {
  const script = args['script'];
  if (script === undefined) {
    throw refusal('missing', 'script');
  }
  const mode = args['as-string'] === undefined ? 'background' : 'as-string';
  return (await router.jobs.execute(script, caller, mode)).ret;
}

async function runScript(router: RouterState, args: Properties, caller: Caller): Promise<readonly Properties[]> {
  const name = args['number'] ?? args['numbers'] ?? args['.id'];
  if (name === undefined) {
    throw refusal('missing', 'number');
  }
  await router.jobs.runScript(name, caller);
  return [];
}

function logCommand(level: 'debug' | 'info' | 'warning' | 'error'): CommandSpec {
  return {
    path: `/log/${level}`,
    args: ['message'],
    policies: ['write'],
    run(router, args) {
      writeLog(router, `script,${level}`, args['message'] ?? '');
      return [];
    },
  };
}

/** Commands outside the generic verbs (routeros-rest.md §2.6); root `/ping` is gone from 7.23 (armed-rollback.md §7; command trees). */
export const commands: readonly CommandSpec[] = [
  { path: '/tool/ping', args: pingArgs, policies: ['test'], run: ping },
  { path: '/ping', args: pingArgs, policies: ['test'], until: '7.23', run: ping },
  { path: '/resolve', args: ['domain-name', 'server', 'server-port'], policies: ['read'], until: '7.15', run: resolve },
  {
    path: '/resolve',
    args: ['domain-name', 'server', 'server-port', 'type'],
    policies: ['read'],
    since: '7.15',
    run: resolve,
  },
  { path: '/execute', args: ['as-string', 'file', 'script'], policies: ['read'], run: execute },
  { path: '/system/script/run', args: ['number'], policies: ['read'], until: '7.15', run: runScript },
  {
    path: '/system/script/run',
    args: ['number', 'use-script-permissions'],
    policies: ['read'],
    since: '7.15',
    run: runScript,
  },
  {
    path: '/system/reboot',
    args: [],
    policies: ['reboot'],
    run(router) {
      // After the answer has left: the connection drops a moment later.
      setImmediate(() => {
        router.reboot();
      });
      return [];
    },
  },
  logCommand('debug'),
  logCommand('info'),
  logCommand('warning'),
  logCommand('error'),
];
