import type { Row } from '#routeros';
import type { DiagnosticHop } from '../records/diagnostics.ts';
import type { Steps } from './chain.ts';
import { addressOf } from './resolve.ts';
import { numberIn, saidBy } from './row-texts.ts';

/** How many hops each request goes at most. */
const WINDOWS = [4, 8, 16, 32, 64] as const;
/** So long a hop that keeps silent is waited for. */
export const HOP_MS = 500;

/** A longer window a request, until the target answers, the router goes no further, or a window would take too long. */
export const traceroute: Steps<'traceroute'> = async function* (chain, { target }) {
  const address = yield* addressOf(chain, target);
  let known = 0;
  for (const window of WINDOWS) {
    const hops = Math.min(window, Math.floor(chain.left() / HOP_MS));
    if (hops <= known) return;
    const rows = await chain.request((session, signal) => session.traceroute(address, hops, signal));
    const way = rows.slice(0, hops).map(hopIn);
    const reached = way.at(-1)?.address === address;
    yield { kind: 'hops', hops: way, reached };
    if (reached || way.length < hops) return;
    known = hops;
  }
};

/** routeros-rest.md §2.6: plain milliseconds; a hop that keeps silent has no address. */
function hopIn(row: Row): DiagnosticHop {
  const address = saidBy(row, 'address');
  return {
    address: address === '' ? null : address,
    milliseconds: numberIn(row, 'last'),
    status: saidBy(row, 'status'),
  };
}
