import { rm } from 'node:fs/promises';
import { base64url, type CryptoKey, exportSPKI, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessBy, declared } from '#test/access-rig.ts';
import { API, type IdentityProvider, MCP, signingKey, startIdentityProvider } from '#test/identity-provider.ts';
import { temporaryFolder } from '#test/rig.ts';
import type { Access } from '../../controller/access/authenticated.ts';
import { ANY_DEVICE } from '../../controller/access/rights.ts';

let provider: IdentityProvider;
let folder: string;
let access: Access;
beforeAll(async () => {
  [provider, folder] = await Promise.all([startIdentityProvider(), temporaryFolder()]);
  ({ access } = await accessBy(folder, rulesFor(provider.url), [declared('r1'), declared('r2', 'gra')]));
});
afterAll(async () => {
  await provider.stop();
  await rm(folder, { recursive: true });
});

function rulesFor(url: string): string {
  return `issuers:
  - {url: '${url}', api: '${API}', mcp: '${MCP}', client: rosctl, alsoFor: [account]}
bindings:
  - {who: {groups: [net-vie]}, role: ops_rw, devices: {matchLabels: {site: vie}}, person: anna}
  - {who: {groups: [everybody]}, role: read_only, devices: {all: true}}
  - {who: {subjects: [script]}, role: read_only, devices: {names: [r2]}}
`;
}

async function ask(token: string, audience: 'api' | 'mcp' = 'api', by = access): ReturnType<Access['authenticate']> {
  return await by.authenticate(`Bearer ${token}`, audience);
}

/** With what somebody was refused. */
async function refusal(token: string, audience: 'api' | 'mcp' = 'api', by = access): Promise<string> {
  return await ask(token, audience, by).then(
    () => 'let in',
    (error: unknown) => `${(error as { readonly code: string }).code}: ${(error as Error).message}`,
  );
}

describe('a token of the provider', () => {
  it('opens the door that it is for, with what bindings give', async () => {
    const { principal, expiresAt, requestsPerMinute } = await ask(await provider.token());
    expect(principal.actor).toBe(`user:anna@${provider.url.slice('http://'.length)}`);
    expect(principal.person).toBe('anna');
    expect(principal.may('device.diagnose', 'r1')).toBe(true);
    expect(principal.may('fleet.read', 'r2')).toBe(false);
    expect(requestsPerMinute).toBe(600);
    expect((expiresAt ?? 0) - Date.now()).toBeGreaterThan(290_000);
    expect(await refusal(await provider.token(), 'mcp')).toContain('NotAuthenticated: The token is for somebody else');
    expect(await refusal(await provider.token({ aud: MCP }), 'mcp')).toBe('let in');
  });

  it('counts as the provider really issues it', async () => {
    const { principal } = await ask(await provider.issued(API, 'routeros:read'));
    expect(principal.may('device.read', 'r2')).toBe(true);
    expect(principal.may('device.read', 'r1')).toBe(false);
    expect(await refusal(await provider.issued('https://other.example'))).toContain(
      'its audience is not that of this door',
    );
  });

  it.each(['RS256', 'PS256', 'EdDSA'] as const)('may be signed by %s', async (algorithm) => {
    expect(await refusal(await provider.token({}, { algorithm }))).toBe('let in');
  });

  it('gives the union of pairs, never a cross product', async () => {
    const { principal } = await ask(await provider.token({ groups: ['net-vie', 'everybody'] }));
    expect(principal.may('device.read', 'r2')).toBe(true);
    expect(principal.may('device.diagnose', 'r2')).toBe(false);
    expect(principal.may('device.diagnose', 'r1')).toBe(true);
  });

  it('is refused when it has ended, or does not count yet', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    expect(await refusal(await provider.token({ exp: seconds - 40 }))).toContain(
      'NotAuthenticated: The token has expired',
    );
    expect(await refusal(await provider.token({ exp: seconds - 5 }))).toBe('let in');
    expect(await refusal(await provider.token({ nbf: seconds + 60 }))).toContain('does not count yet');
    expect(await refusal(await provider.token({ nbf: seconds + 10 }))).toBe('let in');
    expect(await refusal(await provider.token({ exp: undefined }))).toContain('The claim exp of the token is missing');
  });

  it.each([
    [{ iss: 'https://login.other.example' }, 'of an issuer that the access file does not name'],
    [{ iss: undefined }, 'of an issuer that the access file does not name'],
    [{ aud: 'https://other.example' }, 'its audience is not that of this door'],
    [{ aud: undefined }, 'The claim aud of the token is missing'],
    [{ aud: [] }, 'its audience is not that of this door'],
    [{ aud: [API, 'https://other.example'] }, 'it has an audience beside ours'],
    [{ aud: [API, MCP] }, 'it has an audience beside ours'],
    [{ sub: undefined }, 'The claim sub of the token is missing'],
    [{ sub: 'an\nna' }, 'its sub cannot be used'],
  ])('is refused with %j', async (claims, why) => {
    expect(await refusal(await provider.token(claims))).toContain(`NotAuthenticated: `);
    expect(await refusal(await provider.token(claims))).toContain(why);
  });

  it('may be for others too, whom the operator lets stand beside us', async () => {
    expect(await refusal(await provider.token({ aud: [API, 'account'] }))).toBe('let in');
    expect(await refusal(await provider.token({ aud: ['account'] }))).toContain(
      'its audience is not that of this door',
    );
  });

  it('that is bound to a key is refused: a bearer proves to have none', async () => {
    for (const cnf of [{ jkt: 'x' }, { 'x5t#S256': 'x' }, null])
      expect(await refusal(await provider.token({ cnf }))).toContain('NotAuthenticated: The token is bound to a key');
  });

  it('counts by no key but those of the provider, whatever it points at', async () => {
    const { jwk } = provider.keys.RS256;
    const shared = new TextEncoder().encode(await exportSPKI((await importJWK(jwk, 'RS256')) as CryptoKey));
    const usual = { iss: provider.url, sub: 'anna', aud: API, exp: Math.floor(Date.now() / 1000) + 300 };
    const hs256 = await new SignJWT(usual).setProtectedHeader({ alg: 'HS256', kid: 'rs' }).sign(shared);
    expect(await refusal(hs256)).toContain('signed in a way that does not count here');
    const none = [{ alg: 'none' }, usual].map((part) => base64url.encode(JSON.stringify(part))).join('.');
    expect(await refusal(`${none}.`)).toContain('signed in a way that does not count here');

    const own = await signingKey('own', 'ES256');
    expect(await refusal(await provider.token({}, { key: own }))).toContain('no key that the token is signed with');
    expect(await refusal(await provider.token({}, { key: { ...own, kid: 'es' } }))).toContain(
      'The signature of the token is wrong',
    );
    for (const header of [
      { jwk: own.jwk },
      { jku: 'https://attacker.example/keys' },
      { x5u: 'https://attacker.example' },
    ]) {
      expect(await refusal(await provider.token({}, { key: { ...own, kid: 'es' }, header }))).toContain(
        'signature of the token is wrong',
      );
      expect(await refusal(await provider.token({}, { header }))).toBe('let in');
    }
    expect(await refusal(await provider.token({}, { header: { typ: 'logout+jwt' } }))).toContain('no access token');
    expect(await refusal(await provider.token({}, { header: { crit: ['x'], x: 1 } }).catch(() => 'ey.ey.x'))).toContain(
      'NotAuthenticated',
    );
  });

  it('narrows by its scopes, and gives nothing by them', async () => {
    const { principal } = await ask(await provider.token({ scope: 'openid routeros:read' }));
    expect(principal.may('fleet.read', 'r1')).toBe(true);
    expect(principal.may('device.diagnose', 'r1')).toBe(false);
    expect(principal.why).toContain('The scopes of your token leave less');
    const all = await ask(await provider.token({ scp: ['routeros:read', 'routeros:audit', 'routeros:steer'] }));
    expect(all.principal.may('fleet.steer', 'r1')).toBe(true);
    expect(all.principal.may('audit.read', 'r1')).toBe(false);
  });

  it('gives no group where the provider left them out, and says so', async () => {
    for (const claims of [{ hasgroups: true }, { _claim_names: { groups: 'src1' }, _claim_sources: {} }]) {
      const { principal } = await ask(await provider.token({ groups: undefined, ...claims }));
      expect(principal.may('fleet.read', ANY_DEVICE)).toBe(false);
      expect(principal.why).toContain('left the groups out');
    }
  });

  it('is not looked at when it is too long', async () => {
    const asked = provider.asked.length;
    const long = await provider.token({
      iss: 'https://x.example',
      groups: Array.from({ length: 900 }, (_, at) => `group-${at}-of-many`),
    });
    expect(long.length).toBeGreaterThan(20_000);
    expect(await refusal(long)).toContain('too long');
    expect(provider.asked).toHaveLength(asked);
  });
});

it('keys that are known count for a day while the provider is down; others are a 503 and no 401', async () => {
  const { access: other, clock } = await accessBy(folder, rulesFor(provider.url), [declared('r1')]);
  const later = async (key = provider.keys.ES256): Promise<string> =>
    await provider.token({ exp: Math.floor(clock.now() / 1000) + 300 }, { key });
  await provider.stop();
  expect(await refusal(await later(), 'api', other)).toContain('IssuerUnavailable: The keys of http://127.0.0.1');
  await provider.start();
  clock.pass(11_000);
  expect(await refusal(await later(), 'api', other)).toBe('let in');
  await provider.stop();
  clock.pass(23 * 3_600_000);
  expect(await refusal(await later(), 'api', other)).toBe('let in');
  expect(await refusal(await later(await signingKey('new', 'ES256')), 'api', other)).toContain('IssuerUnavailable');
  clock.pass(2 * 3_600_000);
  expect(await refusal(await later(), 'api', other)).toContain('IssuerUnavailable');
  await provider.start();
  clock.pass(11_000);
  expect(await refusal(await later(), 'api', other)).toBe('let in');
  expect(await refusal(await later(await signingKey('new', 'ES256')), 'api', other)).toContain('NotAuthenticated');
});

it('the provider is asked once for many tokens, and not for each with an unknown key', async () => {
  const { access: other, clock } = await accessBy(folder, rulesFor(provider.url), [declared('r1')]);
  const before = provider.asked.length;
  const tokens = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => await provider.token({ jti: String(at) })),
  );
  await Promise.all(tokens.map(async (token) => await ask(token, 'api', other)));
  expect(provider.asked.slice(before)).toEqual(['/.well-known/openid-configuration', '/jwks']);
  const stranger = await signingKey('stranger', 'ES256');
  for (const at of [1, 2, 3]) await refusal(await provider.token({ jti: String(at) }, { key: stranger }), 'api', other);
  expect(provider.asked.length - before).toBe(2);
  clock.pass(11_000);
  await refusal(await provider.token({}, { key: stranger }), 'api', other);
  expect(provider.asked.length - before).toBe(4);
});

it('a binding that is gone, and an issuer, count no more for a token that was known', async () => {
  const { access: other, clock, write } = await accessBy(folder, rulesFor(provider.url), [declared('r1')]);
  const token = await provider.token();
  expect((await ask(token, 'api', other)).principal.may('fleet.read', 'r1')).toBe(true);
  await write(rulesFor(provider.url).replace(/^ {2}- \{who: \{groups: \[net-vie.*\n/m, ''));
  clock.pass(3_000);
  const { principal } = await ask(token, 'api', other);
  expect(principal.may('fleet.read', ANY_DEVICE)).toBe(false);
  expect(principal.why).toContain('No binding of the access file means you');
  await write('tokens: []\n');
  clock.pass(3_000);
  expect(await refusal(token, 'api', other)).toContain('of an issuer that the access file does not name');
});
