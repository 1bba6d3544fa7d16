import { once } from 'node:events';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { Failure } from '#failure';
import { visibleJson } from '#visible';
import type { StreamEvent } from '../operations/operation.ts';

/** So long a client waits before it comes again. */
const RETRY_MS = 2000;
const HEARTBEAT_MS = 15_000;

/**
 * Sends events as `text/event-stream` until there are no more (then `event: end`, after which nobody comes again), until
 * the client has gone, or until the signal aborts: a client then comes again with the id of its last event. A failure is
 * told as `event: error`. A client that reads slowly is waited for.
 */
export async function sendEvents(
  response: ServerResponse,
  events: AsyncIterable<StreamEvent<unknown>>,
  tell: (failure: unknown) => object,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${String(RETRY_MS)}\n\n`);
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': still here\n\n');
  }, HEARTBEAT_MS);
  const ended = AbortSignal.any([signal, closingOf(response)]);
  try {
    for await (const { id, data } of untilAborted(events, ended)) {
      const told = `${id === null ? '' : `id: ${id}\n`}data: ${visibleJson(JSON.stringify(data))}\n\n`;
      if (!response.write(told)) await once(response, 'drain', { signal: ended });
    }
    if (!ended.aborted) response.write('event: end\ndata: {}\n\n');
  } catch (error) {
    if (!ended.aborted) response.write(`event: error\ndata: ${visibleJson(JSON.stringify(tell(error)))}\n\n`);
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

/** The field that says where a client that was cut off goes on. */
export function lastEventIn(headers: IncomingHttpHeaders): { readonly after?: string } {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? { after: id } : {};
}

/** Aborts when nobody is there any more. */
export function closingOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Failure('SessionClosed', 'The client has gone.')));
  return gone.signal;
}

/** What comes until the signal aborts, also from a source that is slow to notice it. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const aborted = new Promise<{ readonly done: true; readonly value: undefined }>((resolve) => {
    const stop = (): void => resolve({ done: true, value: undefined });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    for (;;) {
      const next = iterator.next();
      const { done, value } = await Promise.race([next, aborted]);
      // What it ends with afterwards nobody hears.
      if (signal.aborted) next.catch(() => {});
      if (done === true) return;
      yield value;
    }
  } finally {
    void iterator.return?.().catch(() => {});
  }
}
