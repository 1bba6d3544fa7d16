import { createHash, timingSafeEqual } from 'node:crypto';
import { Failure } from '#failure';
import type { RouterDevice } from '#schemas';
import type { Clock, DeviceName } from '../ports.ts';
import type { AccessRules, Audience, OwnToken } from './access-rules.ts';
import type { Access, Authenticated } from './authenticated.ts';
import { type Granted, grantedBy, grantedTo } from './granted.ts';
import type { Identity } from './identity.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { principalOf } from './principal.ts';
import type { RulesInForce } from './rules-in-force.ts';
import { isSigned, verifiedIdentity } from './verify-token.ts';

/** Longer ones are not looked at. Those of Entra with 200 groups have 13 kB. */
const LONGEST_TOKEN = 16_384;
/** Verified tokens that are remembered. */
const MOST_KNOWN = 10_000;
/** A key that its issuer withdrew opens nothing for longer. */
const KNOWN_MS = 10 * 60_000;

/** Says who comes, by the operator's access file. @param documentOf what the revision in force says of a device; null: it does not have it. */
export function createAccess(
  inForce: RulesInForce,
  clock: Pick<Clock, 'now' | 'monotonic'>,
  documentOf: (device: DeviceName) => RouterDevice | null,
): Access {
  const keys = new Map<string, IssuerKeys>();
  let known: Known = { rules: null, identities: new Map() };

  function keysOf(issuer: string): IssuerKeys {
    const of = keys.get(issuer) ?? new IssuerKeys(issuer, clock);
    keys.set(issuer, of);
    return of;
  }

  async function identityOf(token: string, digest: Buffer, audience: Audience, rules: AccessRules): Promise<Identity> {
    // What another file let count is verified again.
    if (known.rules !== rules) known = { rules, identities: new Map() };
    const { identities } = known;
    const name = `${audience} ${digest.toString('hex')}`;
    const before = identities.get(name);
    const now = clock.now();
    if (before !== undefined && now < before.identity.expiresAt && clock.monotonic() - before.at < KNOWN_MS)
      return before.identity;
    identities.delete(name);
    const identity = await verifiedIdentity(token, audience, { issuers: rules.issuers, keysOf, clock });
    const [oldest] = identities.keys();
    if (oldest !== undefined && identities.size >= MOST_KNOWN) identities.delete(oldest);
    identities.set(name, { identity, at: clock.monotonic() });
    return identity;
  }

  return {
    fault: () => inForce.fault,
    rules: async () => await inForce.rules(),
    issuers: () =>
      inForce.lastRules.issuers.flatMap(({ url, audiences }) => (audiences.api === undefined ? [] : [url])),
    async authenticate(authorization, audience) {
      const token = tokenIn(authorization);
      const rules = await inForce.rules();
      const digest = createHash('sha256').update(token).digest();
      const own = ownTokenOf(digest, rules);
      if (own !== null) {
        mustCount(own, audience, clock.now());
        return authenticated(grantedBy(own), own.expiresAt, documentOf);
      }
      if (!isSigned(token)) throw new Failure('NotAuthenticated', 'The token is not known.');
      const identity = await identityOf(token, digest, audience, rules);
      return authenticated(grantedTo(identity, rules), identity.expiresAt, documentOf);
    },
  };
}

interface Known {
  readonly rules: AccessRules | null;
  readonly identities: Map<string, { readonly identity: Identity; readonly at: number }>;
}

function authenticated(
  { actor, rights, requestsPerMinute, notes }: Granted,
  expiresAt: number,
  documentOf: (device: DeviceName) => RouterDevice | null,
): Authenticated {
  return {
    principal: principalOf(actor, rights, documentOf, { ...notes, expiresAt }),
    rights,
    requestsPerMinute,
    expiresAt,
  };
}

/** @throws {Failure} `NotAuthenticated` */
function tokenIn(authorization: string | undefined): string {
  if (authorization === undefined || authorization === '')
    throw new Failure('NotAuthenticated', 'The request has no token: send it as "authorization: Bearer TOKEN".');
  const [, token] = authorization.length > LONGEST_TOKEN + 16 ? [] : (BEARER.exec(authorization) ?? []);
  if (token === undefined || token.length > LONGEST_TOKEN)
    throw new Failure('NotAuthenticated', 'What stands in authorization is no bearer token, or too long for one.');
  return token;
}

const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/** All are looked at, so that the time does not say which one is near. */
function ownTokenOf(digest: Buffer, { tokens }: AccessRules): OwnToken | null {
  return tokens.filter(({ sha256 }) => timingSafeEqual(digest, Buffer.from(sha256, 'hex')))[0] ?? null;
}

function mustCount({ audience, expiresAt }: OwnToken, door: Audience, now: number): void {
  if (audience !== door)
    throw new Failure('NotAuthenticated', `The token is for ${audience}, and this is the door of ${door}.`);
  if (now >= expiresAt) throw new Failure('NotAuthenticated', 'The token has expired.');
}
