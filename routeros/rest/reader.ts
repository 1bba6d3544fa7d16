import type { MenuPath, Row } from '#routeros';
import { commandRows, countedRows, printedRows } from './answers.ts';
import type { BreakerSettings } from './breaker.ts';
import { openLine, type RouterOptions } from './line.ts';
import { commandRequest, countRequest, printRequest } from './request.ts';
import { READERS_ROOM } from './room.ts';

/**
 * The line of a user who only reads, beside that of the user who does everything: it has a queue, a breaker and memory
 * of its own. Every method @throws {Failure} with a code of ROUTER_FAILURES, and the signal's reason when it aborts
 * before the request is sent.
 */
export interface RestReader {
  /** As the router prints them: `properties` of the rows in which these columns hold exactly these values. */
  print(menu: MenuPath, properties: readonly string[], filters: Row, signal?: AbortSignal): Promise<readonly Row[]>;
  /** How many rows these words of `.query` find (routeros-rest.md §2.4). */
  count(menu: MenuPath, words: readonly string[], signal?: AbortSignal): Promise<number>;
  /** A command that keeps the router busy and changes nothing. */
  once(command: MenuPath, args: Row, signal?: AbortSignal): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/**
 * A lost answer costs everybody at this router a pause (routeros-rest.md §1.2). So after one, or another request's
 * answer, a reader asks nothing for a while: whoever writes is disturbed once, and done before the next time.
 */
const YIELDING: BreakerSettings = { threshold: 1, pauseMs: 30_000, longestPauseMs: 120_000 };

/** Makes a line; nothing is sent or opened before its first request. No request is repeated. @throws {TypeError} */
export function connectReader(options: RouterOptions): RestReader {
  const manners = { attemptsPerRead: 1, wrongBody: 'pause', room: READERS_ROOM, breaker: YIELDING } as const;
  const { exchange, ownSecrets, forgetAnswers, close } = openLine(options, manners);
  return {
    async print(menu, properties, filters, signal) {
      try {
        const fit = (answer: unknown) => printedRows(menu, properties, answer);
        return ownSecrets.cutRows(await exchange(printRequest(menu, properties, filters), fit, signal));
      } finally {
        // The line stays open much longer than anybody needs these rows.
        forgetAnswers();
      }
    },
    count: async (menu, words, signal) => exchange(countRequest(menu, words), countedRows, signal),
    once: async (command, args, signal) =>
      ownSecrets.cutRows(await exchange(commandRequest('once', command, args), commandRows, signal)),
    close,
  };
}
