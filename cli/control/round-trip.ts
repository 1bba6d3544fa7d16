import { request as startRequest, type RequestOptions } from 'node:http';
import { request as startTlsRequest } from 'node:https';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { WireRequest } from '#controller/operations';

const TIMEOUT_MS = 60_000;

/** Where a controller with this state folder listens; the controller has the same rule (`socketPathIn`). */
export function controlSocketIn(stateFolder: string): string {
  return join(stateFolder, 'control.sock');
}

/** The operating system's name of whoever runs rosctl: the actor in the audit trail. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Where a controller listens, and what every request to it carries. */
export type Destination = Pick<RequestOptions, 'socketPath' | 'host' | 'port'> & {
  readonly headers?: Readonly<Record<string, string>>;
  /** By which name the certificate has to be valid; absent: that of the host. */
  readonly servername?: string;
  /** Certificate authorities in PEM that count there; absent: it is asked in plain HTTP. */
  readonly ca?: readonly string[];
};

/** One request to whoever listens there. @throws {Error} of Node where nobody answers in time. */
export async function roundTrip(
  { headers, ca, ...destination }: Destination,
  { method, path, body }: WireRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return await new Promise((done, fail) => {
    const request = (ca === undefined ? startRequest : startTlsRequest)({
      ...destination,
      ...(ca === undefined ? {} : { ca: [...ca] }),
      method,
      path,
      headers: { ...headers, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) },
      signal,
      timeout: TIMEOUT_MS,
      // A kept connection may lead to a controller that has gone meanwhile.
      agent: false,
    });
    request.on('timeout', () => request.destroy(new Error('it did not answer in time')));
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', fail);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.end(payload);
  });
}
