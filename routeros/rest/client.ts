import { wordsOf } from '#bytes';
import type { MenuPath, Row } from '#routeros';
import { changedRow, commandRows, createdRow, printedRows } from './answers.ts';
import { openLine, type RouterOptions } from './line.ts';
import { addRequest, commandRequest, moveRequest, printRequest, removeRequest, setRequest } from './request.ts';
import { ROOM } from './room.ts';

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

/**
 * Makes a session; nothing is sent or opened before its first request, and nothing stays open after `close`.
 * @throws {TypeError} when the URL or the fingerprint is not of the form described.
 */
export function connectRouter(options: RouterOptions): RestSession {
  const { exchange, ownSecrets, close } = openLine(options, { attemptsPerRead: 4, wrongBody: 'ask again', room: ROOM });
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
    close,
  };
}
