import type { ServerResponse } from 'node:http';
import { visibleJson } from '#visible';
import type { DoorFailure } from '../door.ts';
import { ProtocolErrorCode } from '../sdk.ts';

/** What is answered in place of an answer of the protocol: an error that every client can read, with its status. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that gets no answer of the protocol. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.body);
    this.refusal = refusal;
  }
}

/** What is known of a refusal; the rest of a failure is not. */
export type RefusalReason = Pick<DoorFailure, 'code' | 'message' | 'hint'> & Partial<DoorFailure>;

/** An error of JSON-RPC with the failure as its data. */
export function refusal(
  status: number,
  reason: RefusalReason,
  headers: Refusal['headers'] = {},
  code: number = status < 500 ? ProtocolErrorCode.InvalidRequest : ProtocolErrorCode.InternalError,
): Refusal {
  const { status: _, ...data } = { retryable: false, ...reason };
  const wait = reason.retryAfterSeconds ?? null;
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...(wait === null ? {} : { 'retry-after': String(wait) }),
      ...headers,
    },
    body: visibleJson(JSON.stringify({ jsonrpc: '2.0', error: { code, message: reason.message, data }, id: null })),
  };
}

/** Sends it, if nothing was sent yet. */
export function refuse(response: ServerResponse, { status, headers, body }: Refusal): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, headers).end(body);
}

/** The same for who answers as the Fetch standard does. */
export function refusedResponse({ status, headers, body }: Refusal): Response {
  return new Response(body, { status, headers });
}
