import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '#controller';
import { auditChain } from '../../controller/operations/audit-chain.ts';
import type { AuditRecords } from '../../controller/records/audit.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'audit-chain-'));
  store = await openStore({ folder });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function append(...actions: readonly string[]): Promise<void> {
  for (const action of actions)
    await store.audit.append({ at: 1, correlationId: 'c', actor: 'a', action, device: null, detail: {} });
}

/** Changes the store behind its back. */
async function meddle(...statements: readonly string[]): Promise<void> {
  await store.close();
  const database = new DatabaseSync(path.join(folder, 'store.db'));
  for (const place of ['audit', 'audit_head'])
    for (const refused of ['update', 'delete']) database.exec(`drop trigger if exists ${place}_refuses_${refused}`);
  for (const statement of statements) database.exec(statement);
  database.close();
  store = await openStore({ folder });
}

/** The store's audit, whichever store that is. */
const audit = (): AuditRecords => ({
  append: (event) => store.audit.append(event),
  list: (filter) => store.audit.list(filter),
  verify: (kept) => store.audit.verify(kept),
  search: () => Promise.resolve({ records: [], next: null }),
  walk: (from, marks) => store.audit.walk(from, marks),
  head: () => store.audit.head(),
});

describe('the audit chain, asked again and again', () => {
  it('is walked from where it was found whole: an older record is looked at again only for a mark', async () => {
    await append('one', 'two', 'three');
    const chain = auditChain(audit());
    expect(await chain.brokenAt(null)).toBeNull();
    const kept = await store.audit.head();
    await append('four');
    await meddle(`update audit set hash = '${'f'.repeat(64)}' where sequence = 1`);
    expect(await chain.brokenAt(null)).toBeNull();
    expect(await chain.brokenAt(kept)).toBe(1);
    expect(await auditChain(audit()).brokenAt(null)).toBe(1);
  });

  it('shows what was changed since, the end that was cut off, and the last record written anew', async () => {
    await append('one', 'two', 'three');
    const chain = auditChain(audit());
    expect(await chain.brokenAt(null)).toBeNull();
    await append('four', 'five');
    await meddle(`update audit set event = replace(event, 'four', 'fore')`);
    expect(await chain.brokenAt(null)).toBe(4);
    expect(await chain.brokenAt(null)).toBe(4);
    await meddle('delete from audit where sequence > 2');
    expect(await chain.brokenAt(null)).toBe(3);
    const head = (await store.audit.list({ limit: 1 }))[0]?.hash ?? '';
    await meddle(`update audit_head set sequence = 2, hash = '${head}'`);
    // In itself the chain is whole now; that there was more is remembered.
    expect(await store.audit.verify()).toBeNull();
    expect(await chain.brokenAt(null)).toBe(3);
  });

  it('tells whether a mark is in it, known or not yet there', async () => {
    await append('one', 'two');
    const chain = auditChain(audit());
    const [two, one] = (await store.audit.list({ limit: 2 })).map(({ sequence, hash }) => ({ sequence, hash }));
    if (one === undefined || two === undefined) throw new Error('no records');
    expect(await chain.brokenAt(two)).toBeNull();
    expect(await chain.brokenAt(one)).toBeNull();
    expect(await chain.brokenAt({ ...one, hash: two.hash })).toBe(1);
    expect(await chain.brokenAt({ ...two, sequence: 3 })).toBe(3);
    expect(await chain.brokenAt(null)).toBeNull();
  });

  it('is whole while it is empty, and follows what comes', async () => {
    const chain = auditChain(audit());
    expect(await chain.brokenAt(null)).toBeNull();
    await append('one');
    expect(await chain.brokenAt(null)).toBeNull();
  });
});
