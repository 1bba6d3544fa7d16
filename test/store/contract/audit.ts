import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '#test/sample.ts';
import type { Place } from '../places.ts';
import { event } from '../samples.ts';
import { freshStore } from './subject.ts';

export function auditContract(place: Place): void {
  const subject = freshStore(place);

  test('each record is bound to the one before it by SHA-256 over the previous hash and the canonical event', async () => {
    const { audit } = subject.store;
    await audit.append(event('plan', { detail: { b: 1, a: ['x', null] } }));
    await audit.append(event('apply', { device: null }));
    const [second, first] = await audit.list({ limit: 9 });
    const canonical =
      '{"action":"plan","actor":"controller","at":1767225600000,"correlationId":"c-1","detail":{"a":["x",null],"b":1},"device":"r1"}';
    expect(first).toMatchObject({ sequence: 1, previousHash: '0'.repeat(64), detail: { a: ['x', null], b: 1 } });
    expect(first?.hash).toBe(
      createHash('sha256')
        .update(`${'0'.repeat(64)}\n${canonical}`)
        .digest('hex'),
    );
    expect(second).toMatchObject({ sequence: 2, previousHash: first?.hash, action: 'apply', device: null });
    expect(await audit.verify()).toBeNull();
  });

  test('it is listed newest first, for one device or all, up to the limit', async () => {
    const { audit } = subject.store;
    for (const device of ['r1', 'r2', 'r1', 'r1']) await audit.append(event('plan', { device }));
    expect((await audit.list({ device: 'r1', limit: 2 })).map((each) => each.sequence)).toEqual([4, 3]);
    expect((await audit.list({ limit: 3 })).map((each) => each.sequence)).toEqual([4, 3, 2]);
  });

  test('the chain holds when many append at once, in transactions and out of them', async () => {
    const { store } = subject;
    await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => store.audit.append(event(`single ${index}`))),
      ...Array.from({ length: 5 }, (_, index) =>
        store.transaction((records) =>
          Promise.all([records.audit.append(event(`left ${index}`)), records.audit.append(event(`right ${index}`))]),
        ),
      ),
    ]);
    expect((await store.audit.list({ limit: 99 })).map((each) => each.sequence)).toEqual(
      Array.from({ length: 20 }, (_, index) => 20 - index),
    );
    expect(await store.audit.verify()).toBeNull();
  });

  test('any detail can be recorded and verifies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), async (detail) => {
        await subject.store.audit.append(event('any', { detail: { ...detail, absent: undefined } }));
      }),
      runs(60),
    );
    expect(await subject.store.audit.verify()).toBeNull();
  });

  test.each(['update audit set device = null', 'delete from audit'])('the database refuses: %s', async (statement) => {
    await subject.store.audit.append(event('plan'));
    await expect(subject.meddle(statement)).rejects.toThrow(/append-only/);
    expect(await subject.store.audit.list({ limit: 9 })).toHaveLength(1);
  });

  test.each([
    ['an altered event', `update audit set event = replace(event, 'second', 'nothing') where sequence = 2`, 2],
    ['an event filed under another device', `update audit set device = 'r9' where sequence = 2`, 2],
    ['a replaced link', `update audit set previous_hash = 'ff' where sequence = 2`, 2],
    ['a replaced hash', `update audit set hash = 'ff' where sequence = 2`, 2],
    ['a removed record', `delete from audit where sequence = 2`, 3],
    ['a removed beginning', `delete from audit where sequence = 1`, 2],
  ])('%s, with the refusal switched off, is found by walking the chain', async (_name, statement, broken) => {
    for (const action of ['first', 'second', 'third']) await subject.store.audit.append(event(action));
    for (const refused of ['update', 'delete']) await subject.meddle(allow(place, refused));
    await subject.meddle(statement);
    expect(await subject.store.audit.verify()).toBe(broken);
  });

  test.each([1, 2, 3])(
    'a tail of %i records that was cut off is found, also when the chain grows over it',
    async (cut) => {
      expect(await subject.store.audit.head()).toBeNull();
      for (const action of ['first', 'second', 'third']) await subject.store.audit.append(event(action));
      const [newest] = await subject.store.audit.list({ limit: 1 });
      expect(await subject.store.audit.head()).toEqual({ sequence: 3, hash: newest?.hash });
      await subject.meddle(allow(place, 'delete'));
      await subject.meddle(`delete from audit where sequence > ${String(3 - cut)}`);
      expect(await subject.store.audit.verify()).toBe(4 - cut);
      for (let more = 0; more < 5; more += 1) {
        await subject.store.audit.append(event('after'));
        expect(await subject.store.audit.verify()).not.toBeNull();
      }
      expect(await subject.store.audit.head()).toEqual({ sequence: 3, hash: newest?.hash });
    },
  );

  test('a head that is gone or moved by hand is found; the database takes no delete of it', async () => {
    for (const action of ['first', 'second']) await subject.store.audit.append(event(action));
    await expect(subject.meddle('delete from audit_head')).rejects.toThrow(/append-only/);
    await subject.meddle(allow(place, 'delete'));
    await subject.meddle('delete from audit where sequence = 2');
    await subject.meddle(`update audit_head set sequence = 1`);
    expect(await subject.store.audit.verify()).toBe(1);
    await subject.meddle(allow(place, 'delete', 'audit_head'));
    await subject.meddle('delete from audit_head');
    expect(await subject.store.audit.verify()).toBe(2);
    await subject.store.audit.append(event('after'));
    expect(await subject.store.audit.verify()).toBe(3);
  });

  test('a mark that was kept elsewhere shows what was written anew', async () => {
    const { audit } = subject.store;
    for (const action of ['first', 'second', 'third']) await audit.append(event(action));
    const marks = (await audit.list({ limit: 9 })).map(({ sequence, hash }) => ({ sequence, hash }));
    for (const mark of marks) {
      expect(await audit.verify(mark)).toBeNull();
      expect(await audit.verify({ ...mark, hash: 'f'.repeat(64) })).toBe(mark.sequence);
    }
    expect(await audit.verify({ sequence: 9, hash: 'f'.repeat(64) })).toBe(4);
  });

  test('a chain longer than one reading is walked to its end', async () => {
    await subject.store.transaction(async (records) => {
      for (let index = 0; index < 1005; index += 1) await records.audit.append(event('tick'));
    });
    expect(await subject.store.audit.verify()).toBeNull();
    await subject.meddle(allow(place, 'update'));
    await subject.meddle(`update audit set hash = 'ff' where sequence = 1003`);
    expect(await subject.store.audit.verify()).toBe(1003);
  });
}

function allow({ name }: Place, refused: string, table = 'audit'): string {
  const trigger = `${table}_refuses_${refused}`;
  return name === 'SQLite' ? `drop trigger ${trigger}` : `alter table ${table} disable trigger ${trigger}`;
}
