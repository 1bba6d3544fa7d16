import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '#failure';
import type { TlsTrust } from '#routeros/rest';
import { makeTestCa, type TestCertificate } from './certificates.ts';
import { json, openSession, startRawRouter, type RawRouter } from './raw-router.ts';

let router: RawRouter;
let ca: string;
let certificate: TestCertificate;
let other: TestCertificate;

beforeAll(async () => {
  const authority = await makeTestCa();
  ca = authority.pem;
  certificate = await authority.issue('127.0.0.1');
  other = await authority.issue('192.0.2.1');
  // RouterOS speaks TLS 1.2 at most.
  router = await startRawRouter(json(200, []), { key: certificate.key, cert: certificate.pem, maxVersion: 'TLSv1.2' });
});

afterAll(() => router.stop());

async function outcomeOf(trust: TlsTrust, to: RawRouter = router): Promise<string> {
  const before = to.seen.length;
  const session = openSession(to.url, { tls: trust });
  const outcome = await session.add('/ip/address', {}).then(
    () => 'sent',
    (error: unknown) => (error instanceof Failure ? `${error.code} ${error.effect}` : String(error)),
  );
  await session.close();
  return `${outcome}, ${to.seen.length - before} requests`;
}

describe('a router over TLS', () => {
  beforeAll(() => router.answer(json(201, { '.id': '*1' })));

  test('is trusted when a given CA signed its certificate for its address', async () => {
    expect(await outcomeOf({ mode: 'verify', ca: [ca] })).toBe('sent, 1 requests');
  });

  test('is not when the CA is unknown, and it never sees a request', async () => {
    expect(await outcomeOf({ mode: 'verify' })).toBe('TlsUntrusted none, 0 requests');
  });

  test('is not when the certificate is for another address', async () => {
    const misnamed = await startRawRouter(json(201, { '.id': '*1' }), { key: other.key, cert: other.pem });
    expect(await outcomeOf({ mode: 'verify', ca: [ca] }, misnamed)).toBe('TlsUntrusted none, 0 requests');
    await misnamed.stop();
  });

  test('is trusted by its fingerprint alone, in any spelling', async () => {
    const { fingerprint } = certificate;
    for (const spelling of [fingerprint, fingerprint.toLowerCase(), fingerprint.replaceAll(':', '')]) {
      expect(await outcomeOf({ mode: 'pinned', fingerprint: spelling })).toBe('sent, 1 requests');
    }
  });

  test('with another certificate than the pinned one never sees a request, though a CA vouches for it', async () => {
    expect(await outcomeOf({ mode: 'pinned', fingerprint: other.fingerprint })).toBe('TlsUntrusted none, 0 requests');
  });

  test('shows its pinned certificate at every connection: no TLS session is resumed past it', async () => {
    router.answer((_request, response) => void response.writeHead(201, { connection: 'close' }).end('{".id":"*1"}'));
    const session = openSession(router.url, { tls: { mode: 'pinned', fingerprint: certificate.fingerprint } });
    const before = router.connections;
    for (let at = 0; at < 3; at += 1) expect(await session.add('/ip/address', {})).toEqual({ '.id': '*1' });
    expect(router.connections - before).toBe(3);
    await session.close();
    router.answer(json(201, { '.id': '*1' }));
  });

  test('is not checked at all in a lab', async () => {
    expect(await outcomeOf({ mode: 'insecure' })).toBe('sent, 1 requests');
  });

  test('that offers only anonymous ciphers says what is wrong', async () => {
    const bare = await startRawRouter(json(200, []), {
      ciphers: 'ADH-AES128-SHA256:@SECLEVEL=0',
      maxVersion: 'TLSv1.2',
    });
    expect(await outcomeOf({ mode: 'insecure' }, bare)).toBe('TlsUntrusted none, 0 requests');
    await bare.stop();
  });

  test('that speaks plain HTTP there is a bad answer', async () => {
    const plain = await startRawRouter(json(200, []));
    const session = openSession(plain.url.replace('http:', 'https:'), { tls: { mode: 'insecure' } });
    await expect(session.add('/ip/address', {})).rejects.toMatchObject({ code: 'BadAnswer', effect: 'none' });
    await session.close();
    await plain.stop();
  });

  test('that hangs up in the handshake is unreachable, and a write has no effect', async () => {
    const closing = createServer(
      (socket) => void socket.on('error', () => undefined).once('data', () => socket.destroy()),
    );
    closing.listen(0, '127.0.0.1');
    await once(closing, 'listening');
    const { port } = closing.address() as AddressInfo;
    const session = openSession(`https://127.0.0.1:${port}`, { tls: { mode: 'insecure' } });
    const failure = await session.add('/ip/address', {}).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'Unreachable', effect: 'none' });
    expect((failure as Failure).message).toContain('/ip/service');
    await session.close();
    closing.close();
  });
});

test('a pin that is none, or that nothing could check, is refused when the session is made', () => {
  expect(() => openSession('https://127.0.0.1', { tls: { mode: 'pinned', fingerprint: 'AB:CD' } })).toThrow(TypeError);
  expect(() => openSession('http://127.0.0.1', { tls: { mode: 'pinned', fingerprint: 'ab'.repeat(32) } })).toThrow(
    TypeError,
  );
});
