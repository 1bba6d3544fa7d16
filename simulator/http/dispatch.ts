import { runCommand } from '../engine/command.ts';
import { printedRow, printedRows } from '../engine/print.ts';
import { findRow, runVerb } from '../engine/verbs.ts';
import { addRow, removeRow, setRow } from '../engine/write.ts';
import { type Caller, ConsoleFailure, type Properties } from '../model/console.ts';
import type { Menu, RouterState, StoredRow } from '../model/state.ts';
import { isAtLeast } from '../model/version.ts';
import type { Answer } from './answer.ts';
import { matchesFilter, matchesQuery, picked } from './query.ts';
import { type Target, targetOf } from './target.ts';

/** A request below /rest, its body already JSON. */
export interface RestRequest {
  readonly method: string;
  /** Below /rest, still percent-encoded. */
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly body: Readonly<Record<string, unknown>>;
  /** `scheme://host` for Location. */
  readonly origin: string;
}

const noIdentifier = 'missing or invalid resource identifier';

/** Carries out one request (routeros-rest.md §2.1). @throws {ConsoleFailure} */
export async function dispatch(
  router: RouterState,
  request: RestRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<Answer> {
  const target = targetOf(router.profile, request.path);
  switch (request.method) {
    case 'GET':
      return get(router, target, request, caller);
    case 'PUT':
      return put(router, target, request, caller);
    case 'PATCH':
      return patch(router, target, request, caller);
    case 'DELETE':
      return remove(router, target, caller);
    case 'POST':
      return post(router, target, request, caller, signal);
    default:
      return { status: 501, body: { error: 501, message: 'Not Implemented' } };
  }
}

function get(router: RouterState, target: Target, request: RestRequest, caller: Caller): Answer {
  requireRead(caller);
  const { menu, word } = target;
  if (target.command !== undefined || menu === undefined || (word !== undefined && menu.verbs.has(word))) {
    throw new ConsoleFailure('no such command');
  }
  const names = request.query.filter(([name]) => name === '.proplist').flatMap(([, value]) => value.split(','));
  const filter = request.query.filter(([name]) => name !== '.proplist' && name !== '.query');
  if (word !== undefined) {
    const row = printedItem(router, target, menu, caller);
    return { status: 200, body: names.length === 0 ? row : picked(row, names) };
  }
  const asked = names.length === 0 ? undefined : new Set([...names, ...filter.map(([name]) => name)]);
  const rows = printedRows(router, menu, caller, asked);
  if (menu.spec.shape === 'settings') {
    const row = rows[0] ?? {};
    return { status: 200, body: names.length === 0 ? row : picked(row, names) };
  }
  const shown = rows.filter((row) => matchesFilter(row, filter));
  return { status: 200, body: names.length === 0 ? shown : shown.map((row) => picked(row, ['.id', ...names])) };
}

function printedItem(router: RouterState, target: Target, menu: Menu, caller: Caller): Properties {
  const word = target.word ?? '';
  if (target.escapedStar || menu.spec.shape === 'settings' || (!word.startsWith('*') && !menu.named)) {
    throw new ConsoleFailure('no such command prefix');
  }
  const stored = findRow(router, menu, word);
  const row =
    stored === undefined
      ? menu.spec.live?.(router).find((live) => live['.id'] === word)
      : printedRow(router, menu, stored, caller);
  if (row === undefined) {
    throw new ConsoleFailure('Not Found', 404);
  }
  return row;
}

function put(router: RouterState, target: Target, request: RestRequest, caller: Caller): Answer {
  const { menu } = target;
  if (menu === undefined || target.word !== undefined) {
    throw new ConsoleFailure('no such command');
  }
  const row = addRow(router, menu, propertiesOf(request.body), caller);
  return {
    status: 201,
    body: printedRow(router, menu, row, caller),
    headers: { Location: `${request.origin}/rest${menu.path}/${row.id}` },
  };
}

function patch(router: RouterState, target: Target, request: RestRequest, caller: Caller): Answer {
  if (!caller.policies.has('write')) {
    throw new ConsoleFailure(noIdentifier);
  }
  const { menu, row } = patchedRow(router, target);
  try {
    setRow(router, menu, row, propertiesOf(request.body), caller);
  } catch (error) {
    // routeros-rest.md §2.8: a refused value of a row addressed by name hides behind this text.
    if (error instanceof ConsoleFailure && target.word !== row.id && /^(invalid|input does)/.test(error.message)) {
      throw new ConsoleFailure(noIdentifier);
    }
    throw error;
  }
  return { status: 200, body: printedRow(router, menu, row, caller) };
}

/**
 * What PATCH says of an unknown row is not documented: older profiles answer in the console's words, so that clients
 * meet both.
 */
function patchedRow(router: RouterState, target: Target): { readonly menu: Menu; readonly row: StoredRow } {
  try {
    return addressedRow(router, target);
  } catch (error) {
    if (error instanceof ConsoleFailure && error.status === 404 && !isAtLeast(router.facts.version, '7.20')) {
      throw new ConsoleFailure('no such item');
    }
    throw error;
  }
}

function remove(router: RouterState, target: Target, caller: Caller): Answer {
  const { menu, word } = target;
  if (menu?.spec.removeLive !== undefined && word !== undefined) {
    runVerb(router, menu, 'remove', { '.id': word }, caller);
    return { status: 204 };
  }
  const { menu: owner, row } = addressedRow(router, target);
  if (!owner.verbs.has('remove') && owner.spec.lacks?.includes('remove') !== true) {
    throw new ConsoleFailure(noIdentifier);
  }
  removeRow(router, owner, row, caller);
  return { status: 204 };
}

function addressedRow(router: RouterState, target: Target): { readonly menu: Menu; readonly row: StoredRow } {
  const { menu, word } = target;
  if (menu === undefined || word === undefined || target.escapedStar || menu.spec.shape === 'settings') {
    throw new ConsoleFailure(noIdentifier);
  }
  if (!word.startsWith('*') && !menu.named) {
    throw new ConsoleFailure(noIdentifier);
  }
  const row = findRow(router, menu, word);
  if (row === undefined) {
    if (menu.spec.live?.(router).some((live) => live['.id'] === word) === true) {
      throw new ConsoleFailure(noIdentifier);
    }
    throw new ConsoleFailure('no such item', 404);
  }
  return { menu, row };
}

async function post(
  router: RouterState,
  target: Target,
  request: RestRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<Answer> {
  const { menu, word } = target;
  if (word === undefined) {
    throw new ConsoleFailure('no such command');
  }
  if (target.command !== undefined) {
    const result = await runCommand(router, target.command, propertiesOf(request.body), caller, signal);
    return { status: 200, body: withProplist(result, request.body) };
  }
  if (menu === undefined) {
    throw new ConsoleFailure(`no such command or directory (${word})`);
  }
  if (word === 'print') {
    requireRead(caller);
    return print(router, menu, request.body, caller);
  }
  if (!menu.verbs.has(word) && menu.spec.lacks?.includes(word) !== true) {
    throw new ConsoleFailure(`no such command or directory (${word})`);
  }
  const created = runVerb(router, menu, word, propertiesOf(request.body), caller);
  return { status: 200, body: created === undefined ? [] : { ret: created } };
}

function print(router: RouterState, menu: Menu, body: Readonly<Record<string, unknown>>, caller: Caller): Answer {
  const rows = printedRows(router, menu, caller, askedFor(body));
  if (menu.spec.shape === 'settings') {
    return { status: 200, body: withProplist(rows, body) };
  }
  const shown = rows.filter((row) => matchesQuery(row, wordsOf(body['.query'])));
  if (body['count-only'] !== undefined) {
    return { status: 200, body: { ret: String(shown.length) } };
  }
  return { status: 200, body: withProplist(shown, body) };
}

/** The properties that an answer depends on; undefined: all. */
function askedFor(body: Readonly<Record<string, unknown>>): ReadonlySet<string> | undefined {
  const names = wordsOf(body['.proplist']).flatMap((word) => word.split(','));
  if (names.length === 0 && body['count-only'] === undefined) {
    return undefined;
  }
  const queried = wordsOf(body['.query']).map((word) => word.replace(/^[-<>=]/, '').split('=', 1)[0] ?? '');
  return new Set([...names, ...queried]);
}

function withProplist(result: readonly Properties[] | string, body: Readonly<Record<string, unknown>>): unknown {
  if (typeof result === 'string') {
    return { ret: result };
  }
  const names = wordsOf(body['.proplist']).flatMap((word) => word.split(','));
  return names.length === 0 ? result : result.map((row) => picked(row, names));
}

function wordsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' && value !== '' ? [value] : [];
}

/** The body's arguments as console text: numbers and booleans as words, null as `''` (routeros-rest.md §3). */
function propertiesOf(body: Readonly<Record<string, unknown>>): Properties {
  const args: Properties = {};
  for (const [name, value] of Object.entries(body)) {
    if (name === '.proplist' || name === '.query') {
      continue;
    }
    args[name] = Array.isArray(value) ? value.map(wordOf).join(',') : wordOf(value);
  }
  return args;
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}

function requireRead(caller: Caller): void {
  if (!caller.policies.has('read')) {
    throw new ConsoleFailure('not enough permissions (9)', 500);
  }
}
