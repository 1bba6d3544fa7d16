import type { Instant } from '../ports.ts';
import type { AccessFault, AccessRules, Audience } from './access-rules.ts';
import type { Principal } from './principal.ts';
import type { Right, Rights } from './rights.ts';

/** Whoever a token belongs to, by what counts now. */
export interface Authenticated {
  readonly principal: Principal;
  readonly rights: Rights;
  /** To what they are narrowed, whatever their rights; absent: they are not. */
  readonly limit?: Right;
  /** How often a minute they may ask: the highest of their roles. */
  readonly requestsPerMinute: number;
  /** When the token ends, and with it what it opened; null: never. */
  readonly expiresAt: Instant | null;
}

/** Somebody who might come: with a token, or with what a token would say of them. */
export interface Supposed {
  /** The text of an access file; absent: what counts now. */
  readonly rules?: string | undefined;
  readonly token?: string | undefined;
  readonly audience?: Audience | undefined;
  /** May be absent where there is one alone. */
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** What the doors need to know of who may come. */
export interface Access {
  readonly authenticate: Authenticate;
  /** The URLs of those who issue tokens for the API. */
  issuers(): readonly string[];
  /** Who somebody would be, by what counts now or by another file, and what they might do. @throws {Failure} */
  wouldBe(asked: Supposed): Promise<Principal>;
  /** What the operator's access file says now. */
  rules(): Promise<AccessRules>;
  /** Why what it holds does not count, and something older does; null: it counts. */
  fault(): AccessFault | null;
}

/**
 * Says who comes with this `Authorization` header, even if they may do nothing: then `principal.why` says why. @throws
 * {Failure} `NotAuthenticated` without a token that counts, `IssuerUnavailable` while it cannot be told.
 */
export type Authenticate = (authorization: string | undefined, audience: Audience) => Promise<Authenticated>;
