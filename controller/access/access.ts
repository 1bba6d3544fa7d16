import { createHash, timingSafeEqual } from 'node:crypto';
import { Failure } from '#failure';
import type { RouterDevice } from '#schemas';
import type { Clock, DeviceName } from '../ports.ts';
import { accessRulesOf } from './access-file.ts';
import type { AccessRules, Audience, OwnToken } from './access-rules.ts';
import type { Access, Authenticated, Supposed } from './authenticated.ts';
import { type Granted, grantedBy, grantedTo } from './granted.ts';
import { type Identity, identityIn } from './identity.ts';
import { KnownTokens } from './known-tokens.ts';
import { principalOf } from './principal.ts';
import type { Rights } from './rights.ts';
import type { RulesInForce } from './rules-in-force.ts';

/** Longer ones are not looked at. Those of Entra with 200 groups have 13 kB. */
const LONGEST_TOKEN = 16_384;

/** Who brings a token, by the rules that counted then, and what other rules would give them. */
interface Bearer {
  readonly granted: Granted;
  readonly expiresAt: number;
  readonly rightsBy: (rules: AccessRules) => Rights;
}

/** @param documentOf what the revision in force says of a device; null: it does not have it. */
export function createAccess(
  inForce: RulesInForce,
  clock: Pick<Clock, 'now' | 'monotonic'>,
  documentOf: (device: DeviceName) => RouterDevice | null,
): Access {
  const known = new KnownTokens(clock);

  /** Somebody whose rights follow the file for as long as they are asked about: what they began may take a while. */
  function authenticated({ granted, expiresAt, rightsBy }: Bearer, rules: AccessRules): Authenticated {
    const { actor, rights, requestsPerMinute, notes } = granted;
    let last = { rules, rights };
    const rightsNow = (): Rights => {
      const now = inForce.lately();
      if (now !== last.rules) last = { rules: now, rights: rightsBy(now) };
      return last.rights;
    };
    const principal = principalOf(actor, rightsNow, documentOf, { ...notes, expiresAt });
    return { principal, rights, requestsPerMinute, expiresAt };
  }

  /** @throws {Failure} `NotAuthenticated`, `IssuerUnavailable` */
  async function bearer(
    token: string,
    audience: Audience,
    rules: AccessRules,
    verify: (digest: string) => Promise<Identity>,
  ): Promise<Bearer> {
    const digest = createHash('sha256').update(token).digest();
    const own = ownTokenOf(digest, rules);
    if (own !== null) {
      mustCount(own, audience, clock.now());
      const ownNow = (now: AccessRules): Rights => {
        const same = ownTokenOf(digest, now);
        return same === null || same.audience !== audience ? [] : grantedBy(same).rights;
      };
      return { granted: grantedBy(own), expiresAt: own.expiresAt, rightsBy: ownNow };
    }
    if (!isSigned(token)) throw new Failure('NotAuthenticated', 'The token is not known.');
    const identity = await verify(digest.toString('hex'));
    const { expiresAt } = identity;
    return { granted: grantedTo(identity, rules), expiresAt, rightsBy: (now) => grantedTo(identity, now).rights };
  }

  return {
    fault: () => inForce.fault,
    rules: async () => await inForce.rules(),
    issuers: () =>
      inForce.lastRules.issuers.flatMap(({ url, audiences }) => (audiences.api === undefined ? [] : [url])),
    async authenticate(authorization, audience) {
      const token = tokenIn(authorization);
      const rules = await inForce.rules();
      const verify = async (digest: string): Promise<Identity> =>
        await known.identityOf(token, digest, audience, rules);
      return authenticated(await bearer(token, audience, rules, verify), rules);
    },
    async wouldBe({ rules: text, token, audience = 'api', ...claimed }) {
      const rules = text === undefined ? await inForce.rules() : accessRulesOf(text, 'the file');
      if (token !== undefined) {
        const given = tokenIn(`Bearer ${token}`);
        const verify = async (): Promise<Identity> => await known.verify(given, audience, rules);
        const { granted, expiresAt } = await bearer(given, audience, rules, verify);
        return principalOf(granted.actor, granted.rights, documentOf, { ...granted.notes, expiresAt });
      }
      const { actor, rights, notes } = grantedTo(identityFor(claimed, rules), rules);
      return principalOf(actor, rights, documentOf, notes);
    },
  };
}

/** What a token would say of somebody. @throws {Failure} `BadRequest` */
function identityFor({ issuer: named, subject, groups, scopes }: Supposed, { issuers }: AccessRules): Identity {
  const issuer = issuers.find(({ url }) => (named === undefined ? issuers.length === 1 : url === named));
  if (issuer === undefined)
    throw new Failure(
      'BadRequest',
      `Say which issuer of the access file: ${issuers.map(({ url }) => url).join(', ') || 'it has none'}.`,
    );
  const scope = scopes === undefined ? {} : { scope: scopes.join(' ') };
  const identity = identityIn({ sub: subject ?? 'somebody', exp: 0, [issuer.groups]: groups ?? [], ...scope }, issuer);
  if (identity === null) throw new Failure('BadRequest', 'The subject can be no sub of a token.');
  return identity;
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

/** Whether a token has the form of one that an issuer signed. */
function isSigned(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token) && token.startsWith('ey');
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
