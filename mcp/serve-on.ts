import { serveStdio, type Transport } from './sdk.ts';
import type { Served } from './served.ts';
import { serverFor } from './server.ts';
import { listeningWire } from './subscriptions/listening-wire.ts';
import { toldShort } from './told-short.ts';

/** Streams of changes that one client has open at a time. */
const MOST_STREAMS = 8;

/** Serves the one client at the other end of a wire, in the words of its era. */
export function serveOn(
  served: Served,
  wire: Transport,
  tell: (error: Error) => void,
): { readonly close: () => Promise<void> } {
  return serveStdio(() => serverFor(served), {
    transport: listeningWire(wire, served),
    onerror: toldShort(tell),
    maxSubscriptions: MOST_STREAMS,
  });
}
