import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConsoleFailure } from '../model/console.ts';
import type { Answer } from './answer.ts';
import { textOfBytes } from '../model/bytes.ts';
import { bytesOf, MalformedJson, parseBody } from './json.ts';

/** The bytes of a request's body; undefined when the other side went away before they were complete. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

/**
 * The JSON object in a body; `{}` without one.
 * @throws {ConsoleFailure} 415 without JSON content type, 400 `Failed to parse json` (routeros-rest.md §2.1).
 */
export function bodyObject(bytes: Buffer, contentType: string | undefined): Readonly<Record<string, unknown>> {
  if (bytes.length === 0) {
    return {};
  }
  if (!/^application\/json\b/i.test(contentType ?? '')) {
    throw new ConsoleFailure('Unsupported Media Type', 415);
  }
  try {
    const value = parseBody(textOfBytes(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch (error) {
    if (!(error instanceof MalformedJson)) {
      throw error;
    }
  }
  throw new ConsoleFailure('Failed to parse json');
}

/** Writes an answer, whole, with its length. */
export function writeAnswer(response: ServerResponse, answer: Answer, control: 'escaped' | 'raw'): void {
  const html = answer.html !== undefined;
  const bytes = html
    ? Buffer.from(answer.html ?? '', 'utf8')
    : answer.body === undefined
      ? Buffer.alloc(0)
      : bytesOf(answer.body, control);
  const type = bytes.length === 0 ? {} : { 'Content-Type': html ? 'text/html' : 'application/json' };
  const length = answer.status === 204 ? {} : { 'Content-Length': String(bytes.length) };
  response.writeHead(answer.status, { ...type, ...length, ...answer.headers });
  response.end(bytes);
}
