import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { isLoopback, unbracketed } from '#hosts';
import type { HttpConfig } from './http-config.ts';

/** What a `Host` header says of a request: it is meant for us, for somebody else, or says nothing. */
export type HostVerdict = 'ours' | 'foreign' | 'malformed';

/**
 * Judges `Host` headers: a page of a foreign name that was made to resolve to this machine gets no answer. Ours are the
 * host of the public URL, the names in the certificate, and what is listened on, with every name of loopback there.
 */
export function hostJudge({ host, tls, publicUrl }: HttpConfig): (header: string | undefined) => HostVerdict {
  const names = new Set([host.toLowerCase()]);
  if (isLoopback(host)) for (const name of ['localhost', '127.0.0.1', '::1']) names.add(name);
  if (publicUrl !== null) names.add(unbracketed(new URL(publicUrl).hostname));
  const certificate = tls === null ? null : new X509Certificate(tls.cert);
  return (header) => {
    if (header === undefined || !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(header)) return 'malformed';
    const name = unbracketed(header.replace(/:\d+$/, '').toLowerCase());
    if (names.has(name)) return 'ours';
    const inCertificate = isIP(name) === 0 ? certificate?.checkHost(name) : certificate?.checkIP(name);
    return inCertificate === undefined ? 'foreign' : 'ours';
  };
}
