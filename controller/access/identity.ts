import type { Instant } from '../ports.ts';
import type { Issuer } from './access-rules.ts';
import { type Permission, SCOPE_PREFIX, SCOPES } from './permissions.ts';

/** Who a verified token speaks of, and what it says of them. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly groups: readonly string[];
  /** What the token's scopes leave of its owner's permissions; null: everything. */
  readonly scoped: ReadonlySet<Permission> | null;
  /** When the token ends. */
  readonly expiresAt: Instant;
  /** Why the token gives less than it might; null: nothing is amiss. */
  readonly why: string | null;
}

/** The payload of a verified token. */
export type Claims = Readonly<Record<string, unknown>>;

/** What a token says. Whatever is not as it should be gives nobody anything. */
export function identityIn(claims: Claims, issuer: Issuer): Identity | null {
  const { sub, exp } = claims;
  if (typeof sub !== 'string' || !SUBJECT.test(sub) || typeof exp !== 'number') return null;
  const groups = groupsIn(claims, issuer.groups);
  const scopes = scopesIn(claims);
  const whole = { issuer: issuer.url, subject: sub, expiresAt: exp * 1000 };
  const malformed = groups === 'malformed' ? `claim ${issuer.groups}` : scopes === 'malformed' ? 'scopes' : null;
  if (groups === 'malformed' || scopes === 'malformed')
    return { ...whole, groups: [], scoped: new Set(), why: `The ${String(malformed)} of the token cannot be read.` };
  const scoped = scopes.length > 0 || issuer.scopesNeeded ? permissionsOf(scopes) : null;
  return {
    ...whole,
    groups: groups === 'left out' ? [] : groups,
    scoped,
    why: groups === 'left out' ? LEFT_OUT : null,
  };
}

const SUBJECT = /^[\x21-\x7e]{1,255}$/;
const LEFT_OUT =
  'The identity provider left the groups out of the token, because they are too many: have it send only those that matter here.';

/** Entra says by `hasgroups` or `_claim_names` that there are groups which the token does not hold. */
function groupsIn(claims: Claims, name: string): readonly string[] | 'left out' | 'malformed' {
  const elsewhere = claims['_claim_names'];
  if (elsewhere !== undefined && !isObject(elsewhere)) return 'malformed';
  const flagged = claims['hasgroups'];
  if ((flagged !== undefined && flagged !== false) || (elsewhere !== undefined && Object.hasOwn(elsewhere, name)))
    return 'left out';
  const given = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (given === undefined) return [];
  return areTexts(given) ? given : 'malformed';
}

/** Those of ours, in either claim. Where both are there, either narrows: then both must hold a scope. */
function scopesIn({ scope, scp }: Claims): readonly string[] | 'malformed' {
  const lists: (readonly string[])[] = [];
  for (const claim of [scope, scp]) {
    if (claim === undefined) continue;
    const given = typeof claim === 'string' ? claim.split(' ') : claim === scp ? claim : null;
    if (!areTexts(given)) return 'malformed';
    const ours = given.filter((each) => OURS.test(each));
    if (ours.length > 0) lists.push(ours);
  }
  const [first = [], second] = lists;
  return second === undefined ? first : [...first.filter((each) => second.includes(each)), NO_SCOPE];
}

/**
 * What begins as ours do, or holds one in another spelling: joined by commas, below an address, in capitals. Such a one
 * was meant to narrow, so it does, to nothing.
 */
const OURS = new RegExp(`^${SCOPE_PREFIX}|${Object.keys(SCOPES).join('|')}`, 'i');

/** One that allows nothing, so that a list without any other is not taken for no list. */
const NO_SCOPE = SCOPE_PREFIX;

function permissionsOf(scopes: readonly string[]): ReadonlySet<Permission> {
  return new Set(scopes.flatMap((each) => (Object.hasOwn(SCOPES, each) ? (SCOPES[each] ?? []) : [])));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
