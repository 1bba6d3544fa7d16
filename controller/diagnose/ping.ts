import { durationCodec, type Row } from '#routeros';
import type { DiagnosticStep } from '../records/diagnostics.ts';
import type { Steps } from './chain.ts';
import { addressOf } from './resolve.ts';
import { saidBy } from './row-texts.ts';

/** From one probe to the next. */
const INTERVAL_MS = 1000;

/** One probe a request. */
export const ping: Steps<'ping'> = async function* (chain, request) {
  const address = yield* addressOf(chain, request.target);
  const options = {
    ...(request.size === null ? {} : { size: request.size }),
    ...(request.interface === null ? {} : { interface: request.interface }),
    ...(request.source === null ? {} : { sourceAddress: request.source }),
  };
  for (let sent = 0; sent < request.count && chain.left() > 0; sent += 1) {
    const before = chain.left();
    yield probeIn(await chain.request((session, signal) => session.ping(address, options, signal)));
    if (sent + 1 < request.count) await chain.pause(INTERVAL_MS - (before - chain.left()));
  }
};

/** routeros-rest.md §2.6: a lost probe has no time, one that a router on the way refuses has its words. */
function probeIn(row: Row): DiagnosticStep {
  const status = saidBy(row, 'status');
  const from = saidBy(row, 'host');
  return {
    kind: 'probe',
    from: status === 'timeout' || from === '' ? null : from,
    milliseconds: millisecondsIn(row['time']),
    status: status === '' ? 'answered' : status,
  };
}

function millisecondsIn(text: string | undefined): number | null {
  try {
    return text === undefined ? null : durationCodec.parse(text);
  } catch {
    return null;
  }
}
