import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from '#failure';
import type { GitServer, Instead } from '#test/git-server.ts';
import { GIT_TOKEN, type GitSource, startGitSource } from '#test/git-source.ts';

const FORMS: Readonly<Record<string, string>> = {
  bare: GIT_TOKEN,
  'the header': Buffer.from(`x-access-token:${GIT_TOKEN}`).toString('base64'),
  Base64: Buffer.from(GIT_TOKEN).toString('base64'),
  hex: Buffer.from(GIT_TOKEN).toString('hex'),
  'hex in capitals': Buffer.from(GIT_TOKEN).toString('hex').toUpperCase(),
  'in a URL': Buffer.from(GIT_TOKEN).toString('hex').replaceAll(/../g, '%$&'),
};

/** Where a server may put words that we show. */
const PLACES: Readonly<Record<string, (text: string) => Instead>> = {
  'in its refusal': (text) => answering(200, { 'content-type': REFS }, line(`ERR you said ${text}\n`)),
  'in the type of its answer': (text) => answering(200, { 'content-type': `text/${text}` }, 'x'),
  'in the place that it sends us to': (text) => answering(302, { location: `/login/${text}` }, ''),
  'in the host that it sends us to': (text) => answering(302, { location: `https://${text}.example/` }, ''),
  'in something that is no HTTP': (text) => (request) => {
    request.socket.end(`${text}\r\n\r\n`);
    return true;
  },
  'in a header that is none': (text) => (request) => {
    request.socket.end(`HTTP/1.1 200 OK\r\n${text}\u0001\r\n\r\n`);
    return true;
  },
  'in half an answer': (text) => (request, response) => {
    response.writeHead(200, { 'content-type': REFS, 'content-length': '10000' });
    response.write(text, () => request.socket.destroy());
    return true;
  },
};
const REFS = 'application/x-git-upload-pack-advertisement';

let source: GitSource;
let server: GitServer;

beforeAll(async () => {
  source = await startGitSource();
  server = await source.serve();
  source.work.commit({ 'a.yaml': '1\n' });
});

afterAll(() => source.close());

function answering(status: number, headers: Readonly<Record<string, string>>, body: string): Instead {
  return (_, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
}

function line(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}

/** Everything that a careless log could print of an error. */
function everythingIn(error: unknown): string {
  const parts = [inspect(error, { depth: 10, showHidden: true })];
  for (let at = error; at instanceof Error; at = at.cause) parts.push(at.message, ...Object.values(at).map(String));
  return parts.join('\n');
}

test.each(Object.keys(PLACES))('the token that comes back %s is in no failure, in no form', async (place) => {
  for (const [form, text] of Object.entries(FORMS)) {
    server.instead = PLACES[place]?.(text) ?? null;
    const repository = await source.open(server, { token: () => GIT_TOKEN });
    const error: unknown = await repository.fetchHead(new AbortController().signal).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Failure);
    const told = everythingIn(error).toLowerCase();
    expect({ form, told: told.includes(text.toLowerCase()) }).toEqual({ form, told: false });
  }
});
