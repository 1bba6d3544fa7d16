import { DoorError } from '../door.ts';
import type { Served } from '../served.ts';
import { newsOf } from './news.ts';
import { paced } from './paced.ts';
import { readableUris } from './watched.ts';

const ASK_AGAIN_MS = 30_000;
/** Longer than timers wait. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Tells of each change of these resources until the signal aborts, the caller's token ends, they may no longer read one
 * of them, or the service lets them follow no more. The events are asked for with the caller's own token: nothing comes
 * of what they may not see. URIs that are added later count from then on.
 */
export async function followChanges(
  served: Served,
  uris: ReadonlySet<string>,
  tell: (uri: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const ending = new AbortController();
  const ended = AbortSignal.any([signal, ending.signal]);
  const end = (): void => ending.abort();
  const asking = setInterval(
    () => void mayStill(served, uris, ended).then((may) => (may ? null : end())),
    ASK_AGAIN_MS,
  );
  let expiry: NodeJS.Timeout | undefined;
  try {
    const { until } = await served.door.ask('me', {}, ended);
    if (until !== null) expiry = setTimeout(end, Math.min(LONGEST_WAIT_MS, Math.max(0, until - served.now())));
    const pace = paced(tell, ended);
    let news = newsOf(uris, []);
    for await (const { data } of served.door.follow('events', {}, ended)) {
      if (data.kind === 'begins') news = newsOf(uris, await served.door.ask('devices', {}, ended));
      for (const uri of news(data)) pace(uri);
    }
  } catch (error) {
    if (!ended.aborted) throw error;
  } finally {
    clearInterval(asking);
    clearTimeout(expiry);
    end();
  }
}

/** A service that is busy or away takes nothing from anybody. */
async function mayStill(served: Served, uris: ReadonlySet<string>, signal: AbortSignal): Promise<boolean> {
  try {
    return (await readableUris(served, [...uris], signal)).length === uris.size;
  } catch (error) {
    return !(error instanceof DoorError) || error.failure.status === 429 || error.failure.status >= 500;
  }
}
