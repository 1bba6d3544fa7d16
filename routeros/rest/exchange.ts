import { Failure } from '#failure';
import type { MenuPath } from '#routeros';
import { ALWAYS_THERE, printedRows, type Fitting } from './answers.ts';
import { noteBody } from './body-digest.ts';
import type { RestClock } from './clock.ts';
import {
  circuitOpen,
  failureOfAnswer,
  failureOfBody,
  failureOfLoss,
  isTransportFailure,
  isWorthRepeating,
  type RouterFailure,
  type Scene,
} from './errors.ts';
import { type Intake, openIntake } from './intake.ts';
import type { Lane } from './lane.ts';
import { printRequest, type Method, type RouterRequest } from './request.ts';
import type { Visitor } from './room.ts';
import type { Wire } from './wire.ts';

/** One HTTP request as metrics see it: no ids, no headers, no bodies. */
export interface RequestReport {
  readonly method: Method;
  /** The menu or command, without ids. */
  readonly path: MenuPath;
  /** `null` when no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Rows of the answer. */
  readonly rows: number;
}

/** What one session's requests share. The lane belongs to all sessions of one user on one router. */
export interface ExchangeOptions {
  readonly origin: string;
  readonly lane: Lane;
  readonly wire: Wire;
  readonly visitor: Visitor;
  readonly clock: RestClock;
  readonly random: () => number;
  /** How much faster than real time the clock runs. */
  readonly timeScale: number;
  readonly timeoutFloorMs: number;
  readonly attemptsPerRead: number;
  /** What another request's answer means: who yields to others asks nothing for a while, as after a lost answer. */
  readonly wrongBody: 'ask again' | 'pause';
  /** Read at every request, so that no field keeps it. */
  readonly authorization: () => string;
  /** Takes secrets out of other people's words. */
  readonly scrub: (text: string) => string;
  /** Throws when nothing may be sent any more. */
  readonly beforeSend: () => void;
  readonly onRequest: (report: RequestReport) => void;
}

/** Sends one request with all that RouterOS asks of a client, and gives back the answer as `fit` takes it. */
export type Exchange = <T>(
  request: RouterRequest,
  fit: (answer: unknown) => Fitting<T>,
  signal?: AbortSignal,
) => Promise<T>;

/**
 * RouterOS takes at most 0.9 ms a row (routeros-rest.md §7 item 1); three times that leaves room for load and slow
 * links.
 */
const TIMEOUT_PER_ROW_MS = 3;
/** After a lost answer the web server may mix up connections for up to 2.4 s (routeros-rest.md §1.2). */
const QUIET_AFTER_LOSS_MS = 2_500;
const FIRST_BACKOFF_MS = 1_000;
/**
 * A try that took longer (no route, a command cut off after 60 s) is told at once: the caller's own deadlines come
 * first.
 */
const LONGEST_REPEATED_TRY_MS = 9_000;
const MIXED_UP = "another answer of this router was lost meanwhile, so this one may be anybody's";
const PROOFS: readonly MenuPath[] = ['/system/identity', '/system/resource'];

/**
 * The discipline of one session: its turn in the queue of the user, reads repeated with growing pauses, all else never;
 * after a lost answer of anybody at this router a pause; after that, or another request's answer, two reads of
 * different shape before anything else is trusted, and a read that was under way is asked again. A signal stops before the next request, never inside one.
 */
export function makeExchange(options: ExchangeOptions): Exchange {
  const { lane, clock, random } = options;
  const { router, user } = lane;

  function exchange<T>(request: RouterRequest, fit: (answer: unknown) => Fitting<T>, signal?: AbortSignal): Promise<T> {
    return user.fifo.run(async () => {
      if (request.kind === 'read') {
        return repeated(async () => {
          await proveAnswersAreOurs(signal);
          return attempt(request, fit, signal);
        }, signal);
      }
      await repeated(() => proveAnswersAreOurs(signal), signal);
      return attempt(request, fit, signal);
    }, signal);
  }

  async function repeated<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    let last: unknown;
    for (let tries = 1; ; tries += 1) {
      const startedAt = clock.monotonic();
      try {
        return await work();
      } catch (error) {
        // The breaker may open between two tries: the router's own failure tells more.
        if (error instanceof Failure && error.code === 'CircuitOpen') throw last ?? error;
        last = error;
        const slow = clock.monotonic() - startedAt > LONGEST_REPEATED_TRY_MS;
        if (slow || tries >= options.attemptsPerRead || !(error instanceof Failure) || !isWorthRepeating(error))
          throw error;
        await clock.sleep(FIRST_BACKOFF_MS * 2 ** (tries - 1) * (0.5 + random() / 2), signal);
      }
    }
  }

  async function proveAnswersAreOurs(signal: AbortSignal | undefined): Promise<void> {
    const { losses } = router;
    if (losses === router.proven) return;
    for (const menu of PROOFS) {
      await attempt(
        printRequest(menu, ALWAYS_THERE.get(menu)),
        (answer) => printedRows(menu, undefined, answer),
        signal,
      );
    }
    // Whatever was lost meanwhile is not proven.
    router.proven = Math.max(router.proven, losses);
  }

  async function attempt<T>(
    request: RouterRequest,
    fit: (answer: unknown) => Fitting<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const scene: Scene = { origin: options.origin, request, scrub: options.scrub };
    await waitUntilQuiet(signal);
    options.beforeSend();
    const authorization = options.authorization();
    const pause = user.breaker.admit(clock.monotonic());
    if (pause !== null) throw circuitOpen(pause, scene);

    const startedAt = clock.monotonic();
    const { losses } = router;
    const intake = openIntake(request.menu, options.visitor);
    const { beforeSend } = options;
    const result = await options.wire.send(request, authorization, timeoutMsOf(request), intake, beforeSend);
    options.visitor.giveUp();
    if ('error' in result && !result.sent) {
      try {
        beforeSend();
      } catch (error) {
        user.breaker.forgone();
        throw error;
      }
    }
    const report = { method: request.method, path: request.menu, durationMs: clock.monotonic() - startedAt };
    if ('error' in result) {
      options.onRequest({ ...report, status: null, rows: 0 });
      const failure = failureOfLoss(result, scene);
      noteLoss(failure, result.sent);
      throw failure;
    }

    user.breaker.succeeded();
    const { status } = result;
    if ('unfit' in result) {
      options.onRequest({ ...report, status, rows: 0 });
      noteCutOff();
      throw failureOfBody(result.unfit.code, result.unfit.why, scene);
    }
    const isSuccess = status >= 200 && status <= 299;
    const answer = isSuccess ? decoded(request, intake) : { value: undefined };
    const rows = 'value' in answer ? rowsIn(answer.value) : 0;
    options.onRequest({ ...report, status, rows });
    if (!isSuccess) throw failureOfAnswer(result, scene);
    const fitting = 'value' in answer ? fit(answer.value) : answer;
    if ('misfit' in fitting) {
      const { code, why } = fitting.misfit;
      if (code === 'WrongBody') noteWrongBody(why);
      throw failureOfBody(code, why, scene);
    }
    if (router.losses !== losses && request.kind === 'read') throw failureOfBody('WrongBody', MIXED_UP, scene);
    if (request.method === 'GET') {
      user.sizes.set(request.menu, rows);
      noteBody(fitting.value, intake.digest());
    }
    return fitting.value;
  }

  async function waitUntilQuiet(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const now = clock.monotonic();
    const pause = Math.max(router.quietUntil - now, user.rate.take(now));
    if (pause > 0) await clock.sleep(pause, signal);
    signal?.throwIfAborted();
  }

  function noteLoss(failure: RouterFailure, sent: boolean): void {
    const now = clock.monotonic();
    if (isTransportFailure(failure)) user.breaker.failed(now, random(), lossWords(failure));
    else user.breaker.succeeded();
    if (sent) noteCutOff();
  }

  function noteWrongBody(why: string): void {
    router.losses += 1;
    if (options.wrongBody === 'pause') user.breaker.failed(clock.monotonic(), random(), why);
  }

  /** The connection went away in the middle of an answer. */
  function noteCutOff(): void {
    router.losses += 1;
    router.quietUntil = clock.monotonic() + QUIET_AFTER_LOSS_MS;
  }

  /**
   * 65 s, which outlasts RouterOS' own limit of 60 s, and 3 ms for each row that the menu held when it was last read.
   */
  function timeoutMsOf(request: RouterRequest): number {
    const rows = user.sizes.get(request.menu) ?? 0;
    return (options.timeoutFloorMs + rows * TIMEOUT_PER_ROW_MS) / options.timeScale;
  }

  return exchange;
}

function lossWords(failure: RouterFailure): string {
  return failure.cause instanceof Error ? failure.cause.message : failure.code;
}

function decoded(request: RouterRequest, intake: Intake): Fitting<unknown> {
  if (intake.isEmpty() || request.method === 'DELETE') return { value: undefined };
  try {
    return { value: intake.value() };
  } catch {
    return { misfit: { code: 'BadAnswer', why: 'the body is no JSON' } };
  }
}

function rowsIn(answer: unknown): number {
  if (answer === undefined) return 0;
  return Array.isArray(answer) ? answer.length : 1;
}
