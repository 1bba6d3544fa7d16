import type { Fault, InterceptedRequest, SimulatedRouter } from '#simulator';
import { SPEED } from './rig.ts';

const WRITES = { writes: true } as const;
const READS = { method: 'GET' } as const;

/**
 * Puts a fault on a router that meets an apply at about its `at`th write. @returns what must see every request of the
 * router; null: nothing.
 */
type Meeting = (router: SimulatedRouter, at: number) => ((request: InterceptedRequest) => void) | null;

/** Every kind that the simulator knows, each over after a while. */
export const ROUTER_FAULTS: Readonly<Record<string, Meeting>> = {
  nothing: () => null,
  offline: (router, at) => cutOff(router, at, 'reset'),
  silent: (router, at) => cutOff(router, at, 'silent'),
  slow: add((at) => ({ kind: 'slow', milliseconds: 20_000, match: WRITES, skip: at, times: 2 })),
  reset: add((at) => ({ kind: 'reset', match: WRITES, skip: at, times: 2 })),
  'reads reset': add((at) => ({ kind: 'reset', match: READS, skip: at * 2, times: 3 })),
  'answer lost': add((at) => ({ kind: 'answer-lost', match: WRITES, skip: at, times: 1 })),
  'status 500': add((at) => ({ kind: 'status', status: 500, match: WRITES, skip: at, times: 2 })),
  'status 401': add((at) => ({ kind: 'unauthorized', match: WRITES, skip: at, times: 2 })),
  'applied but 400': add((at) => ({ kind: 'applied-but-400', match: WRITES, skip: at, times: 1 })),
  'session closed': add((at) => ({ kind: 'session-closed', match: WRITES, skip: at, times: 1 })),
  'forbidden in HTML': add((at) => ({ kind: 'forbidden-html', skip: at * 3, times: 2 })),
  'wrong body': add((at) => ({ kind: 'wrong-body', skip: at * 3, times: 2 })),
  'source refused': add((at) => ({ kind: 'refuse-source', skip: at * 3, times: 2 })),
  'a bad byte': add((at) => ({ kind: 'bad-byte', skip: at * 3, times: 2 })),
  'a raw control character': add((at) => ({ kind: 'raw-control', skip: at * 3, times: 2 })),
  'reboot before a write': add((at) => ({ kind: 'reboot', phase: 'before-effect', match: WRITES, skip: at, times: 1 })),
  'reboot after a write': add((at) => ({ kind: 'reboot', phase: 'after-effect', match: WRITES, skip: at, times: 1 })),
  'health turns bad': add(() => ({
    kind: 'health',
    when: { menu: '/ip/dns', where: { servers: /9\.9\.9\.9/ } },
    effects: { cpuLoad: 100 },
  })),
  'a human changes rows': add((at) => ({ kind: 'human', change: HUMAN, match: WRITES, skip: at, times: 1 })),
  'a human in safe mode': add((at) => ({ kind: 'safe-mode', user: 'anna', match: WRITES, skip: at, times: 1 })),
};

const HUMAN = {
  user: 'anna',
  menu: '/ip/dns/static',
  verb: 'add',
  args: { name: 'by-hand.example', address: '192.0.2.99' },
} as const;

function add(fault: (at: number) => Fault): Meeting {
  return (router, at) => {
    router.faults.add(fault(at));
    return null;
  };
}

const AWAY_SECONDS = 40;

/** No answer from that write on, for a while. */
function cutOff(router: SimulatedRouter, at: number, how: 'reset' | 'silent'): ReturnType<Meeting> {
  let writes = 0;
  return ({ phase, method, path }) => {
    if (phase !== 'before-effect' || method === 'GET' || path.endsWith('/print')) return;
    writes += 1;
    if (writes !== at + 1) return;
    const away = { kind: 'offline', how } as const;
    router.faults.add(away);
    setTimeout(() => router.faults.remove(away), (AWAY_SECONDS * 1000) / SPEED);
  };
}
