import { KeyObject, webcrypto, X509Certificate } from 'node:crypto';

export interface TestCertificate {
  readonly key: string;
  readonly pem: string;
  /** SHA-256, as openssl prints it. */
  readonly fingerprint: string;
}

export interface TestCa {
  readonly pem: string;
  /** A certificate for one IP address. */
  issue(ip: string): Promise<TestCertificate>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const validity = { notBefore: new Date('2020-01-01'), notAfter: new Date('2120-01-01') };

/** A CA that nobody trusts by itself. */
export async function makeTestCa(): Promise<TestCa> {
  provideReflection();
  const x509 = await import('@peculiar/x509');
  const caKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test CA',
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
    ...validity,
  });

  async function issue(ip: string): Promise<TestCertificate> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: 'CN=router',
      issuer: ca.subject,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: ip }])],
      ...validity,
    });
    const pem = certificate.toString('pem');
    const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
    return { key, pem, fingerprint: new X509Certificate(pem).fingerprint256 };
  }

  return { pem: ca.toString('pem'), issue };
}

/** The certificate library asks for the metadata part of `Reflect`, which Node lacks; this much of it is enough. */
function provideReflection(): void {
  if ('getMetadata' in Reflect) return;
  const kept = new WeakMap<object, Map<unknown, unknown>>();
  const getMetadata = (key: unknown, target: object): unknown => kept.get(target)?.get(key);
  const defineMetadata = (key: unknown, value: unknown, target: object): void => {
    kept.set(target, (kept.get(target) ?? new Map<unknown, unknown>()).set(key, value));
  };
  Object.assign(Reflect, { getMetadata, getOwnMetadata: getMetadata, defineMetadata });
}
