import type { Clock } from '../ports.ts';
import type { AccessRules, Audience } from './access-rules.ts';
import type { Identity } from './identity.ts';
import type { IssuerKeys } from './issuer-keys.ts';

/** Verified tokens that are remembered. */
const MOST_KNOWN = 10_000;
/** A key that its issuer withdrew opens nothing for longer. */
const KNOWN_MS = 10 * 60_000;

interface Known {
  readonly identity: Identity;
  readonly at: number;
}

/** Tokens that issuers signed: each is verified once, and again after a while and by each other access file. */
export class KnownTokens {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #keys = new Map<string, IssuerKeys>();
  #known = new Map<string, Known>();
  #rules: AccessRules | null = null;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
  }

  /** @param digest of the token, in hexadecimal. @throws {Failure} `NotAuthenticated`, `IssuerUnavailable` */
  async identityOf(token: string, digest: string, audience: Audience, rules: AccessRules): Promise<Identity> {
    if (this.#rules !== rules) {
      this.#known = new Map();
      this.#rules = rules;
    }
    const known = this.#known;
    const name = `${audience} ${digest}`;
    const before = known.get(name);
    const isFresh = before !== undefined && this.#clock.monotonic() - before.at < KNOWN_MS;
    if (isFresh && this.#clock.now() < before.identity.expiresAt) return before.identity;
    known.delete(name);
    const identity = await this.verify(token, audience, rules);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= MOST_KNOWN) known.delete(oldest);
    known.set(name, { identity, at: this.#clock.monotonic() });
    return identity;
  }

  /** The same for one that is not remembered. */
  async verify(token: string, audience: Audience, { issuers }: AccessRules): Promise<Identity> {
    // The library for it takes 14 MB: a controller to which nobody comes so does without.
    const [{ verifiedIdentity }, keys] = await Promise.all([import('./verify-token.ts'), import('./issuer-keys.ts')]);
    return await verifiedIdentity(token, audience, {
      issuers,
      keysOf: (issuer) => this.#keysOf(issuer, keys.IssuerKeys),
      clock: this.#clock,
    });
  }

  #keysOf(issuer: string, Keys: typeof IssuerKeys): IssuerKeys {
    const keys = this.#keys.get(issuer) ?? new Keys(issuer, this.#clock);
    this.#keys.set(issuer, keys);
    return keys;
  }
}
