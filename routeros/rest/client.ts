import { wordsOf } from '#bytes';
import { makeOwnSecrets, type OwnSecrets } from '#routeros';
import type { MenuPath, Row } from '#routeros';
import { changedRow, commandRows, createdRow, printedRows } from './answers.ts';
import type { BreakerSettings } from './breaker.ts';
import { REAL_CLOCK, type RestClock } from './clock.ts';
import { makeExchange, type RequestReport } from './exchange.ts';
import { laneOf } from './lane.ts';
import type { RateSettings } from './rate.ts';
import { addRequest, commandRequest, moveRequest, printRequest, removeRequest, setRequest } from './request.ts';
import { ROOM, type Room } from './room.ts';
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
  /** How often a read is sent before its failure is told, 4 unless given. */
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

/**
 * One user's line to one router over REST. All sessions of the process to the same address and user share one queue:
 * requests run strictly one after the other. So a request may wait, for those before it or until answers are proven
 * to be ours: a write that must not be sent after some moment needs a signal that aborts then. Every method
 * @throws {Failure} with a code of ROUTER_FAILURES; `effect` says whether a failed write may have taken effect.
 * @throws the signal's reason when it aborts before the request is sent. A signal never stops a request that was sent.
 */
export interface RestSession {
  /**
   * All rows of a list menu, or the one row of a settings menu. `properties` narrows the answer; `.id` is always
   * there for lists.
   */
  print(menu: MenuPath, properties?: readonly string[], signal?: AbortSignal): Promise<readonly Row[]>;
  /** @returns the row as created, with `.id`. */
  add(menu: MenuPath, fields: Row, signal?: AbortSignal): Promise<Row>;
  /** `id` (a `.id` or, where the menu has names, a name) is null for a settings menu. */
  set(menu: MenuPath, id: string | null, fields: Row, signal?: AbortSignal): Promise<void>;
  remove(menu: MenuPath, id: string, signal?: AbortSignal): Promise<void>;
  /** Puts a row of an ordered list right before another; null, or an id that is gone: at the end. Never repeated. */
  move(menu: MenuPath, id: string, before: string | null, signal?: AbortSignal): Promise<void>;
  /**
   * A command that changes nothing in the configuration. Repeated like a read. A command that gives nothing has no
   * rows.
   */
  query(command: MenuPath, args: Row, signal?: AbortSignal): Promise<readonly Row[]>;
  /**
   * Runs a console script and returns what it printed, lines ended by `\n`, the last one unended. Its own errors are
   * in that text. Never repeated.
   */
  execute(script: string, signal?: AbortSignal): Promise<string>;
  /** Starts a console script as a background job and returns at once. Never repeated. */
  startJob(script: string, signal?: AbortSignal): Promise<void>;
  /**
   * Ends the connection once the request in flight has its answer, and gives back the memory held for answers. The
   * session can be used again.
   */
  close(): Promise<void>;
}

const ADDRESS_FORM = 'a router address is a URL of scheme, host and port only, such as https://192.0.2.1';
const TIMEOUT_FLOOR_MS = 65_000;
const CONNECT_TIMEOUT_MS = 10_000;
const ATTEMPTS_PER_READ = 4;

/**
 * Makes a session; nothing is sent or opened before its first request, and nothing stays open after `close`.
 * @throws {TypeError} when the URL or the fingerprint is not of the form described.
 */
export function connectRouter(options: RouterOptions): RestSession {
  const { username, timeScale = 1 } = options;
  const tls = options.tls ?? { mode: 'verify' };
  const origin = originOf(options.url, tls);
  const connectTimeoutMs = (options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS) / timeScale;
  const wire = openWire(origin, () => makeConnector(tls, connectTimeoutMs));
  const visitor = (options.room ?? ROOM).enter();
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
    lane: laneOf(origin, username, options.breaker, options.rate),
    clock: options.clock ?? REAL_CLOCK,
    random: options.random ?? Math.random,
    timeoutFloorMs: Math.max(TIMEOUT_FLOOR_MS, options.timeoutFloorMs ?? TIMEOUT_FLOOR_MS),
    attemptsPerRead: options.attemptsPerRead ?? ATTEMPTS_PER_READ,
    authorization,
    scrub: (text) => ownSecrets.cut(text),
    beforeSend: options.beforeSend ?? (() => undefined),
    onRequest: options.onRequest ?? (() => undefined),
  });

  return {
    print: async (menu, properties, signal) =>
      ownSecrets.cutRows(
        await exchange(printRequest(menu, properties), (answer) => printedRows(menu, properties, answer), signal),
      ),
    async add(menu, fields, signal) {
      const created = await exchange(addRequest(menu, fields), createdRow, signal);
      return ownSecrets.cutRows([created])[0] ?? created;
    },
    set: async (menu, id, fields, signal) =>
      exchange(setRequest(menu, id, fields), (answer) => changedRow(id, answer), signal),
    remove: async (menu, id, signal) => exchange(removeRequest(menu, id), () => ({ value: undefined }), signal),
    move: async (menu, id, before, signal) =>
      exchange(moveRequest(menu, id, before), () => ({ value: undefined }), signal),
    query: async (command, args, signal) =>
      ownSecrets.cutRows(await exchange(commandRequest('read', command, args), commandRows, signal)),
    async execute(script, signal) {
      const request = commandRequest('write', '/execute', { script, 'as-string': '' });
      const [row] = ownSecrets.cutRows(await exchange(request, commandRows, signal));
      return wordsOf(row?.['ret'] ?? '')
        .replaceAll('\r\n', '\n')
        .replace(/\n$/, '');
    },
    async startJob(script, signal) {
      await exchange(commandRequest('write', '/execute', { script }), commandRows, signal);
    },
    async close() {
      await wire.close();
      visitor.leave();
    },
  };
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
