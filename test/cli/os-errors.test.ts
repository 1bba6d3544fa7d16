import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Failure } from '#failure';
import { explainFailure } from '../../cli/main.ts';
import { osErrorText } from '../../cli/text/os-error-text.ts';

/** What Node makes of the errno that the system answered a call with. */
function refusal(code: string, errno: number, more: object): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${getSystemErrorMap().get(errno)?.[1] ?? 'refused'}`), {
    errno,
    code,
    ...more,
  });
}

const FILE_CALLS = ['open', 'read', 'write', 'mkdir', 'rename', 'unlink', 'scandir', 'lstat', 'copyfile', 'uv_cwd'];
const NET_CALLS = ['listen', 'bind', 'connect', 'accept', 'getaddrinfo'];
const CALLS = [
  ...FILE_CALLS.flatMap((syscall) => [{ syscall }, { syscall, path: '/srv/x' }, { syscall, path: '/a', dest: '/b' }]),
  ...NET_CALLS.flatMap((syscall) => [
    { syscall, address: '127.0.0.1', port: 80 },
    { syscall, address: '/srv/control.sock' },
    { syscall, hostname: 'host.example' },
  ]),
  { syscall: 'spawn git', path: 'git' },
  {},
];
const CODES = [
  ...Object.entries(constants.errno),
  ...[...getSystemErrorMap()].flatMap(([errno, [code]]) =>
    /^(EAI_|ENOTFOUND)/.test(code) ? [[code, errno] as const] : [],
  ),
  ['ENOTFOUND', -3008] as const,
];

async function told(error: unknown): Promise<{ readonly code: number; readonly text: string }> {
  const lines: string[] = [];
  const stderr = { write: (text: string) => lines.push(text) };
  const code = await explainFailure(error, { stderr: stderr as unknown as NodeJS.WriteStream });
  return { code, text: lines.join('') };
}

/** What is wrong with what is told of an errno. */
function faultIn({ code, text }: { readonly code: number; readonly text: string }, errno: string): string | null {
  const lines = text.split('\n').length;
  if (/defect|\n\s+at |undefined|\[object/.test(text) || !text.includes(`(${errno})`)) return text;
  // A message and the next step.
  if (lines !== 3) return `${String(lines - 1)} lines: ${text}`;
  return code === 66 || code === 69 ? null : `exit code ${String(code)}: ${text}`;
}

describe('Whatever the system refuses', () => {
  test.each(CODES)('%s is told with the next step, by whatever call it came', async (code, errno) => {
    const faults: (string | null)[] = [];
    for (const call of CALLS) {
      const error = refusal(code, -errno, call);
      const inside = Object.assign(new Error('A system error occurred'), { code: 'ERR_SYSTEM_ERROR', info: error });
      const wrapped = new Error('it did not work', { cause: error });
      for (const each of [error, inside, wrapped, new AggregateError([error, error], 'every address')])
        faults.push(faultIn(await told(each), code));
    }
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });

  test('a failure that rests on it ends with the same codes and keeps its own words', async () => {
    const error = refusal('EACCES', -13, { syscall: 'open', path: '/srv/ca.pem' });
    const read = await told(new Failure('FileUnusable', '/srv/ca.pem cannot be read (EACCES).', { cause: error }));
    expect(read).toMatchObject({ code: 66, text: expect.stringContaining('give this user the right') as unknown });
    const store = await told(new Failure('StoreUnavailable', 'The store cannot be opened: database is locked'));
    expect(store.code).toBe(69);
  });

  test('names its place in one line, whatever the name holds', () => {
    const odd = refusal('ENOENT', -2, { syscall: 'open', path: '/srv/a\n\u001B[31mb' });
    expect(osErrorText(odd)?.message).toMatch(/^\/srv\/a\\u\{a\}\\u\{1b\}\[31mb: /);
  });
});

test.each([
  new TypeError('x is not a function'),
  new RangeError('Invalid string length'),
  Object.assign(new Error('odd'), { code: 'ERR_INVALID_ARG_TYPE' }),
  new Error('plain', { cause: new Error('plain too') }),
  'a text',
  null,
])('a defect stays one: %s', async (error) => {
  const { code, text } = await told(error);
  expect(code).toBe(70);
  expect(text).toContain('this is a defect in rosctl');
});
