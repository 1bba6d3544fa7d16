import { expect, it } from 'vitest';
import { CATALOGUE } from '#routeros';
import { readLacking } from '../../controller/proposals/read-lacking.ts';
import { Failure } from '#failure';

const never = new AbortController().signal;

it('asks for nothing where rows hold secrets, or copies of them', async () => {
  const secret = Object.values(CATALOGUE).filter(
    ({ copiesSecrets, fields }) =>
      copiesSecrets === true || Object.values(fields).some((field) => field.secret === true),
  );
  expect(secret.length).toBeGreaterThan(0);
  const readers = { on: () => Promise.reject(new Error('somebody asked')) };
  for (const menu of secret) expect(await readLacking(readers, 'r1', ['/ip/dns', menu.path], never)).toBeNull();
});

it('knows nothing where the router can not be read, and passes on what is no failure of the world', async () => {
  const failing = { on: () => Promise.reject(new Failure('ReadUserMissing', 'there is none')) };
  expect(await readLacking(failing, 'r1', ['/ip/dns'], never)).toBeNull();
  const broken = { on: () => Promise.reject(new RangeError('ours')) };
  await expect(readLacking(broken, 'r1', ['/ip/dns'], never)).rejects.toThrow('ours');
});
