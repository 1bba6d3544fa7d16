import type { IncomingMessage } from 'node:http';
import { isJsonContentType } from '../sdk.ts';
import { refusal, Refused } from './refusal.ts';

const MOST_BYTES = 1_000_000;

/** What was posted, as JSON. @throws {Refused} too large, or no JSON. */
export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (!isJsonContentType(request.headers['content-type'] ?? null))
    throw refused(415, 'The body has to be JSON, sent with "content-type: application/json".');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw refused(413, 'The body has more than 1,000,000 bytes.');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new Refused(
      refusal(400, { code: 'BadRequest', message: 'The body is not JSON.', hint: HINT }, {}, PARSE_ERROR),
    );
  }
}

const HINT = 'Send one message of JSON-RPC.';
/** Of JSON-RPC. */
const PARSE_ERROR = -32_700;

function refused(status: number, message: string): Refused {
  return new Refused(refusal(status, { code: 'BadRequest', message, hint: HINT }, { connection: 'close' }));
}
