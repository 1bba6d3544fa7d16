import { createHash } from 'node:crypto';
import { createSecureContext, getCACertificates, TLSSocket, type SecureContext } from 'node:tls';
import { buildConnector } from 'undici';

/**
 * How the router proves who it is, as `spec.tls` says. `fingerprint` is the certificate's SHA-256 in hex, colons and
 * case do not matter.
 */
export type TlsTrust =
  | { readonly mode: 'verify'; readonly ca?: readonly string[] }
  | { readonly mode: 'pinned'; readonly fingerprint: string }
  | { readonly mode: 'insecure' };

/** The code of the error that a certificate with another fingerprint ends in. */
export const PIN_MISMATCH = 'ERR_PIN_MISMATCH';

const CONTEXTS_KEPT = 4;
const contexts = new Map<string, SecureContext>();

/**
 * Opens TCP or TLS connections. With TLS the callback gets a socket only after the certificate has passed, so no byte
 * of HTTP, credentials included, reaches a peer that is not trusted. `verify` trusts the CAs of Node and of the
 * system, and those given (PEM).
 * @throws {TypeError} when the fingerprint is not 32 bytes of hex.
 */
export function makeConnector(trust: TlsTrust, timeoutMs: number): buildConnector.connector {
  const always = { allowH2: false, timeout: timeoutMs };
  switch (trust.mode) {
    case 'verify':
      return lazily(() => buildConnector({ ...always, secureContext: verifyingContext(trust.ca ?? []) }));
    case 'insecure':
      return lazily(() => buildConnector({ ...always, secureContext: bareContext(), rejectUnauthorized: false }));
    case 'pinned': {
      // A resumed TLS session shows no certificate, so each connection makes a full handshake.
      const bare = { ...always, maxCachedSessions: 0, rejectUnauthorized: false };
      const connect = lazily(() => buildConnector({ ...bare, secureContext: bareContext() }));
      return pinned(plainFingerprint(trust.fingerprint), connect);
    }
  }
}

/** @throws {TypeError} when it is not 32 bytes of hex. @returns lower-case hex without colons. */
export function plainFingerprint(fingerprint: string): string {
  const plain = fingerprint.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(plain))
    throw new TypeError('a TLS fingerprint is the SHA-256 of a certificate: 32 bytes of hex');
  return plain;
}

/**
 * Certificates are parsed at the first connection, not when a session is made: plain HTTP and idle sessions never pay
 * for it.
 */
function lazily(build: () => buildConnector.connector): buildConnector.connector {
  let built: buildConnector.connector | undefined;
  return (options, done) => (built ??= build())(options, done);
}

function pinned(pin: string, connect: buildConnector.connector): buildConnector.connector {
  return (options, done) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) return done(error, null);
      const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.fingerprint256 : undefined;
      if (shown !== undefined && plainFingerprint(shown) === pin) return done(null, socket);
      socket.destroy();
      const words = `the certificate's SHA-256 fingerprint is ${shown ?? 'absent'}, not the pinned one`;
      done(Object.assign(new Error(words), { code: PIN_MISMATCH }), null);
    });
}

function verifyingContext(given: readonly string[]): SecureContext {
  const key = createHash('sha256').update(given.join('\n')).digest('base64');
  return shared(key, () => {
    const roots = new Set([...getCACertificates('default'), ...getCACertificates('system'), ...given]);
    return createSecureContext({ ca: [...roots], minVersion: 'TLSv1.2' });
  });
}

function bareContext(): SecureContext {
  return shared('', () => createSecureContext({ ca: [], minVersion: 'TLSv1.2' }));
}

/**
 * A context with all roots is megabytes and 20 ms: routers with the same CAs share one, and only the last few sets are
 * kept.
 */
function shared(key: string, make: () => SecureContext): SecureContext {
  const context = contexts.get(key) ?? make();
  contexts.delete(key);
  contexts.set(key, context);
  if (contexts.size > CONTEXTS_KEPT) contexts.delete(contexts.keys().next().value ?? '');
  return context;
}
