import { describe, expect, it } from 'vitest';
import type { Row } from '#routeros';
import { bandwidth } from '../../controller/diagnose/bandwidth.ts';
import type { Chain } from '../../controller/diagnose/chain.ts';
import { ping } from '../../controller/diagnose/ping.ts';
import { requestOf } from '../../controller/diagnose/request.ts';
import { resolve } from '../../controller/diagnose/resolve.ts';
import { HOP_MS, traceroute } from '../../controller/diagnose/traceroute.ts';
import type { ReadSession } from '../../controller/ports.ts';
import type { DiagnosticRequest, DiagnosticStep } from '../../controller/records/diagnostics.ts';

type Of<Kind> = Extract<DiagnosticRequest, { readonly kind: Kind }>;

/** A router whose answers take their time, by a clock that only they move. */
function routerWith(answers: Partial<ReadSession>, longest: number): { readonly chain: Chain; now: () => number } {
  let now = 0;
  const session = new Proxy({} as ReadSession, {
    get: (_, verb: keyof ReadSession) => answers[verb] ?? (() => Promise.reject(new Error(`${verb} was asked for`))),
  });
  const chain: Chain = {
    async request(work) {
      const { took, value } = (await work(session, new AbortController().signal)) as never;
      now += took;
      return value;
    },
    left: () => longest - now,
    pause: (milliseconds) => {
      now += Math.max(0, milliseconds);
      return Promise.resolve();
    },
  };
  return { chain, now: () => now };
}

const taking = (took: number, value: unknown): Promise<never> => Promise.resolve({ took, value } as never);

async function all(steps: AsyncGenerator<DiagnosticStep, void>): Promise<readonly DiagnosticStep[]> {
  const all: DiagnosticStep[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

describe('a ping', () => {
  const request = (count: number) => requestOf({ kind: 'ping', target: '192.0.2.1', count }) as Of<'ping'>;

  it('sends a probe a second, however long an answer takes within it', async () => {
    const { chain, now } = routerWith({ ping: () => taking(300, { host: '192.0.2.1', time: '1ms250us' }) }, 120_000);
    expect(await all(ping(chain, request(3)))).toEqual(
      Array.from({ length: 3 }, () => ({ kind: 'probe', from: '192.0.2.1', milliseconds: 1.25, status: 'answered' })),
    );
    expect(now()).toBe(2_300);
  });

  it('begins no probe after its time', async () => {
    const { chain, now } = routerWith({ ping: () => taking(2_000, { host: 'x', status: 'timeout' }) }, 120_000);
    expect(await all(ping(chain, request(100)))).toHaveLength(60);
    expect(now()).toBeLessThanOrEqual(121_000);
  });

  it('takes what a router says no longer than it has to be, and a time that is none for none', async () => {
    const row: Row = { host: '192.0.2.1', time: 'soon', status: 'x'.repeat(1000) };
    const [step] = await all(ping(routerWith({ ping: () => taking(1, row) }, 1000).chain, request(1)));
    expect(step).toEqual({ kind: 'probe', from: '192.0.2.1', milliseconds: null, status: 'x'.repeat(200) });
  });
});

describe('a traceroute', () => {
  const request = requestOf({ kind: 'traceroute', target: '192.0.2.1' }) as Of<'traceroute'>;

  it('of what keeps silent ends within 60 s, and asks for no window twice', async () => {
    const asked: number[] = [];
    const answers: Partial<ReadSession> = {
      traceroute: (_, hops) => {
        asked.push(hops);
        return taking(
          hops * HOP_MS,
          Array.from({ length: hops }, () => ({ address: '', last: 'timeout' })),
        );
      },
    };
    const { chain, now } = routerWith(answers, 60_000);
    const steps = await all(traceroute(chain, request));
    expect(asked).toEqual([4, 8, 16, 32, 60]);
    expect(now()).toBeLessThanOrEqual(60_000);
    expect(steps.at(-1)).toMatchObject({ reached: false, hops: { length: 60 } });
  });

  it('goes 64 hops where the answers are quick', async () => {
    const asked: number[] = [];
    const answers: Partial<ReadSession> = {
      traceroute: (_, hops) => {
        asked.push(hops);
        return taking(
          hops,
          Array.from({ length: hops }, () => ({ address: '10.0.0.1', last: '1', status: '' })),
        );
      },
    };
    await all(traceroute(routerWith(answers, 60_000).chain, request));
    expect(asked).toEqual([4, 8, 16, 32, 64]);
  });

  it('ends where the router goes no further', async () => {
    const answers: Partial<ReadSession> = {
      traceroute: () => taking(1, [{ address: '10.0.0.1', last: '1', status: 'host unreachable' }]),
    };
    expect(await all(traceroute(routerWith(answers, 60_000).chain, request))).toMatchObject([
      { reached: false, hops: [{ status: 'host unreachable' }] },
    ]);
  });
});

describe('a resolve', () => {
  it('that gives no address has failed', async () => {
    const request = requestOf({ kind: 'resolve', target: 'www.example.net' }) as Of<'resolve'>;
    const { chain } = routerWith({ resolve: () => taking(1, 'nothing') }, 60_000);
    await expect(all(resolve(chain, request))).rejects.toMatchObject({ code: 'DiagnosticFailed' });
  });
});

describe('a bandwidth test', () => {
  const request = requestOf({ kind: 'bandwidth', target: 'r2', seconds: 60 }) as Of<'bandwidth'>;
  const login = (password: string) => () =>
    Promise.resolve({ host: '192.0.2.1', user: 'u', password: { reveal: () => password } });

  it('begins no slice that would not end in its time', async () => {
    const lengths: number[] = [];
    const answers: Partial<ReadSession> = {
      bandwidthTest: ({ seconds, limit }) => {
        lengths.push(seconds);
        expect(limit).toBe(100_000_000);
        return taking(seconds * 1000 + 700, { status: 'done testing', 'rx-total-average': '5' });
      },
    };
    const { chain, now } = routerWith(answers, 60_000);
    await all(bandwidth(login('p'))(chain, request));
    expect(lengths).toEqual([5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 3]);
    expect(now()).toBeLessThanOrEqual(61_000);
  });

  it.each([["can't connect"], ['authentication failed'], ['']])('that ends with "%s" has failed', async (status) => {
    const { chain } = routerWith({ bandwidthTest: () => taking(1, { status }) }, 60_000);
    const failing = all(bandwidth(login('p'))(chain, request));
    await expect(failing).rejects.toMatchObject({ code: 'DiagnosticFailed' });
  });

  it('does not begin with a password that no router takes, and does not tell it', async () => {
    const failing = all(bandwidth(login('s'.repeat(33)))(routerWith({}, 60_000).chain, request));
    await expect(failing).rejects.toMatchObject({
      code: 'DiagnosticFailed',
      message: expect.not.stringContaining('sss'),
    });
  });
});
