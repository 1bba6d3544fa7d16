import { describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import type { Row } from '#routeros';
import { sealedSession, type Vault } from '../../controller/device/sealed-session.ts';
import type { DeviceSession } from '../../controller/ports.ts';

const MENU = '/interface/wifi/security';
const OLD = 'Alte-Passphrase-1';
const NEW = 'Neue-Passphrase-2';
const VAULT: Vault = {
  seal: (value) => `seal-of-${value.length}-${value.at(-1)}`,
  valueOf: (seal) => (seal === 'seal-of-17-2' ? NEW : undefined),
  values: [NEW],
};

function lineTo(rows: readonly Row[], sent: unknown[] = []): DeviceSession {
  const fails = (): never => {
    throw new Failure('Refused', `no ${OLD}`, { effect: 'none', detail: `neither ${NEW}` });
  };
  return {
    print: async (...asked) => {
      sent.push(asked);
      return rows;
    },
    add: async (menu, fields) => {
      sent.push([menu, fields]);
      return { '.id': '*2', ...fields };
    },
    set: async (menu, id, fields) => void sent.push([menu, id, fields]),
    remove: async () => fails(),
    move: async () => fails(),
    query: async () => fails(),
    execute: async () => `it is ${NEW}`,
    startJob: async () => fails(),
    close: async () => {},
  };
}

describe('a line', () => {
  it('gives seals for what the router holds, and puts values in place of seals on the wire alone', async () => {
    const sent: unknown[] = [];
    const session = sealedSession(lineTo([{ name: 'office', passphrase: OLD }, { name: 'open' }], sent), VAULT);
    expect(await session.print(MENU, ['name', 'passphrase'])).toEqual([
      { name: 'office', passphrase: 'seal-of-17-1' },
      { name: 'open' },
    ]);
    expect(await session.add(MENU, { name: 'new', passphrase: 'seal-of-17-2' })).toMatchObject({
      passphrase: 'seal-of-17-2',
    });
    await session.set(MENU, '*1', { passphrase: 'seal-of-17-2' });
    expect(sent.slice(1)).toEqual([
      [MENU, { name: 'new', passphrase: NEW }],
      [MENU, '*1', { passphrase: NEW }],
    ]);
  });

  it('sends nothing for a seal of no value that is bound now', async () => {
    const sent: unknown[] = [];
    const session = sealedSession(lineTo([], sent), VAULT);
    await expect(session.set(MENU, '*1', { passphrase: 'seal-of-17-1' })).rejects.toMatchObject({ effect: 'none' });
    await expect(session.add(MENU, { passphrase: 'seal-of-17-1' })).rejects.toMatchObject({ code: 'Refused' });
    expect(sent).toEqual([]);
  });

  it('without a vault neither asks for secrets, nor gives nor sends one', async () => {
    const sent: unknown[] = [];
    const session = sealedSession(lineTo([{ name: 'office', passphrase: OLD }], sent), null);
    expect(await session.print(MENU, ['name', 'passphrase'])).toEqual([{ name: 'office', passphrase: '' }]);
    expect(sent).toEqual([[MENU, ['name'], undefined]]);
    await expect(session.set(MENU, '*1', { passphrase: 'x' })).rejects.toMatchObject({ code: 'Refused' });
    await session.set(MENU, '*1', { wps: 'disable' });
  });

  it('repeats none of the router’s words with a secret in them', async () => {
    const session = sealedSession(lineTo([{ name: 'office', passphrase: OLD }]), VAULT);
    await session.print(MENU);
    for (const call of [
      () => session.remove(MENU, '*1'),
      () => session.move(MENU, '*1', null),
      () => session.query('/tool/ping', {}),
      () => session.startJob(''),
    ]) {
      const error = (await call().catch((thrown: unknown) => thrown)) as Failure;
      expect(error).toMatchObject({ code: 'Refused', message: 'no ‹secret›', detail: 'neither ‹secret›' });
      expect(error.cause).toBeUndefined();
    }
    expect(await session.execute('')).toBe('it is ‹secret›');
  });

  it('gives rows of other menus as they came', async () => {
    const rows = [{ name: 'a' }];
    expect(await sealedSession(lineTo(rows), VAULT).print('/ip/dns/static')).toBe(rows);
    expect(await sealedSession(lineTo(rows), VAULT).print(MENU)).toBe(rows);
    const told = await sealedSession(lineTo([{ redo: `set passphrase=${NEW}` }]), VAULT).print('/system/history');
    expect(told).toEqual([{ redo: 'set passphrase=‹secret›' }]);
  });
});
