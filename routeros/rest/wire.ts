import { Client, type buildConnector } from 'undici';
import type { Intake, Unfit } from './intake.ts';
import type { RouterRequest } from './request.ts';

/** A whole HTTP answer. */
export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** An answer that we did not take to its end. The connection is gone. */
export interface WireRefusal {
  readonly status: number;
  readonly unfit: Unfit;
}

/** No whole answer. */
export interface WireLoss {
  /** A byte of the request may have left: the router may have acted on it. */
  readonly sent: boolean;
  /** The answer had begun. */
  readonly answered: boolean;
  readonly timedOut: boolean;
  readonly error: Error;
}

/** How one request ended. */
export type WireResult = WireAnswer | WireRefusal | WireLoss;

/** At most one connection to one router, opened by the first request and kept alive until it idles or `close`. */
export interface Wire {
  /**
   * Sends one request and waits for its whole answer, `timeoutMs` from the moment it is sent, not counting the time
   * in which the intake has no room; then the connection is destroyed. Never throws. The caller sends one at a time.
   * @param beforeSend asked once the connection stands, right before the first byte leaves; what it throws is the
   * loss, and nothing leaves. Over a connection that stands already the caller is to have asked itself.
   */
  send(
    request: RouterRequest,
    authorization: string,
    timeoutMs: number,
    intake: Intake,
    beforeSend: () => void,
  ): Promise<WireResult>;
  /** Ends the connection when the request in flight, if any, has its answer. */
  close(): Promise<void>;
}

/** Promises nothing yet and holds nothing: an idle router costs no client, no socket and no TLS state. */
export function openWire(origin: string, makeConnector: () => buildConnector.connector): Wire {
  let client: Client | undefined;

  function connected(): Client {
    client ??= new Client(origin, {
      connect: makeConnector(),
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return client;
  }

  function send(
    request: RouterRequest,
    authorization: string,
    timeoutMs: number,
    intake: Intake,
    beforeSend: () => void,
  ): Promise<WireResult> {
    const using = connected();
    const { promise, resolve } = Promise.withResolvers<WireResult>();
    let sent = false;
    let status = 0;
    let contentType = '';
    let timedOut = false;
    let leftMs = timeoutMs;
    let runsSince = 0;
    let deadline: NodeJS.Timeout | undefined;

    function cutOff(why: string): void {
      if (client === using) client = undefined;
      void using.destroy(new Error(why));
    }

    function startClock(): void {
      runsSince = performance.now();
      deadline = setTimeout(() => {
        timedOut = true;
        cutOff('no answer in time');
      }, leftMs);
    }

    function stopClock(): void {
      if (deadline === undefined) return;
      clearTimeout(deadline);
      deadline = undefined;
      leftMs = Math.max(0, leftMs - (performance.now() - runsSince));
    }

    function end(result: WireResult): void {
      clearTimeout(deadline);
      resolve(result);
    }

    const headers: Record<string, string> = { authorization };
    if (request.body !== null) headers['content-type'] = 'application/json';
    let isSameTurn = true;
    using.dispatch(
      { method: request.method, path: request.path, headers, body: request.body },
      {
        onRequestStart() {
          // Over an open connection it starts at once: nothing can have happened since the caller asked.
          if (!isSameTurn) beforeSend();
          sent = true;
          startClock();
        },
        onResponseStart(_controller, statusCode, responseHeaders) {
          status = statusCode;
          contentType = String(responseHeaders['content-type'] ?? '');
        },
        onResponseData(controller, chunk) {
          const taken = intake.take(chunk, status, () => {
            startClock();
            controller.resume();
          });
          if (taken === 'more') return;
          if (taken === 'wait') {
            stopClock();
            controller.pause();
            return;
          }
          end(taken === 'enough' ? { status, contentType, body: intake.body() } : { status, unfit: taken });
          cutOff('the rest of the answer is not wanted');
        },
        onResponseEnd() {
          end({ status, contentType, body: intake.body() });
        },
        onResponseError(_controller, error) {
          end({ sent, answered: status > 0, timedOut, error });
        },
      },
    );
    isSameTurn = false;
    return promise;
  }

  async function close(): Promise<void> {
    const closing = client;
    client = undefined;
    await closing?.close();
  }

  return { send, close };
}
