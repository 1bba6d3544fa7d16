import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readPrivateText } from '#controller';
import { CommandError } from '../command-error.ts';
import { unreadable } from '../input/files.ts';

const INSTEAD = 'a key with a passphrase, in an agent or in hardware signs through git: leave --signing-key out';

/**
 * An ed25519 private key from a file, as `ssh-keygen -t ed25519 -N ''` or `openssl genpkey -algorithm ed25519` writes
 * it.
 * @throws {CommandError} `noInput` when it can not be read, `usage` for any other key and one with a passphrase.
 */
export async function readSigningKey(file: string): Promise<KeyObject> {
  const read = await readPrivateText(file, 'secret').catch((error: unknown) => {
    throw unreadable(`the signing key ${file}`, error, INSTEAD);
  });
  if ('fault' in read) throw new CommandError('noInput', `the signing key ${file} ${read.fault}`, read.hint);
  const { text } = read;
  const key = text.includes('BEGIN OPENSSH PRIVATE KEY') ? opensshKey(text, file) : pkcs8Key(text, file);
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new CommandError('usage', `${file} holds no ed25519 key`, 'make one: ssh-keygen -t ed25519 -f FILE');
  }
  return key;
}

function pkcs8Key(text: string, file: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw notReadable(file);
  }
}

/** The format of OpenSSH's PROTOCOL.key, without encryption. */
function opensshKey(text: string, file: string): KeyObject {
  const body = /BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1];
  if (body === undefined) throw notReadable(file);
  const bytes = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.toString('latin1', 0, magic.length) !== magic) throw notReadable(file);
  try {
    const outer = fieldsFrom(bytes.subarray(magic.length));
    const cipher = outer.next().toString('latin1');
    outer.next();
    outer.next();
    outer.skip(4);
    outer.next();
    if (cipher !== 'none') throw new CommandError('usage', `the signing key ${file} has a passphrase`, INSTEAD);
    const inner = fieldsFrom(outer.next());
    inner.skip(8);
    const type = inner.next().toString('latin1');
    if (type !== 'ssh-ed25519')
      throw new CommandError('usage', `${file} holds a key of type ${type}`, 'make one: ssh-keygen -t ed25519 -f FILE');
    const x = inner.next();
    const d = inner.next().subarray(0, 32);
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url'), d: d.toString('base64url') };
    const key = createPrivateKey({ key: jwk, format: 'jwk' });
    // A file whose halves do not belong together would sign in vain.
    if (createPublicKey(key).export({ format: 'jwk' }).x !== jwk.x) throw notReadable(file);
    return key;
  } catch (error) {
    throw error instanceof CommandError ? error : notReadable(file);
  }
}

/** Reads SSH's strings, each after its length of four bytes. */
function fieldsFrom(bytes: Buffer): { next(): Buffer; skip(count: number): void } {
  let at = 0;
  return {
    next() {
      const length = bytes.readUInt32BE(at);
      if (at + 4 + length > bytes.length) throw new RangeError('cut off');
      const field = bytes.subarray(at + 4, at + 4 + length);
      at += 4 + length;
      return field;
    },
    skip(count) {
      at += count;
    },
  };
}

function notReadable(file: string): CommandError {
  return new CommandError(
    'usage',
    `${file} holds no private key that can be read`,
    `name an ed25519 key of OpenSSH or in PKCS#8, without a passphrase; ${INSTEAD}`,
  );
}
