import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { unbracketed } from '#hosts';

/** The certificate that the other side showed; it proves nothing by itself. */
export interface ShownCertificate {
  /** SHA-256 as openssl prints it, `AA:BB:…`: what spec.tls.fingerprint takes. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly validTo: number;
}

/** What happened at the door. */
export type Knock =
  | { readonly kind: 'open'; readonly milliseconds: number; readonly certificate: ShownCertificate | null }
  | { readonly kind: 'closed'; readonly why: string };

const TIMEOUT_MS = 10_000;

/**
 * Opens a connection, over TLS for https, looks at the certificate and closes it again. Nothing is sent, credentials
 * least of all.
 */
export async function knock(address: URL, signal: AbortSignal): Promise<Knock> {
  const started = performance.now();
  const host = unbracketed(address.hostname);
  const secure = address.protocol === 'https:';
  const port = Number(address.port === '' ? (secure ? 443 : 80) : address.port);
  return await new Promise((done, fail) => {
    const opened = (socket: Socket, certificate: ShownCertificate | null): void => {
      done({ kind: 'open', milliseconds: Math.round(performance.now() - started), certificate });
      socket.destroy();
    };
    // Every certificate is let through to be shown; nothing is sent over this connection.
    const socket: Socket = secure
      ? connectTls({ host, port, rejectUnauthorized: false, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connectPlain({ host, port });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no answer within ${String(TIMEOUT_MS / 1000)} s`)));
    socket.once(secure ? 'secureConnect' : 'connect', () =>
      opened(socket, secure ? shownBy(socket as TLSSocket) : null),
    );
    socket.once('error', (error) => done({ kind: 'closed', why: error.message }));
    const stop = (): void => {
      socket.destroy();
      fail(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.once('close', () => {
      signal.removeEventListener('abort', stop);
      done({ kind: 'closed', why: 'the connection was closed' });
    });
  });
}

function shownBy(socket: TLSSocket): ShownCertificate | null {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  const { fingerprint256, subject, issuer, validTo } = certificate;
  return {
    fingerprint: fingerprint256,
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    validTo: Date.parse(validTo),
  };
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}
