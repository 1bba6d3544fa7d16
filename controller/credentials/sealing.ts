import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { Failure } from '#failure';
import { readSecret, type Environment, type SecretPlace } from './secret-place.ts';
import { Secret } from './secret.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1';

/**
 * Reads the key that secrets in the store are sealed with: 32 bytes as 64 hex digits or as base64.
 * @throws {Failure} `SecretKeyInvalid`
 */
export async function readSecretKey(place: SecretPlace, environment: Environment): Promise<KeyObject> {
  const text = await readSecret(place, environment, 'secret');
  if (typeof text === 'string') {
    const code = 'file' in place ? 'FileUnusable' : 'SecretKeyInvalid';
    throw new Failure(code, `There is no key for sealed passwords: ${text}.`);
  }
  const bytes = keyBytesOf(text.reveal().trim());
  if (bytes !== null) return createSecretKey(bytes);
  const where = 'env' in place ? `the environment variable ${place.env}` : `the file ${place.file}`;
  throw new Failure(
    'SecretKeyInvalid',
    `What ${where} holds is no key of 32 bytes. Make one with "openssl rand -hex 32".`,
  );
}

function keyBytesOf(text: string): Buffer | null {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  return null;
}

/**
 * Seals a secret for the store: AES-256-GCM under a new random nonce, bound to its name, so that it opens under no
 * other.
 */
export function sealSecret(key: KeyObject, name: string, secret: Secret): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(name));
  const sealed = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [FORMAT, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
}

/** @throws {Failure} `CredentialSealed` for another key, another name, or a text that somebody changed. */
export function openSecret(key: KeyObject, name: string, sealed: string): Secret {
  const [format, nonce = '', body = '', ...more] = sealed.split('.');
  const bytes = Buffer.from(body, 'base64url');
  const nonceBytes = Buffer.from(nonce, 'base64url');
  if (format !== FORMAT || more.length > 0 || bytes.length < TAG_BYTES || nonceBytes.length !== NONCE_BYTES) {
    throw new Failure('CredentialSealed', `The sealed password "${name}" is damaged, or of a later release.`);
  }
  const decipher = createDecipheriv(CIPHER, key, nonceBytes, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(name));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return new Secret(opened.toString('utf8'));
  } catch {
    throw new Failure(
      'CredentialSealed',
      `The sealed password "${name}" does not open: another key sealed it, or somebody changed it. Start the controller with the right key, or run "rosctl credentials set ${name}" anew.`,
    );
  }
}

function boundTo(name: string): Buffer {
  return Buffer.from(`routeros-gitops secret v1\n${name}`, 'utf8');
}
