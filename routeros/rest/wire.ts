import { Client, type buildConnector } from 'undici';
import type { RouterRequest } from './request.ts';

/** A whole HTTP answer. */
export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
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

/** At most one connection to one router, opened by the first request and kept alive until it idles or `close`. */
export interface Wire {
  /**
   * Sends one request and waits for its whole answer, `timeoutMs` from the moment it is sent; then the connection is destroyed.
   * Never throws. The caller sends one at a time.
   */
  send(request: RouterRequest, authorization: string, timeoutMs: number): Promise<WireAnswer | WireLoss>;
  /** Ends the connection when the request in flight, if any, has its answer. */
  close(): Promise<void>;
}

/** Far above any list RouterOS can hold; keeps a stranger at the address from filling our memory. */
const LARGEST_ANSWER_BYTES = 256 * 1024 * 1024;

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
      maxResponseSize: LARGEST_ANSWER_BYTES,
    });
    return client;
  }

  function send(request: RouterRequest, authorization: string, timeoutMs: number): Promise<WireAnswer | WireLoss> {
    const using = connected();
    const { promise, resolve } = Promise.withResolvers<WireAnswer | WireLoss>();
    const chunks: Buffer[] = [];
    let sent = false;
    let status = 0;
    let contentType = '';
    let timedOut = false;
    let deadline: NodeJS.Timeout | undefined;

    function giveUp(): void {
      timedOut = true;
      if (client === using) client = undefined;
      void using.destroy(new Error('no answer in time'));
    }

    function end(result: WireAnswer | WireLoss): void {
      clearTimeout(deadline);
      resolve(result);
    }

    const headers: Record<string, string> = { authorization };
    if (request.body !== null) headers['content-type'] = 'application/json';
    using.dispatch(
      { method: request.method, path: request.path, headers, body: request.body },
      {
        onRequestStart() {
          sent = true;
          deadline = setTimeout(giveUp, timeoutMs);
        },
        onResponseStart(_controller, statusCode, responseHeaders) {
          status = statusCode;
          contentType = String(responseHeaders['content-type'] ?? '');
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          end({ status, contentType, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) });
        },
        onResponseError(_controller, error) {
          end({ sent, answered: status > 0, timedOut, error });
        },
      },
    );
    return promise;
  }

  async function close(): Promise<void> {
    const closing = client;
    client = undefined;
    await closing?.close();
  }

  return { send, close };
}
