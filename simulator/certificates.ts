import { createPrivateKey, KeyObject, sign, webcrypto, X509Certificate } from 'node:crypto';
import { provideReflection } from './reflection.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 86_400_000;

/** Signs the certificates of a fleet. */
export interface CertificateAuthority {
  readonly pem: string;
  /**
   * A certificate for a router at that IPv4 address; every one has its own serial number, so fingerprints differ. A
   * name that had one already gets the same again.
   */
  issue(host: string, name?: string): IssuedCertificate;
  /** All that the next life needs to be the same authority; it holds private keys. */
  kept(): KeptAuthority;
}

/** An authority between two lives, as plain JSON. */
export interface KeptAuthority {
  readonly pem: string;
  readonly caKey: string;
  readonly routerKey: string;
  /** The model certificate in Base64. */
  readonly model: string;
  readonly issued: number;
  /** `NAME@HOST` → its certificate. */
  readonly certificates: Readonly<Record<string, string>>;
}

/** A router's certificate. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the DER form, lower-case hex. */
  readonly fingerprint: string;
}

/**
 * Stand-ins in the model certificate, replaced in each copy; as long as what replaces them, and found nowhere else in
 * it.
 */
const modelSerial = '5a17c0de5a17c0de';
const modelHost = '198.51.100.213';

/**
 * A new authority; its certificates are valid from the day before `now`, for ten years. Encoding a certificate takes
 * milliseconds, which thousands of routers would wait for at each start: so one model is made, and copies of it get
 * their serial number, address and signature. One key serves the whole fleet.
 */
export async function createAuthority(now: number): Promise<CertificateAuthority> {
  return authorityFrom(await newAuthority(now));
}

/** The authority of an earlier life. @throws {Error} for keys or certificates that are none. */
export function authorityFrom(before: KeptAuthority): CertificateAuthority {
  const signed = signedPart(Buffer.from(before.model, 'base64'));
  const caKey = createPrivateKey(before.caKey);
  const key = createPrivateKey(before.routerKey).export({ type: 'pkcs8', format: 'pem' }).toString();
  const certificates = new Map(Object.entries(before.certificates));
  let { issued } = before;
  const make = (host: string): string => {
    issued += 1;
    const body = Buffer.from(signed);
    put(body, Buffer.from(modelSerial, 'hex'), Buffer.from(`4a${issued.toString(16).padStart(14, '0')}`, 'hex'));
    put(body, addressBytes(modelHost), addressBytes(host));
    return pemOf('CERTIFICATE', certificateOf(body, sign('sha256', body, caKey)));
  };
  return {
    pem: before.pem,
    issue(host, name) {
      const label = `${name ?? ''}@${host}`;
      const cert = (name === undefined ? undefined : certificates.get(label)) ?? make(host);
      if (name !== undefined) certificates.set(label, cert);
      return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase() };
    },
    kept: () => ({ ...before, issued, certificates: Object.fromEntries(certificates) }),
  };
}

async function newAuthority(now: number): Promise<KeptAuthority> {
  provideReflection();
  const x509 = await import('@peculiar/x509');
  const caKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const routerKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
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
  const model = await x509.X509CertificateGenerator.create(
    {
      subject: 'CN=RouterOS',
      issuer: authority.subject,
      serialNumber: modelSerial,
      publicKey: routerKeys.publicKey,
      signingKey: caKeys.privateKey,
      signingAlgorithm: algorithm,
      ...validity,
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: modelHost }])],
    },
    webcrypto,
  );
  return {
    pem: authority.toString('pem'),
    caKey: pemOfKey(caKeys.privateKey),
    routerKey: pemOfKey(routerKeys.privateKey),
    model: Buffer.from(model.rawData).toString('base64'),
    issued: 0,
    certificates: {},
  };
}

function pemOfKey(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The first element inside a certificate: what the signature covers. */
function signedPart(certificate: Buffer): Buffer {
  const start = headerLength(certificate, 0);
  return certificate.subarray(start, start + headerLength(certificate, start) + contentLength(certificate, start));
}

function headerLength(der: Buffer, at: number): number {
  const first = der[at + 1] ?? 0;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

function contentLength(der: Buffer, at: number): number {
  const first = der[at + 1] ?? 0;
  return first < 0x80 ? first : der.readUIntBE(at + 2, first & 0x7f);
}

/** ecdsa-with-SHA256 as an AlgorithmIdentifier. */
const ecdsaWithSha256 = Buffer.from('300a06082a8648ce3d040302', 'hex');

function certificateOf(body: Buffer, signature: Buffer): Buffer {
  const bits = element(0x03, Buffer.concat([Buffer.from([0]), signature]));
  return element(0x30, Buffer.concat([body, ecdsaWithSha256, bits]));
}

function element(tag: number, content: Buffer): Buffer {
  const length =
    content.length < 0x80 ? [content.length] : [0x82, Math.floor(content.length / 256), content.length % 256];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** The last place counts: the public key, random bytes, stands before the address. */
function put(body: Buffer, standIn: Buffer, value: Buffer): void {
  value.copy(body, body.lastIndexOf(standIn));
}

/** @throws {Error} for anything but an IPv4 address. */
function addressBytes(host: string): Buffer {
  const bytes = host.split('.').map(Number);
  if (bytes.length !== 4 || !bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)) {
    throw new Error(`a simulated router needs an IPv4 address to listen on, not ${host}`);
  }
  return Buffer.from(bytes);
}

function pemOf(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
