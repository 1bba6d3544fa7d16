import { createHash, webcrypto } from 'node:crypto';
import type { X509Certificate } from '@peculiar/x509';
import { provideReflection } from './reflection.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 86_400_000;

/** Signs the certificates of a fleet. */
export interface CertificateAuthority {
  readonly pem: string;
  /** A certificate for a router reachable at that address; serial numbers count up, so every fingerprint differs. */
  issue(name: string, host: string): Promise<IssuedCertificate>;
}

/** A router's certificate. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the DER form, lower-case hex. */
  readonly fingerprint: string;
}

/** A new authority; certificates are valid from yesterday, for ten years. One key serves the whole fleet: thousands of keys would only cost start-up time. */
export async function createAuthority(now: number): Promise<CertificateAuthority> {
  provideReflection();
  const x509 = await import('@peculiar/x509');
  const caKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const routerKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const key = pemOf('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', routerKeys.privateKey));
  const validity = { notBefore: new Date(now - day), notAfter: new Date(now + 3650 * day) };
  const authority = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Simulated Fleet CA',
      serialNumber: '01',
      keys: caKeys,
      signingAlgorithm: algorithm,
      ...validity,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    },
    webcrypto,
  );
  let issued = 1;
  return {
    pem: authority.toString('pem'),
    async issue(name, host) {
      issued += 1;
      const certificate = await x509.X509CertificateGenerator.create(
        {
          subject: `CN=${name}`,
          issuer: authority.subject,
          serialNumber: issued.toString(16).padStart(8, '0'),
          publicKey: routerKeys.publicKey,
          signingKey: caKeys.privateKey,
          signingAlgorithm: algorithm,
          ...validity,
          extensions: [
            new x509.SubjectAlternativeNameExtension([
              { type: 'ip', value: host },
              { type: 'dns', value: name },
            ]),
          ],
        },
        webcrypto,
      );
      return { cert: certificate.toString('pem'), key, fingerprint: fingerprintOf(certificate) };
    },
  };
}

function fingerprintOf(certificate: X509Certificate): string {
  return createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex');
}

function pemOf(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
