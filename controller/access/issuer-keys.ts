import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import { Failure } from '#failure';
import type { Clock } from '../ports.ts';
import { isSafeUrl } from './access-file.ts';

/** For so long keys count before they are asked for again. */
const FRESH_MS = 10 * 60_000;
/** For so long they count while the provider does not answer. */
const KNOWN_MS = 24 * 3_600_000;
/** It is not asked more often, whatever tokens come. */
const PAUSE_MS = 10_000;
const TIMEOUT_MS = 5_000;
const MOST_BYTES = 512 * 1024;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** The keys of one identity provider: those that its discovery document leads to, and no others. */
export class IssuerKeys {
  readonly #issuer: string;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #keys: KeySet | null = null;
  #readAt = 0;
  #triedAt = Number.NEGATIVE_INFINITY;
  /** Why the last try failed; null: it did not. */
  #failure: string | null = null;
  #reading: Promise<void> | null = null;

  constructor(issuer: string, clock: Pick<Clock, 'monotonic'>) {
    this.#issuer = issuer;
    this.#clock = clock;
  }

  /**
   * The key that a token is signed with. @throws {Failure} `IssuerUnavailable` when that cannot be told now, `NotAuthenticated`
   * when there is none.
   */
  async keyFor(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<Awaited<ReturnType<KeySet>>> {
    if (this.#clock.monotonic() - this.#readAt > FRESH_MS || this.#keys === null) await this.#read();
    const found = await this.#find(header, token);
    if (found !== null) return found;
    await this.#read();
    const key = await this.#find(header, token);
    if (key !== null) return key;
    if (this.#failure !== null) throw this.#unavailable();
    throw new Failure('NotAuthenticated', 'The identity provider has no key that the token is signed with.');
  }

  async #find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<Awaited<ReturnType<KeySet>> | null> {
    if (this.#keys === null || this.#clock.monotonic() - this.#readAt > KNOWN_MS) throw this.#unavailable();
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null;
      throw error;
    }
  }

  #unavailable(): Failure {
    const why = this.#failure ?? 'it was not asked yet';
    return new Failure('IssuerUnavailable', `The keys of ${this.#issuer} are not known: ${why}.`);
  }

  /** At most once for all who wait, and not again right after. */
  async #read(): Promise<void> {
    if (this.#reading === null && this.#clock.monotonic() - this.#triedAt < PAUSE_MS) return;
    this.#reading ??= this.#readOnce().finally(() => (this.#reading = null));
    await this.#reading;
  }

  async #readOnce(): Promise<void> {
    this.#triedAt = this.#clock.monotonic();
    try {
      const { issuer, jwks_uri: keysUrl } = await jsonAt(
        `${this.#issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      );
      if (issuer !== this.#issuer) throw new Error('its discovery document is of another issuer');
      const url = typeof keysUrl === 'string' ? URL.parse(keysUrl) : null;
      if (url === null || !isSafeUrl(url)) throw new Error('its discovery document names no https address of keys');
      this.#keys = createLocalJWKSet((await jsonAt(url.href)) as unknown as JSONWebKeySet);
      this.#readAt = this.#clock.monotonic();
      this.#failure = null;
    } catch (error) {
      this.#failure = reasonIn(error);
    }
  }
}

/** @throws {Error} in words, for a reader. */
async function jsonAt(url: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`it answers ${String(response.status)}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('its answer is too large');
    chunks.push(chunk);
  }
  const value = JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  if (typeof value !== 'object' || value === null) throw new Error('its answer is no JSON object');
  return value as Readonly<Record<string, unknown>>;
}

function reasonIn(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be asked';
  if (error.name === 'TimeoutError') return 'it does not answer in time';
  if (error instanceof SyntaxError) return 'its answer is no JSON';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
  return code === null ? error.message : `it cannot be reached (${code})`;
}
