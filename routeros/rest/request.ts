import { fitsJson, type MenuPath, type Row } from '#routeros';

/** Methods of the REST API: PUT adds, PATCH sets, POST runs any command (routeros-rest.md §2.1). */
export type Method = 'GET' | 'PUT' | 'PATCH' | 'DELETE' | 'POST';

/** One REST request, and what may be done about it when it fails. */
export interface RouterRequest {
  /**
   * A `read` may be repeated; a `write` never is, and when it fails its effect may be unknown; a command that asks
   * `once` changes nothing, but keeps the router busy.
   */
  readonly kind: 'read' | 'write' | 'once';
  readonly method: Method;
  /** The menu or command, without ids: for messages and metrics. */
  readonly menu: MenuPath;
  /** The row it is about, if one is named. */
  readonly id: string | null;
  /** What goes on the wire. */
  readonly path: string;
  readonly body: string | null;
}

/** `GET /rest/<menu>?.proplist=a,b&c=d` (routeros-rest.md §2.1, §2.3). */
export function printRequest(menu: MenuPath, properties?: readonly string[], filters: Row = {}): RouterRequest {
  const asked = properties?.length === 0 ? ['.id'] : properties;
  const words = asked === undefined ? [] : [`.proplist=${asked.map(encodeURIComponent).join(',')}`];
  for (const [name, value] of Object.entries(filters))
    words.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const query = words.length === 0 ? '' : `?${words.join('&')}`;
  return { kind: 'read', method: 'GET', menu, id: null, path: restPath(menu) + query, body: null };
}

/** `POST /rest/<menu>/print` that counts the rows which `words` find (routeros-rest.md §2.4). */
export function countRequest(menu: MenuPath, words: readonly string[]): RouterRequest {
  const body = JSON.stringify({ 'count-only': '', ...(words.length === 0 ? {} : { '.query': words }) });
  return { kind: 'read', method: 'POST', menu, id: null, path: `${restPath(menu)}/print`, body };
}

/** `PUT /rest/<menu>` makes one row. */
export function addRequest(menu: MenuPath, fields: Row): RouterRequest {
  return { kind: 'write', method: 'PUT', menu, id: null, path: restPath(menu), body: bodyOf(fields) };
}

/** `PATCH /rest/<menu>/<id>`; settings menus take `POST /rest/<menu>/set` only (routeros-rest.md §2.1). */
export function setRequest(menu: MenuPath, id: string | null, fields: Row): RouterRequest {
  const body = bodyOf(fields);
  if (id !== null) return { kind: 'write', method: 'PATCH', menu, id, path: rowPath(menu, id), body };
  return { kind: 'write', method: 'POST', menu, id, path: `${restPath(menu)}/set`, body };
}

/** `DELETE /rest/<menu>/<id>`. */
export function removeRequest(menu: MenuPath, id: string): RouterRequest {
  return { kind: 'write', method: 'DELETE', menu, id, path: rowPath(menu, id), body: null };
}

/**
 * `POST <menu>/move` (routeros-rest.md §2.7). RouterOS takes digits for a position and any other text for a comment,
 * so both must be ids.
 * An id that is gone is a destination too: the row then moves to the end, silently.
 */
export function moveRequest(menu: MenuPath, id: string, before: string | null): RouterRequest {
  for (const row of [id, before ?? id]) {
    if (!/^\*[0-9A-F]+$/.test(row)) throw new TypeError(`"${row}" is no id of a row of ${menu}`);
  }
  const body = JSON.stringify(before === null ? { numbers: id } : { numbers: id, destination: before });
  return { kind: 'write', method: 'POST', menu, id, path: `${restPath(menu)}/move`, body };
}

/** `POST /rest/<command>`. */
export function commandRequest(kind: RouterRequest['kind'], command: MenuPath, args: Row): RouterRequest {
  return { kind, method: 'POST', menu: command, id: null, path: restPath(command), body: bodyOf(args) };
}

/** @throws {TypeError} for what the router would not read as it was sent (`fitsJson`): that is for scripts. */
function bodyOf(fields: Row): string {
  if (!fitsJson(fields)) throw new TypeError('text beyond ASCII is written by scripts, never in a body of JSON');
  return JSON.stringify(fields);
}

function restPath(menu: MenuPath): string {
  if (!/^(\/[A-Za-z0-9_-]+)+$/.test(menu)) throw new TypeError(`"${menu}" is no RouterOS menu or command path`);
  return `/rest${menu}`;
}

/**
 * RouterOS does not decode `%2A`, all else reserved must be encoded (routeros-rest.md §2.2): `encodeURIComponent`
 * leaves `*` as it is.
 */
function rowPath(menu: MenuPath, id: string): string {
  if (id === '' || id === '.' || id === '..') throw new TypeError(`"${id}" names no row of ${menu}`);
  return `${restPath(menu)}/${encodeURIComponent(id)}`;
}
