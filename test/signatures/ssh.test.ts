import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { makeSshKey, makeSshKeyFile, openSigningHome } from '#test/signing.ts';
import { publicKeyLineOf, readPublicKeyLine } from '../../signatures/ssh-key.ts';
import { type SshVerification, verifySshSignature } from '../../signatures/sshsig.ts';
import { wireString } from '../../signatures/ssh-wire.ts';

const HOME = openSigningHome();
afterAll(() => {
  HOME[Symbol.dispose]();
});

const PAYLOAD = Buffer.from('what is signed\n');

const TYPES = [
  ['ed25519', undefined],
  ['ecdsa', 256],
  ['ecdsa', 384],
  ['ecdsa', 521],
  ['rsa', 2048],
  ['rsa', 4096],
] as const;

/** What `ssh-keygen -Y verify` says. */
function sshKeygenSays(line: string, signature: string, payload: Uint8Array, namespace: string): boolean {
  const allowed = HOME.file('allowed', `alice ${line}\n`);
  const file = HOME.file('signature', signature);
  return HOME.run('ssh-keygen', ['-Y', 'verify', '-f', allowed, '-I', 'alice', '-n', namespace, '-s', file], payload)
    .ok;
}

function codeOf(verification: SshVerification): string {
  return verification.ok ? 'ok' : verification.code;
}

describe.each(TYPES)('a key that ssh-keygen makes (%s %s)', (type, bits) => {
  const key = makeSshKeyFile(HOME, type, bits);

  it('has the fingerprint that ssh-keygen prints', () => {
    const [size, fingerprint] = HOME.must('ssh-keygen', ['-l', '-f', key.path]).split(' ');
    expect(readPublicKeyLine(key.line)).toMatchObject({ fingerprint, bits: Number(size) });
  });

  it.each(['git', 'plan@routeros-gitops'] as const)('signs for %s, and nothing else', (namespace) => {
    const signature = key.sign(PAYLOAD, namespace);
    const verified = verifySshSignature(signature, PAYLOAD, namespace);
    expect(verified).toMatchObject({ ok: true, key: { fingerprint: readPublicKeyLine(key.line).fingerprint } });
    expect(sshKeygenSays(key.line, signature, PAYLOAD, namespace)).toBe(true);

    const other = namespace === 'git' ? 'plan@routeros-gitops' : 'git';
    expect(verifySshSignature(signature, PAYLOAD, other)).toEqual({
      ok: false,
      code: 'WrongNamespace',
      message: `the signature was made for "${namespace}" and not for "${other}"`,
    });
    expect(sshKeygenSays(key.line, signature, PAYLOAD, other)).toBe(false);

    const changed = Buffer.from('what is not signed\n');
    expect(codeOf(verifySshSignature(signature, changed, namespace))).toBe('BadSignature');
    expect(sshKeygenSays(key.line, signature, changed, namespace)).toBe(false);
  });
});

it('a signature by sha256 counts like one by sha512', () => {
  const key = makeSshKeyFile(HOME, 'ed25519');
  const args = ['-q', '-Y', 'sign', '-n', 'git', '-O', 'hashalg=sha256', '-f', key.path];
  expect(codeOf(verifySshSignature(HOME.must('ssh-keygen', args, PAYLOAD), PAYLOAD, 'git'))).toBe('ok');
});

it('a signature by an RSA key of 1024 bits is weak', () => {
  const signature = makeSshKeyFile(HOME, 'rsa', 1024).sign(PAYLOAD);
  expect(codeOf(verifySshSignature(signature, PAYLOAD, 'git'))).toBe('WeakKey');
});

it('a DSA signature does not count', () => {
  const signature = makeSshKeyFile(HOME, 'dsa').sign(PAYLOAD);
  expect(verifySshSignature(signature, PAYLOAD, 'git')).toMatchObject({
    code: 'BadSignature',
    message: expect.stringContaining('keys of the type "ssh-dss" do not count') as unknown,
  });
});

describe('a signature of our own', () => {
  const key = makeSshKey('alice@example.com');

  it('is one to ssh-keygen, and so is the key', () => {
    const signature = key.sign(PAYLOAD);
    expect(sshKeygenSays(key.line, signature, PAYLOAD, 'git')).toBe(true);
    expect(sshKeygenSays(key.line, signature, PAYLOAD, 'file')).toBe(false);
    expect(codeOf(verifySshSignature(signature, PAYLOAD, 'git'))).toBe('ok');
    const printed = HOME.must('ssh-keygen', ['-l', '-f', HOME.file('own.pub', `${key.line}\n`)]);
    expect(printed).toContain(`256 ${key.fingerprint} alice@example.com`);
  });

  it('is written as ssh-keygen writes it', () => {
    expect(publicKeyLineOf(key.privateKey, '')).toBe(key.line.replace(' alice@example.com', ''));
    const width = makeSshKeyFile(HOME, 'ed25519')
      .sign(PAYLOAD)
      .split('\n')
      .map((line) => line.length);
    expect(
      key
        .sign(PAYLOAD)
        .split('\n')
        .map((line) => line.length),
    ).toEqual(width);
  });
});

describe('an SSH signature is refused', () => {
  const key = makeSshKey();
  const good = key.sign(PAYLOAD);
  const blob = Buffer.from(good.split('\n').slice(1, -2).join(''), 'base64');

  function armoured(bytes: Uint8Array): string {
    const lines =
      Buffer.from(bytes)
        .toString('base64')
        .match(/.{1,70}/g) ?? [];
    return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
  }

  function rebuilt(change: Partial<SshBlob>): string {
    const { magic, version, publicKey, namespace, reserved, hash, proof } = { ...partsOf(blob), ...change };
    const fields = [publicKey, namespace, reserved, hash, proof].map(wireString);
    return armoured(Buffer.concat([Buffer.from(magic), version, ...fields]));
  }

  it('and not when it is only taken apart and put together', () => {
    expect(rebuilt({})).toBe(good);
  });

  const otherKey = makeSshKey();
  it.each([
    ['other magic', rebuilt({ magic: 'SSHSIX' })],
    ['version 2', rebuilt({ version: Buffer.of(0, 0, 0, 2) })],
    ['another key inside', rebuilt({ publicKey: Buffer.from(otherKey.line.split(' ')[1] ?? '', 'base64') })],
    ['something reserved', rebuilt({ reserved: Buffer.from('x') })],
    ['MD5', rebuilt({ hash: Buffer.from('md5') })],
    ['the hash that it was not made with', rebuilt({ hash: Buffer.from('sha256') })],
    ['an empty proof', rebuilt({ proof: Buffer.alloc(0) })],
    ['a proof of another type', rebuilt({ proof: Buffer.concat([wireString('ssh-rsa'), wireString('x')]) })],
    ['a proof of no type', rebuilt({ proof: Buffer.concat([wireString('__proto__'), wireString('x')]) })],
    ['junk after the proof', rebuilt({ proof: Buffer.concat([partsOf(blob).proof, Buffer.of(0)]) })],
    ['junk after its end', armoured(Buffer.concat([blob, Buffer.of(0)]))],
    ['its end missing', armoured(blob.subarray(0, -1))],
    ['no content', armoured(Buffer.alloc(0))],
    ['a flipped bit', rebuilt({ proof: flipped(partsOf(blob).proof) })],
    ['a space at the end of a line', good.replace('SIGNATURE-----\n', 'SIGNATURE----- \n')],
    ['text before it', `x\n${good}`],
    ['text after it', `${good}x\n`],
    ['an empty line after it', `${good}\n`],
    ['itself again after it', good + good],
    ['an OpenPGP label', good.replaceAll('SSH SIGNATURE', 'PGP SIGNATURE')],
    ['carriage returns', good.replaceAll('\n', '\r\n')],
  ])('with %s', (_, forged) => {
    expect(codeOf(verifySshSignature(forged, PAYLOAD, 'git'))).toBe('BadSignature');
  });

  it('with an RSA proof over SHA-1', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsaBlob = rsaBlobOf(publicKey);
    const proofs = (['sha1', 'sha512'] as const).map((hash) => {
      const value = sign(hash, toSign('git', PAYLOAD), privateKey);
      return Buffer.concat([wireString(hash === 'sha1' ? 'ssh-rsa' : 'rsa-sha2-512'), wireString(value)]);
    });
    const verdicts = proofs.map((proof) =>
      codeOf(verifySshSignature(rebuilt({ publicKey: rsaBlob, proof }), PAYLOAD, 'git')),
    );
    expect(verdicts).toEqual(['BadSignature', 'ok']);
  });
});

describe('a signature of a security key', () => {
  const ed25519 = generateKeyPairSync('ed25519');
  const x = Buffer.from(ed25519.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const point = ecdsa.publicKey.export({ format: 'jwk' });
  const q = Buffer.concat([
    Buffer.of(4),
    Buffer.from(point.x ?? '', 'base64url'),
    Buffer.from(point.y ?? '', 'base64url'),
  ]);
  const keys = {
    'sk-ssh-ed25519@openssh.com': [wireString(x)],
    'sk-ecdsa-sha2-nistp256@openssh.com': [wireString('nistp256'), wireString(q)],
  } as const;

  type SkType = keyof typeof keys;
  const blobOf = (type: SkType): Buffer => Buffer.concat([wireString(type), ...keys[type], wireString('ssh:')]);
  const lineOf = (type: SkType): string => `${type} ${blobOf(type).toString('base64')}`;

  function signed(type: SkType, flags: number, application = 'ssh:', after: Uint8Array = Buffer.alloc(0)): string {
    const state = Buffer.of(flags, 0, 0, 0, 7);
    const message = Buffer.concat([sha256(application), state, sha256(toSign('git', PAYLOAD))]);
    const value =
      type === 'sk-ssh-ed25519@openssh.com'
        ? sign(null, message, ed25519.privateKey)
        : ecdsaProof(message, ecdsa.privateKey);
    const proof = Buffer.concat([wireString(type), wireString(value), state, after]);
    const fields = [blobOf(type), 'git', '', 'sha512', proof].map((field) => wireString(field));
    const body = Buffer.concat([Buffer.from('SSHSIG'), Buffer.of(0, 0, 0, 1), ...fields]).toString('base64');
    return ['-----BEGIN SSH SIGNATURE-----', ...(body.match(/.{1,70}/g) ?? []), '-----END SSH SIGNATURE-----', ''].join(
      '\n',
    );
  }

  describe.each(Object.keys(keys) as SkType[])('(%s)', (type) => {
    it('counts when somebody touched it, as for ssh-keygen', () => {
      for (const flags of [0x01, 0x05]) {
        const signature = signed(type, flags);
        expect(codeOf(verifySshSignature(signature, PAYLOAD, 'git'))).toBe('ok');
        expect(sshKeygenSays(lineOf(type), signature, PAYLOAD, 'git')).toBe(true);
      }
    });

    it('does not count when nobody touched it', () => {
      const verdict = verifySshSignature(signed(type, 0x04), PAYLOAD, 'git');
      expect(verdict).toMatchObject({ code: 'BadSignature', message: 'nobody touched the security key that signed' });
    });

    it.each([
      ['an unknown flag', signed(type, 0x81)],
      ['another application', signed(type, 0x01, 'ssh:other')],
      ['something after the counter', signed(type, 0x01, 'ssh:', Buffer.of(0))],
    ])('does not count with %s', (_, signature) => {
      expect(codeOf(verifySshSignature(signature, PAYLOAD, 'git'))).toBe('BadSignature');
    });

    it('does not count for another payload', () => {
      expect(codeOf(verifySshSignature(signed(type, 0x01), Buffer.from('x'), 'git'))).toBe('BadSignature');
    });
  });
});

describe('a line of a .pub file', () => {
  const [type = '', body = ''] = makeSshKey().line.split(' ');
  const blob = Buffer.from(body, 'base64');
  const rsa = readFields(Buffer.from(makeSshKeyFile(HOME, 'rsa', 2048).line.split(' ')[1] ?? '', 'base64'));

  it.each([
    ['options before the key', `restrict ${type} ${body}`, 'without options'],
    ['a certificate authority', `cert-authority ${type} ${body}`, 'without options'],
    ['a certificate', `ssh-ed25519-cert-v01@openssh.com ${body}`, 'this is a certificate'],
    ['another type in front', `ssh-rsa ${body}`, 'the key inside is no ssh-rsa key'],
    ['a type that does not count', 'ssh-dss AAAAB3NzaC1kc3M=', 'the line begins with something else'],
    ['no key', type, 'no plain base64'],
    ['base64 in another form', `${type} ${body.replace(/=*$/, '')}=`, 'no plain base64'],
    ['nothing', '', 'this is no SSH public key line'],
    ['words', 'hello there', 'this is no SSH public key line'],
    ['a key that is cut off', `${type} ${blob.subarray(0, 48).toString('base64')}`, 'it ends too early'],
    ['a key that goes on', `${type} ${Buffer.concat([blob, Buffer.of(1)]).toString('base64')}`, 'after its end'],
    ['a number with a useless zero', rsaLine(rsa[1], Buffer.concat([Buffer.of(0), rsa[2]])), 'not canonical'],
    ['a negative number', rsaLine(rsa[1], rsa[2].subarray(1)), 'not canonical'],
    ['an even modulus', rsaLine(rsa[1], Buffer.concat([rsa[2].subarray(0, -1), Buffer.of(2)])), 'make no RSA key'],
    ['an exponent of one', rsaLine(Buffer.of(1), rsa[2]), 'make no RSA key'],
    ['a point off the curve', ecdsaLine('nistp256', Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)])), 'make no key'],
    [
      'a compressed point',
      ecdsaLine('nistp256', Buffer.concat([Buffer.of(2), Buffer.alloc(32, 7)])),
      'not uncompressed',
    ],
    ['another curve than its type', ecdsaLine('nistp384', Buffer.alloc(65)), 'names another curve'],
  ])('is refused with %s', (_, line, message) => {
    expect(() => readPublicKeyLine(line)).toThrow(expect.objectContaining({ code: 'KeyUnreadable' }));
    expect(() => readPublicKeyLine(line)).toThrow(message);
  });

  it('is refused with an RSA key of 1024 bits', () => {
    expect(() => readPublicKeyLine(makeSshKeyFile(HOME, 'rsa', 1024).line)).toThrow(
      'needs 2048 bits or more, this has 1024',
    );
  });
});

interface SshBlob {
  readonly magic: string;
  readonly version: Buffer;
  readonly publicKey: Buffer;
  readonly namespace: Buffer;
  readonly reserved: Buffer;
  readonly hash: Buffer;
  readonly proof: Buffer;
}

function partsOf(blob: Buffer): SshBlob {
  const [publicKey, namespace, reserved, hash, proof] = readFields(blob.subarray(10));
  return {
    magic: blob.toString('latin1', 0, 6),
    version: blob.subarray(6, 10),
    publicKey,
    namespace,
    reserved: reserved ?? Buffer.alloc(0),
    hash: hash ?? Buffer.alloc(0),
    proof: proof ?? Buffer.alloc(0),
  };
}

function readFields(blob: Buffer): readonly [Buffer, Buffer, Buffer, ...Buffer[]] {
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length;) {
    const length = blob.readUInt32BE(at);
    fields.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields as [Buffer, Buffer, Buffer, ...Buffer[]];
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

function toSign(namespace: string, payload: Uint8Array): Buffer {
  const digest = createHash('sha512').update(payload).digest();
  return Buffer.concat([Buffer.from('SSHSIG'), ...[namespace, '', 'sha512', digest].map((field) => wireString(field))]);
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function ecdsaProof(message: Uint8Array, privateKey: KeyObject): Buffer {
  const raw = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return Buffer.concat([raw.subarray(0, 32), raw.subarray(32)].map((number) => wireString(positive(number))));
}

/** A number as SSH writes it: no useless zeros, a zero where it would be negative. */
function positive(number: Buffer): Buffer {
  const start = number.findIndex((byte) => byte !== 0);
  const bare = number.subarray(start);
  return (bare[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bare]) : bare;
}

function rsaBlobOf(publicKey: KeyObject): Buffer {
  const { n, e } = publicKey.export({ format: 'jwk' });
  const numbers = [e, n].map((number) => wireString(positive(Buffer.from(number ?? '', 'base64url'))));
  return Buffer.concat([wireString('ssh-rsa'), ...numbers]);
}

function rsaLine(exponent: Uint8Array, modulus: Uint8Array): string {
  const blob = Buffer.concat(['ssh-rsa', exponent, modulus].map((field) => wireString(field)));
  return `ssh-rsa ${blob.toString('base64')}`;
}

function ecdsaLine(curve: string, point: Uint8Array): string {
  const blob = Buffer.concat(['ecdsa-sha2-nistp256', curve, point].map((field) => wireString(field)));
  return `ecdsa-sha2-nistp256 ${blob.toString('base64')}`;
}
