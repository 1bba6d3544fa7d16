import { makeOwnSecrets, type OwnSecrets } from '#routeros';
import type { BreakerSettings } from './breaker.ts';
import { REAL_CLOCK, type RestClock } from './clock.ts';
import { type Exchange, type ExchangeOptions, makeExchange, type RequestReport } from './exchange.ts';
import { laneOf } from './lane.ts';
import type { RateSettings } from './rate.ts';
import type { Room } from './room.ts';
import { makeConnector, plainFingerprint, type TlsTrust } from './tls.ts';
import { openWire } from './wire.ts';

/** How to reach one router as one user; only url, username and password must be given. Times are milliseconds. */
export interface RouterOptions {
  /**
   * Scheme, host and port, nothing else: `https://192.0.2.1`. Plain `http` sends the password in clear; the caller
   * decides where that may be.
   */
  readonly url: string;
  readonly username: string;
  /** A function is asked at every request, so that the secret stays where it is kept. */
  readonly password: string | (() => string);
  /** `verify` unless given. Without meaning over plain http, where `pinned` is refused. */
  readonly tls?: TlsTrust;
  /** The real one unless given. */
  readonly clock?: RestClock;
  /** How much faster than real time `clock` runs; socket timeouts are divided by it. 1 unless given. */
  readonly timeScale?: number;
  /** 0 to below 1, for jitter. `Math.random` unless given. */
  readonly random?: () => number;
  /** At least, and unless given, 65,000: RouterOS itself ends requests after 60 s. */
  readonly timeoutFloorMs?: number;
  /** 10,000 unless given. */
  readonly connectTimeoutMs?: number;
  /** How often a read is sent before its failure is told; unless given 4, and once for who only reads. */
  readonly attemptsPerRead?: number;
  readonly breaker?: BreakerSettings;
  readonly rate?: RateSettings;
  /** Where the memory of answers is shared out; that of the process unless given. */
  readonly room?: Room;
  /** All that is never to come back from this router; the password is added to it. Its own unless given. */
  readonly ownSecrets?: OwnSecrets;
  /**
   * Asked right before each request is sent: what it throws is thrown, and nothing is sent. Once it throws it always
   * does.
   */
  readonly beforeSend?: () => void;
  /** Told of every HTTP request after its end. Must not throw. */
  readonly onRequest?: (report: RequestReport) => void;
}

/** What differs between those who do everything and those who only read. */
export interface LineManners extends Pick<ExchangeOptions, 'attemptsPerRead' | 'wrongBody'> {
  readonly room: Room;
  readonly breaker?: BreakerSettings;
}

/** One user's way to one router, ready to send. */
export interface Line {
  readonly exchange: Exchange;
  readonly ownSecrets: OwnSecrets;
  /** Gives back the memory held for answers. */
  readonly forgetAnswers: () => void;
  /** Ends the connection once the request in flight has its answer, and gives back the memory held for answers. */
  readonly close: () => Promise<void>;
}

const ADDRESS_FORM = 'a router address is a URL of scheme, host and port only, such as https://192.0.2.1';
const TIMEOUT_FLOOR_MS = 65_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Nothing is sent or opened before the first request.
 * @throws {TypeError} when the URL or the fingerprint is not of the form described.
 */
export function openLine(options: RouterOptions, manners: LineManners): Line {
  const { username, timeScale = 1 } = options;
  const tls = options.tls ?? { mode: 'verify' };
  const origin = originOf(options.url, tls);
  const connectTimeoutMs = (options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS) / timeScale;
  const wire = openWire(origin, () => makeConnector(tls, connectTimeoutMs));
  const visitor = (options.room ?? manners.room).enter();
  const secret = options.password;
  const ownSecrets = options.ownSecrets ?? makeOwnSecrets();

  function authorization(): string {
    const password = typeof secret === 'function' ? secret() : secret;
    ownSecrets.add(password, username);
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  const exchange = makeExchange({
    origin,
    wire,
    visitor,
    timeScale,
    lane: laneOf(origin, username, options.breaker ?? manners.breaker, options.rate),
    clock: options.clock ?? REAL_CLOCK,
    random: options.random ?? Math.random,
    timeoutFloorMs: Math.max(TIMEOUT_FLOOR_MS, options.timeoutFloorMs ?? TIMEOUT_FLOOR_MS),
    attemptsPerRead: options.attemptsPerRead ?? manners.attemptsPerRead,
    wrongBody: manners.wrongBody,
    authorization,
    scrub: (text) => ownSecrets.cut(text),
    beforeSend: options.beforeSend ?? (() => undefined),
    onRequest: options.onRequest ?? (() => undefined),
  });
  async function close(): Promise<void> {
    await wire.close();
    visitor.leave();
  }
  return { exchange, ownSecrets, forgetAnswers: () => visitor.leave(), close };
}

function originOf(text: string, tls: TlsTrust): string {
  // The error of `new URL` would hold the text, and a careless text holds a password.
  if (!URL.canParse(text)) throw new TypeError(ADDRESS_FORM);
  const url = new URL(text);
  const bare =
    url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  if (!bare || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(ADDRESS_FORM);
  }
  if (tls.mode !== 'pinned') return url.origin;
  plainFingerprint(tls.fingerprint);
  if (url.protocol === 'http:') throw new TypeError('a fingerprint can be pinned over https only');
  return url.origin;
}
