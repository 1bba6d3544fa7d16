import { Failure } from '#failure';
import { isLoopback } from '#hosts';

/** Where people and scripts come in over HTTP. */
export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Certificate and key in PEM; null: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** As clients spell it, without a slash at its end; null: they come straight here. */
  readonly publicUrl: string | null;
  /** A proxy of the operator's stands in front: it speaks TLS, and says where a request comes from. */
  readonly behindProxy: boolean;
}

/** What keeps readers from being too many; some of it is off where something is measured. */
export interface ApiLimits {
  /** What one may ask in a minute. */
  readonly quotas: boolean;
  /** Reads are refused while the event loop is late. */
  readonly shedding: boolean;
}

/** Where the MCP process comes in. */
export interface McpSocketConfig {
  readonly path: string;
  /** Others than the controller's own user may open it, so it takes tokens only. */
  readonly shared: boolean;
}

/** The same as the command line says it. */
export interface HttpInput {
  readonly http: string;
  readonly publicUrl: string | undefined;
  readonly behindProxy: boolean;
}

/** @throws {Failure} `ConfigInvalid`: among others, tokens in plain text would cross a network. */
export function httpConfigOf(input: HttpInput, tls: HttpConfig['tls']): HttpConfig {
  const { host, port } = hostAndPort(input.http, '--http takes HOST:PORT');
  const { behindProxy } = input;
  const publicUrl = input.publicUrl === undefined ? null : publicUrlOf(input.publicUrl);
  if (behindProxy && publicUrl === null)
    throw invalid('--behind-proxy needs --public-url, the URL at which the proxy serves this controller.');
  if (tls === null && !isLoopback(host) && !behindProxy)
    throw invalid(
      `--http ${input.http} would take tokens in plain text over a network. Give --tls-cert and --tls-key, listen on 127.0.0.1, or say --behind-proxy and --public-url where a proxy speaks TLS in front of it.`,
    );
  return { host, port, tls, publicUrl, behindProxy };
}

/** `HOST:PORT`, an IPv6 address in brackets. @throws {Failure} `ConfigInvalid` */
export function hostAndPort(text: string, rule: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[(.+)\]|([^[\]]+)):(\d{1,5})$/.exec(text);
  if (match === null || Number(match[3]) > 65_535) throw invalid(`${rule}, not "${text}".`);
  return { host: match[1] ?? match[2] ?? '', port: Number(match[3]) };
}

function publicUrlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.search === '' && url.hash === '' && url.username === '';
  if (!isPlain || !/^https?:$/.test(url.protocol) || (url.protocol === 'http:' && !isLoopback(url.hostname)))
    throw invalid(`--public-url takes the https:// URL at which clients reach the controller, not "${text}".`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api$/, '')}`;
}

function invalid(message: string): Failure {
  return new Failure('ConfigInvalid', message);
}
