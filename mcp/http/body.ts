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
  const text = Buffer.concat(chunks).toString('utf8');
  if (depthOf(text) > MOST_DEPTH) throw refused(400, `The body nests more than ${String(MOST_DEPTH)} deep.`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refused(
      refusal(400, { code: 'BadRequest', message: 'The body is not JSON.', hint: HINT }, {}, PARSE_ERROR),
    );
  }
}

/** What checks a message walks down into it. */
const MOST_DEPTH = 100;

/** How deep lists and objects of a text in JSON stand in each other; brackets in its strings do not count. */
function depthOf(text: string): number {
  let [depth, deepest, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const each = text[at];
    if (each === '"') inString = !inString;
    else if (inString) at += each === '\\' ? 1 : 0;
    else if (each === '[' || each === '{') deepest = Math.max(deepest, (depth += 1));
    else if (each === ']' || each === '}') depth -= 1;
  }
  return deepest;
}

const HINT = 'Send one message of JSON-RPC.';
/** Of JSON-RPC. */
const PARSE_ERROR = -32_700;

function refused(status: number, message: string): Refused {
  return new Refused(refusal(status, { code: 'BadRequest', message, hint: HINT }, { connection: 'close' }));
}
