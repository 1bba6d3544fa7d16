import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { GIT_ENVIRONMENT } from './git-work.ts';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** What to do instead of asking git; return false to have git answer after all. */
export type Instead = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A Git server over HTTP: the real `git http-backend`. */
export interface GitServer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly requests: SeenRequest[];
  /** `USER:PASSWORD` of each that is let in; none: anybody is. */
  readonly logins: string[];
  /** Answers instead of git, from now on; null: no longer. */
  instead: Instead | null;
  /** Changes what git answered; null: no longer. */
  twist: ((answer: Buffer, path: string) => Buffer) | null;
  close(): Promise<void>;
}

/** Whom the server lets in, and how it proves itself. */
export interface GitServerOptions {
  /** `USER:PASSWORD`; anybody when absent. */
  readonly login?: string;
  readonly tls?: { readonly key: string; readonly pem: string };
}

/** Serves all repositories below `root`, for reading and, where they let it, for writing, on 127.0.0.1. */
export async function startGitServer(root: string, { login, tls }: GitServerOptions = {}): Promise<GitServer> {
  const requests: SeenRequest[] = [];
  const logins = login === undefined ? [] : [login];
  const listener: RequestListener = (request, response) => {
    const { method = '', url: path = '', headers } = request;
    requests.push({ method, path, authorization: headers.authorization });
    const known = logins.map((each) => `Basic ${Buffer.from(each).toString('base64')}`);
    if (known.length > 0 && !known.includes(headers.authorization ?? '')) {
      response
        .writeHead(401, { 'www-authenticate': 'Basic realm="git"' })
        .end(`not with ${String(headers.authorization)}`);
      return;
    }
    if (git.instead?.(request, response) === true) return;
    runBackend(root, request, response, (answer) => git.twist?.(answer, path) ?? answer);
  };
  const server: Server =
    tls === undefined ? createServer(listener) : createTlsServer({ key: tls.key, cert: tls.pem }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const git: GitServer = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`,
    requests,
    logins,
    instead: null,
    twist: null,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return git;
}

/** One request through CGI (RFC 3875). */
function runBackend(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  twisted: (answer: Buffer) => Buffer,
): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...GIT_ENVIRONMENT,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => {});
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.on('close', () => {
    const whole = Buffer.concat(pieces);
    const end = whole.indexOf('\r\n\r\n');
    let status = 200;
    for (const line of whole.toString('latin1', 0, Math.max(end, 0)).split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/s);
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else if (name !== '') response.setHeader(name, value);
    }
    response.writeHead(status).end(twisted(whole.subarray(end + 4)));
  });
}
