import { expect, test } from 'vitest';
import { bindingsOf, credentialBindingsOf } from '../../controller/credentials/index.ts';

const good = { name: 'fleet', username: 'gitops', from: { env: 'FLEET_PASSWORD' }, hosts: ['192.0.2.0/24'] };

const KNOWN = 'known are name, username, from, hosts, tls, read';

/** The faults as the message lists them; none for a valid file. */
function faultsOf(document: unknown): readonly string[] {
  try {
    credentialBindingsOf(document, 'credentials.yaml');
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
}

function faultsOfOne(change: Readonly<Record<string, unknown>>): readonly string[] {
  return faultsOf({ credentials: [{ ...good, ...change }] });
}

test('a valid file gives its bindings, with verified TLS where it says nothing', () => {
  const file = {
    credentials: [
      good,
      { ...good, name: 'lab', from: { file: '/run/secrets/lab' }, tls: 'plaintext' },
      { ...good, name: 'site-2', from: { store: true }, tls: 'pinned' },
    ],
  };
  expect(credentialBindingsOf(file, 'credentials.yaml')).toEqual([
    { ...good, tls: 'verify' },
    { ...good, name: 'lab', from: { file: '/run/secrets/lab' }, tls: 'plaintext' },
    { ...good, name: 'site-2', from: { store: true }, tls: 'pinned' },
  ]);
  expect(credentialBindingsOf({ credentials: [] }, 'credentials.yaml')).toEqual([]);
});

test.each([
  [null, 'the file: must have credentials'],
  ['hunter2', 'the file: must have credentials'],
  [[], 'the file: must have credentials'],
  [{}, 'credentials: must be a list'],
  [{ credentials: { fleet: good } }, 'credentials: must be a list'],
])('a file that is %j is refused', (document, fault) => {
  expect(faultsOf(document)).toEqual([`- ${fault}`]);
});

test.each([
  { name: undefined },
  { name: 3 },
  { name: '../etc/passwd' },
  { name: '/run/secrets/x' },
  { name: '$PASSWORD' },
  { name: 'FLEET_PASSWORD' },
  { name: 'a'.repeat(64) },
  { name: '-x' },
])('$name is no name', ({ name }) => {
  expect(faultsOfOne({ name })).toEqual([expect.stringContaining('credentials[0].name: must be a bare name')]);
});

test.each([
  '192.0.2.1',
  '192.0.2.0/24',
  '0.0.0.0/0',
  '2001:db8::1',
  '2001:db8::/32',
  'r1.example.net',
  'router',
  'xn--nxasmq6b.example',
])('%s is a host', (host) => {
  expect(faultsOfOne({ hosts: [host] })).toEqual([]);
});

test.each([
  '*',
  '*.example.net',
  'R1.example.net',
  'r1.example.net.',
  'https://192.0.2.1',
  '192.0.2.1:443',
  '192.0.2.0/33',
  '192.0.2.0/',
  '192.0.2.0/24/1',
  '192.0.2.0/2.4',
  '2001:db8::/129',
  'fe80::1%eth0',
  '192.0.2',
  '300.0.2.1',
  '1234',
  '',
  7,
  null,
])('%j is no host', (host) => {
  expect(faultsOfOne({ hosts: [host] })).toEqual([
    expect.stringContaining('credentials[0].hosts[0]: must be an IP address'),
  ]);
});

test.each([
  [{ username: '' }, "credentials[0].username: must be the router's user name"],
  [{ hosts: [] }, 'credentials[0].hosts: must list where the password may be sent; none means nowhere'],
  [{ hosts: '192.0.2.1' }, 'credentials[0].hosts: must list where the password may be sent; none means nowhere'],
  [{ tls: 'none' }, 'credentials[0].tls: must be one of verify, pinned, insecure, plaintext'],
  [{ from: undefined }, 'credentials[0].from: must have env, file, store'],
  [{ from: 'hunter2' }, 'credentials[0].from: must have env, file, store'],
  [{ from: {} }, 'credentials[0].from: must have exactly one of env, file and store'],
  [{ from: { env: 'A', store: true } }, 'credentials[0].from: must have exactly one of env, file and store'],
  [{ from: { env: 'A B' } }, 'credentials[0].from.env: must be the name of an environment variable'],
  [{ from: { file: 'relative' } }, 'credentials[0].from.file: must be an absolute path'],
  [{ from: { store: false } }, 'credentials[0].from.store: must be true'],
  [{ password: 'hunter2' }, `credentials[0]: has an unknown field: "password"; ${KNOWN}`],
  [{ user_name: 'x' }, `credentials[0]: has an unknown field: "user_name" (did you mean "username"?); ${KNOWN}`],
  [{ a: 1, hunter2: 1 }, `credentials[0]: has 2 unknown fields: "a", one whose name is kept back; ${KNOWN}`],
])('%j is one fault', (change, fault) => {
  expect(faultsOfOne(change)).toEqual([`- ${fault}`]);
});

test('all faults come at once, and a name may stand there only once', () => {
  const file = { credentials: [good, { ...good, hosts: ['*'], tls: 'x' }, 'x'] };
  expect(faultsOf(file).map((fault) => fault.split(':')[0])).toEqual([
    '- credentials[1].tls',
    '- credentials[1].hosts[0]',
    '- credentials[2]',
    '- credentials[1].name',
  ]);
  expect(faultsOf({ credentials: [good, good] })).toEqual(['- credentials[1].name: "fleet" stands there twice']);
});

test('the failure names the file', () => {
  expect(() => credentialBindingsOf({}, 'credentials.yaml')).toThrow(
    expect.objectContaining({
      code: 'CredentialBindingInvalid',
      message: 'credentials.yaml is not valid:\n- credentials: must be a list',
    }),
  );
});

test('no value is repeated: it may be a password in the wrong field', () => {
  const secret = 'Hunter2!';
  const wrong = {
    name: secret,
    username: '',
    from: { env: secret, [secret]: secret },
    hosts: [secret],
    tls: secret,
    [secret]: 1,
  };
  expect(faultsOf({ credentials: [wrong] }).join('\n')).not.toContain(secret);
});

test('secrets are bound like credentials, without a user, and never for http', () => {
  const secret = { name: 'office-wifi', from: { store: true }, hosts: ['192.0.2.0/24'] };
  expect(bindingsOf({ credentials: [], secrets: [secret] }, 'f').secrets).toEqual([{ ...secret, tls: 'verify' }]);
  expect(bindingsOf({ credentials: [] }, 'f').secrets).toEqual([]);
  expect(() => bindingsOf({ credentials: [], secrets: [{ ...secret, tls: 'plaintext' }] }, 'f')).toThrow(
    'secrets[0].tls: must be one of verify, pinned, insecure',
  );
  expect(() => bindingsOf({ credentials: [], secrets: [{ ...secret, username: 'x' }] }, 'f')).toThrow('known are name');
  expect(() => bindingsOf({ credentials: [], secrets: 'hunter2' }, 'f')).toThrow('secrets: must be a list');
  const login = { ...secret, username: 'gitops' };
  expect(() => bindingsOf({ credentials: [login], secrets: [secret] }, 'f')).toThrow(
    'secrets[0].name: "office-wifi" stands there twice',
  );
});
