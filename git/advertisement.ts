import type { GitHttpResponse, HttpClient } from 'isomorphic-git';
import { gitFailure } from './failures.ts';
import { pktLinesOf } from './pkt-line.ts';

/**
 * A client whose server seems to have one branch alone, where its HEAD stands: isomorphic-git gives up where HEAD
 * stands at a branch without commits, as on every server whose default branch has another name, and would walk through
 * all refs that a forge keeps.
 * @throws {Failure} BranchMissing, SourceGarbage
 */
export function withOneBranch(client: HttpClient, branch: string): HttpClient {
  return {
    async request(asked) {
      const answer = await client.request(asked);
      if (asked.method !== 'GET') return answer;
      const bytes = await bytesOf(answer);
      return { ...answer, body: once(advertisementOf(bytes, branch)) };
    },
  };
}

/** gitprotocol-pack, "Reference Discovery", first version: the first ref carries what the server can do. */
function advertisementOf(answer: Uint8Array, branch: string): Uint8Array {
  const lines: string[] = [];
  for (const line of pktLinesOf(answer)) {
    if (line.kind === 'data') lines.push(Buffer.from(line.bytes).toString().replace(/\n$/, ''));
  }
  const refs = lines.filter((line) => !line.startsWith('# service='));
  const [, abilities] = refs[0]?.split('\0') ?? [];
  if (abilities === undefined) throw gitFailure('SourceGarbage', 'the Git server does not say what it can do');
  const ref = `refs/heads/${branch}`;
  const id = refs
    .map((line) => line.split('\0')[0] ?? '')
    .find((line) => line.slice(41) === ref)
    ?.slice(0, 40);
  if (id === undefined) throw gitFailure('BranchMissing', `the branch ${branch} went away while it was asked for`);
  const kept = abilities.split(' ').filter((ability) => !ability.startsWith('symref='));
  const only = `${id} ${ref}\0${[...kept, `symref=HEAD:${ref}`].join(' ')}\n`;
  return Buffer.concat([pktLine('# service=git-upload-pack\n'), END, pktLine(only), END]);
}

const END = Buffer.from('0000');

function pktLine(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from((bytes.byteLength + 4).toString(16).padStart(4, '0')), bytes]);
}

async function bytesOf({ body }: GitHttpResponse): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
