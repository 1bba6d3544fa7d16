import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { Failure } from '#failure';
import { readArmour } from './armour.ts';

/** Name, address and time in a commit's header: free text, which proves nothing. */
export interface CommitIdentity {
  readonly name: string;
  readonly email: string;
  readonly at: number;
}

/** A commit taken from one byte string, by our own strict parser (approval.md §6). */
export interface RawCommit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: CommitIdentity;
  readonly committer: CommitIdentity;
  readonly message: string;
  /** The armoured signature; null: none. */
  readonly signature: string | null;
  /** The bytes that a signature covers: the object without its gpgsig header. */
  readonly signedPayload: Uint8Array;
}

/**
 * Parses a commit object's bytes (without git's `commit <length>\0`). Whatever another program could read in another
 * way is refused: a header that is unknown, twice or out of order, CR, NUL, invalid UTF-8, a gpgsig header that is
 * anything but one armoured signature.
 * @throws {Failure} `CommitMalformed`, naming the commit; also when the bytes are not the object of this id.
 */
export function parseCommit(bytes: Uint8Array, id: string): RawCommit {
  const fail = (what: string): never => {
    throw new Failure('CommitMalformed', `commit ${id}: ${what}`);
  };
  const object = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!/^[0-9a-f]{40}$/.test(id)) fail('the id is no whole SHA-1 id');
  if (idOf(object) !== id) fail('the object is damaged: its content does not hash to its id');
  if (object.includes(0)) fail('it holds a NUL byte');
  if (object.includes('\r')) fail('it holds a carriage return');
  const end = object.indexOf('\n\n');
  if (end === -1) fail('no empty line ends its headers');
  const headers = headersOf(decoded(object.subarray(0, end)) ?? fail('its headers are not valid UTF-8'));
  const message = decoded(object.subarray(end + 2)) ?? fail('its message is not valid UTF-8');
  const next = (name: string): string | undefined => (headers[0]?.name === name ? headers.shift()?.value : undefined);
  const identity = (name: string): CommitIdentity => {
    const value = next(name) ?? fail(missing(name, headers[0]));
    return identityOf(value) ?? fail(`its ${name} is not of the form "Name <address> seconds +0000"`);
  };

  const tree = next('tree') ?? fail(missing('tree', headers[0]));
  const parents: string[] = [];
  for (let parent = next('parent'); parent !== undefined; parent = next('parent')) parents.push(parent);
  if (![tree, ...parents].every((value) => /^[0-9a-f]{40}$/.test(value))) fail('its tree or a parent is no whole id');
  if (new Set(parents).size < parents.length) fail('it names one parent twice');
  const author = identity('author');
  const committer = identity('committer');
  const gpgsig = next('gpgsig');
  const [odd] = headers;
  if (odd !== undefined) fail(`the header ${JSON.stringify(odd.name)} is unknown, given twice or out of order`);

  const signature = gpgsig === undefined ? null : `${gpgsig}\n`;
  if (signature !== null) {
    const reading = readArmour(signature);
    if (!reading.ok) fail(`its gpgsig header is not exactly one signature: ${reading.message}`);
    else if (reading.armour.label === 'PGP PUBLIC KEY BLOCK') fail('its gpgsig header holds a key');
  }
  // No header before it can span lines, so this is the header that was parsed.
  const at = gpgsig === undefined ? end : object.indexOf('\ngpgsig ');
  const signedPayload = Buffer.concat([object.subarray(0, at), object.subarray(end)]);
  return { id, tree, parents, author, committer, message, signature, signedPayload };
}

/** Git's id of a commit with these bytes. */
export function idOf(bytes: Uint8Array): string {
  return createHash('sha1')
    .update(`commit ${String(bytes.byteLength)}\0`)
    .update(bytes)
    .digest('hex');
}

function missing(name: string, found: Header | undefined): string {
  return found === undefined
    ? `the header "${name}" is missing`
    : `the header ${JSON.stringify(found.name)} stands where "${name}" should`;
}

interface Header {
  readonly name: string;
  readonly value: string;
}

function headersOf(text: string): Header[] {
  const headers: Header[] = [];
  for (const line of text.split('\n')) {
    const last = headers.at(-1);
    // Only a signature spans lines; a continuation of anything else is left over and refused by its name.
    if (line.startsWith(' ') && last?.name === 'gpgsig') {
      headers[headers.length - 1] = { name: 'gpgsig', value: `${last.value}\n${line.slice(1)}` };
      continue;
    }
    const [name = '', ...rest] = line.split(' ');
    headers.push({ name, value: rest.join(' ') });
  }
  return headers;
}

// Further from UTC than any place on earth.
const MAX_ZONE_MINUTES = 14 * 60;
const MAX_SECONDS = 8_640_000_000_000;

function identityOf(value: string): CommitIdentity | undefined {
  const match = /^(?<name>[^<>]*) <(?<email>[^<>]*)> (?<seconds>0|[1-9][0-9]{0,12}) [-+](?<zone>[0-9]{4})$/.exec(value);
  if (match?.groups === undefined) return undefined;
  const { name = '', email = '', seconds = '', zone = '' } = match.groups;
  const minutes = Number(zone.slice(2));
  if (minutes > 59 || Number(zone.slice(0, 2)) * 60 + minutes > MAX_ZONE_MINUTES) return undefined;
  if (Number(seconds) > MAX_SECONDS || /\p{Cc}/u.test(value)) return undefined;
  return { name, email, at: Number(seconds) * 1000 };
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return undefined;
  }
}
