import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { HttpClient } from 'isomorphic-git';
import { Failure } from '#failure';
import { gitFailure } from './failures.ts';
import { type HttpOptions, openHttp } from './http.ts';
import { wordsOf } from './http-failures.ts';
import type { NewObject } from './new-commit.ts';
import { pktLinesOf } from './pkt-line.ts';
import { moved } from './proposal-ref.ts';
import type { PushedRef } from './remote-proposals.ts';

const compress = promisify(deflate);

/** All that a thread needs to know to move one ref over HTTPS. */
export interface HttpsPush extends PushedRef, Omit<HttpOptions, 'token' | 'service'> {
  readonly url: string;
  readonly token: string;
}

/**
 * Moves a ref from where it is known to stand, which the server holds us to (gitprotocol-pack, "Pushing data to a server").
 * Nothing but this ref is named. @throws {Failure} as Push
 */
export async function pushOverHttps(what: HttpsPush): Promise<void> {
  const { url, token } = what;
  const http = openHttp(url, { ...what, token: () => token, service: 'git-receive-pack' });
  try {
    await pushWith(http.clientFor(AbortSignal.timeout(what.timeoutMs)), what);
  } catch (error) {
    if (!(error instanceof Failure)) throw gitFailure('SourceGarbage', `the answer of ${url} can not be understood`);
    const { code, message } = error;
    if (code !== 'SourceUnauthorized' && code !== 'SourceNotFound') throw error;
    throw gitFailure('ProposalsRefused', `${url} takes no proposals: ${message}`);
  } finally {
    await http.close();
  }
}

async function pushWith(client: HttpClient, { url, ref, from, to, objects }: HttpsPush): Promise<void> {
  const listed = await textsIn(client, `${url}/info/refs?service=git-receive-pack`, null);
  const line = listed.map((text) => text.split('\0')[0] ?? '').find((text) => text.slice(41).trimEnd() === ref);
  const standing = line?.slice(0, 40) ?? null;
  if (standing === to) return;
  if (standing !== from) throw moved(ref);
  const command = `${from ?? NOWHERE} ${to ?? NOWHERE} ${ref}\0 report-status`;
  const body = Buffer.concat([pktLine(command), Buffer.from('0000'), ...(to === null ? [] : [await packOf(objects)])]);
  const said = await textsIn(client, `${url}/git-receive-pack`, body);
  if (said.some((text) => text.trimEnd() === `ok ${ref}`)) return;
  const why = said.find((text) => text.startsWith('ng ')) ?? said[0] ?? 'nothing';
  throw gitFailure('ProposalsRefused', `${url} says: ${wordsOf(why, (text) => text)}`);
}

const NOWHERE = '0'.repeat(40);

/** The lines of an answer. */
async function textsIn(client: HttpClient, url: string, body: Uint8Array | null): Promise<readonly string[]> {
  const sent =
    body === null
      ? { method: 'GET' }
      : { method: 'POST', headers: { 'content-type': 'application/x-git-receive-pack-request' }, body: [body] };
  const answer = await client.request({ url, ...sent } as Parameters<HttpClient['request']>[0]);
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.body ?? []) pieces.push(piece);
  return [...pktLinesOf(Buffer.concat(pieces))].flatMap((line) =>
    line.kind === 'end' ? [] : [Buffer.from(line.bytes).toString()],
  );
}

function pktLine(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from((bytes.byteLength + 4).toString(16).padStart(4, '0')), bytes]);
}

const TYPES = { commit: 1, tree: 2, blob: 3, tag: 4 } as const;

/** A pack of whole objects (gitformat-pack). */
async function packOf(objects: readonly NewObject[]): Promise<Buffer> {
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  const pieces: Buffer[] = [head];
  for (const { type, bytes } of objects) pieces.push(sizeOf(TYPES[type], bytes.byteLength), await compress(bytes));
  const pack = Buffer.concat(pieces);
  return Buffer.concat([pack, createHash('sha1').update(pack).digest()]);
}

/** Four bits of the size with the type, then seven at a time, the least first. */
function sizeOf(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let byte = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); ; rest = Math.floor(rest / 128)) {
    bytes.push(rest === 0 ? byte : byte | 128);
    if (rest === 0) return Buffer.from(bytes);
    byte = rest & 127;
  }
}
