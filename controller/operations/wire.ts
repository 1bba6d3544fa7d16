import type { Operation } from './operation.ts';
import { OPERATIONS, type OperationName } from './table.ts';

/** A request as HTTP carries it. */
export interface WireRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Undefined: it has none. */
  readonly body: unknown;
}

/** An operation that was asked for; its input is not checked yet. */
export interface AskedOperation {
  readonly name: OperationName;
  readonly input: Readonly<Record<string, unknown>>;
}

const ROOT = '/v1/';
const FIELD = /:(\w+)(\*?)/g;

/** How an operation is asked for over HTTP. */
export function requestOf(name: OperationName, input: Readonly<Record<string, unknown>>): WireRequest {
  const { method, path }: Operation = OPERATIONS[name];
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const filled = path.replaceAll(FIELD, (_, field: string, wild: string) => {
    const value = String(rest.get(field));
    rest.delete(field);
    return wild === '' ? encoded(value) : value.split('/').slice(1).map(encoded).join('/');
  });
  if (!hasQuery(method)) return { method, path: `${ROOT}${filled}`, body: Object.fromEntries(rest) };
  const query = [...rest]
    .flatMap(([field, value]) => [value].flat().map((each) => `${field}=${encoded(String(each))}`))
    .join('&');
  return { method, path: `${ROOT}${filled}${query === '' ? '' : `?${query}`}`, body: undefined };
}

/** For half of a pair there is no way to write it: what replaces it nothing has in its name. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/**
 * What a request asks for; null: nothing that there is. Of a field that is given twice the first counts, unless it is a
 * list.
 */
export function askedIn({ method, path, body }: WireRequest): AskedOperation | null {
  const { pathname, searchParams } = new URL(path, 'http://controller');
  for (const { name, operation, pattern, fields } of ROUTES) {
    const found = operation.method === method ? pattern.exec(pathname) : null;
    if (found === null) continue;
    const named = Object.fromEntries(fields.map((field, index) => [field, decoded(found[index + 1] ?? '')]));
    return { name, input: givenIn(operation, named, searchParams, body) };
  }
  return null;
}

/** The input that a request gives, by the parts of HTTP; it is not checked yet. */
export function givenIn(
  operation: Operation,
  inPath: Readonly<Record<string, string>>,
  query: URLSearchParams,
  body: unknown,
): Readonly<Record<string, unknown>> {
  return { ...(hasQuery(operation.method) ? queryOf(operation, query) : fieldsOf(body)), ...inPath };
}

interface Route {
  readonly name: OperationName;
  readonly operation: Operation;
  readonly pattern: RegExp;
  readonly fields: readonly string[];
}

const ROUTES = Object.entries(OPERATIONS).map(([name, operation]: [string, Operation]): Route => ({
  name: name as OperationName,
  operation,
  pattern: new RegExp(`^${ROOT}${operation.path.replaceAll(/\/?:\w+\*/g, '(/.+)').replaceAll(FIELD, '([^/]*)')}$`),
  fields: [...operation.path.matchAll(FIELD)].map(([, field = '']) => field),
}));

/** Whether what is asked for stands in the query, and not in a body. */
export function hasQuery(method: string): boolean {
  return method === 'GET' || method === 'DELETE';
}

/** A query has text alone: what is to be a number, a switch or a list becomes one, if it can. */
function queryOf({ input }: Operation, query: URLSearchParams): Readonly<Record<string, unknown>> {
  const given = Object.entries(input.properties).flatMap(([field, { type }]) => {
    const text = query.get(field);
    if (text === null) return [];
    return [[field, type === 'array' ? query.getAll(field) : valueOf(type, text)] as const];
  });
  return Object.fromEntries(given);
}

function valueOf(type: 'string' | 'integer' | 'boolean' | 'object' | undefined, text: string): unknown {
  if (type === 'integer' && /^\d+$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

/** The fields of a body; none of what is no object. */
export function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
}

/** As it stands when it can not be decoded: nothing has that name. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
