import { decodeJwt, errors, jwtVerify } from 'jose';
import { Failure } from '#failure';
import type { Clock } from '../ports.ts';
import type { Audience, Issuer } from './access-rules.ts';
import { type Claims, type Identity, identityIn } from './identity.ts';
import type { IssuerKeys } from './issuer-keys.ts';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
/** Seconds by which clocks may differ. */
const SKEW = 30;
/** Of access tokens. A sign-out, or what else an issuer signs, is none. */
const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

/**
 * Verifies what an issuer signed: by the issuer, algorithms and audiences that are ours to say, and keys from that
 * issuer's discovery document alone, whatever the token's header points at.
 * @throws {Failure} `NotAuthenticated`, `IssuerUnavailable`
 */
export async function verifiedIdentity(
  token: string,
  audience: Audience,
  {
    issuers,
    keysOf,
    clock,
  }: {
    readonly issuers: readonly Issuer[];
    readonly keysOf: (issuer: string) => IssuerKeys;
    readonly clock: Pick<Clock, 'now'>;
  },
): Promise<Identity> {
  const issuer = issuerIn(token, issuers);
  const claims = await claimsIn(token, issuer, keysOf(issuer.url), new Date(clock.now()));
  mustBeForUs(claims, issuer, audience);
  const identity = identityIn(claims, issuer);
  if (identity === null) throw refused('The token names nobody: its sub cannot be used.');
  return identity;
}

/** The issuer that a token says it is of: that is looked at before anything is believed. */
function issuerIn(token: string, issuers: readonly Issuer[]): Issuer {
  const named = unverified(token)['iss'];
  const issuer = issuers.find(({ url }) => url === named);
  if (issuer === undefined) throw refused('The token is of an issuer that the access file does not name.');
  return issuer;
}

function unverified(token: string): Claims {
  try {
    return decodeJwt(token);
  } catch {
    throw refused('The token cannot be read.');
  }
}

async function claimsIn(token: string, { url }: Issuer, keys: IssuerKeys, currentDate: Date): Promise<Claims> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, async (header, jws) => await keys.keyFor(header, jws), {
      issuer: url,
      algorithms: ALGORITHMS,
      currentDate,
      clockTolerance: SKEW,
      requiredClaims: ['exp', 'aud', 'sub'],
    });
    const { typ = 'JWT' } = protectedHeader;
    if (!TYPES.includes(typ.toLowerCase())) throw refused('The token is no access token.');
    if (payload['cnf'] !== undefined)
      throw refused('The token is bound to a key (cnf), which no bearer proves to have.');
    return payload;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw refused(wordsFor(error));
  }
}

function wordsFor(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'nbf'
      ? 'The token does not count yet.'
      : `The claim ${error.claim} of the token is missing or wrong.`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'The token is signed in a way that does not count here.';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'The token does not say which key it is signed with.';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'The signature of the token is wrong.';
  return 'The token cannot be read.';
}

/** Every audience must be ours for this door, or one that the operator lets stand beside it. */
function mustBeForUs({ aud }: Claims, { audiences, alsoFor }: Issuer, door: Audience): void {
  const ours = audiences[door];
  const given: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (ours === undefined || !given.includes(ours))
    throw refused('The token is for somebody else: its audience is not that of this door.');
  if (!given.every((each) => each === ours || alsoFor.some((other) => other === each)))
    throw refused('The token is also for somebody else, who could use it here: it has an audience beside ours.');
}

function refused(message: string): Failure {
  return new Failure('NotAuthenticated', message);
}
