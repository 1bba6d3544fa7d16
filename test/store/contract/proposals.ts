import { expect, test } from 'vitest';
import type { ProposalRecord } from '../../../controller/records/proposals.ts';
import type { Place } from '../places.ts';
import { T0 } from '../samples.ts';
import { freshStore } from './subject.ts';

/** A proposal that is kept. */
export function proposed(id: string, more: Partial<ProposalRecord> = {}): ProposalRecord {
  return {
    id,
    source: 'folder',
    proposedBy: 'token:a',
    section: 'dns',
    reason: 'they \ud800moved\u0000',
    intent: '{"section":"dns"}',
    base: 'rev-1',
    files: [
      { file: 'r1.yaml', made: false, patch: '--- a/r1.yaml', bare: '', splices: [{ from: 1, to: 2, text: 'x' }] },
    ],
    devices: ['r1'],
    state: 'kept',
    commit: null,
    proposedAt: T0,
    madeAt: T0,
    endedAt: null,
    ...more,
  };
}

export function proposalsContract(place: Place): void {
  const subject = freshStore(place);

  test('a proposal comes back as it was kept, the newest first, by its source', async () => {
    const { proposals } = subject.store;
    const one = proposed('a');
    expect(await proposals.get('folder', 'a')).toBeNull();
    expect(await proposals.keep(one, null, 9)).toBeNull();
    expect(await proposals.keep(proposed('b', { madeAt: T0 + 1 }), null, 9)).toBeNull();
    expect(await proposals.get('folder', 'a')).toEqual(one);
    expect(await proposals.get('git', 'a')).toBeNull();
    expect((await proposals.list('folder', 9)).map(({ id }) => id)).toEqual(['b', 'a']);
    expect((await proposals.list('folder', 1)).map(({ id }) => id)).toEqual(['b']);
    expect(await proposals.list('git', 9)).toEqual([]);
  });

  test('one proposal takes the place of another only where it knows it', async () => {
    const { proposals } = subject.store;
    const one = proposed('a');
    const open = { ...one, state: 'open', commit: 'c1' } as const;
    expect(await proposals.keep(open, one, 9)).toBe('moved');
    await proposals.keep(one, null, 9);
    expect(await proposals.keep(one, null, 9)).toBe('moved');
    expect(await proposals.keep(open, one, 9)).toBeNull();
    expect(await proposals.keep({ ...one, state: 'withdrawn', endedAt: T0 }, one, 9)).toBe('moved');
    expect(await proposals.keep({ ...open, state: 'withdrawn', endedAt: T0 }, open, 9)).toBeNull();
  });

  test('one principal has only so many open at once, also of those that are kept at the same moment', async () => {
    const { proposals } = subject.store;
    const ids = ['a', 'b', 'c', 'd'];
    const kept = await Promise.all(ids.map((id) => proposals.keep(proposed(id), null, 2)));
    expect(kept.filter((why) => why === 'tooMany')).toHaveLength(2);
    expect(await proposals.keep(proposed('e', { proposedBy: 'token:b' }), null, 2)).toBeNull();
    const [first] = await proposals.list('folder', 9);
    const mine = (await proposals.list('folder', 9)).find(({ proposedBy }) => proposedBy === 'token:a') ?? first;
    if (mine === undefined) throw new Error('none is kept');
    expect(await proposals.keep({ ...mine, madeAt: T0 + 5 }, mine, 2)).toBeNull();
    const newer = { ...mine, madeAt: T0 + 5 };
    expect(await proposals.keep({ ...newer, state: 'withdrawn', endedAt: T0 + 6 }, newer, 2)).toBeNull();
    expect(await proposals.keep(proposed('f'), null, 2)).toBeNull();
  });

  test('those whose branch is not as it should be are told, and what was taken is over', async () => {
    const { proposals } = subject.store;
    const open = { state: 'open', commit: 'c1' } as const;
    for (const one of [
      proposed('kept'),
      proposed('open', open),
      proposed('mine', open),
      proposed('over', { state: 'withdrawn', endedAt: T0 }),
      proposed('left', { ...open, state: 'withdrawn', endedAt: T0 }),
    ])
      await proposals.keep(one, null, 9);
    const unsettled = async () => (await proposals.listUnsettled('folder', 9)).map(({ id }) => id);
    expect(await unsettled()).toEqual(['kept', 'left']);
    expect((await proposals.listUnsettled('folder', 1)).map(({ id }) => id)).toEqual(['kept']);
    await proposals.take('folder', [], T0 + 1);
    await proposals.take('git', ['open'], T0 + 1);
    await proposals.take('folder', ['open', 'left', 'none'], T0 + 1);
    expect(await proposals.get('folder', 'open')).toMatchObject({ state: 'taken', endedAt: T0 + 1, commit: 'c1' });
    expect(await proposals.get('folder', 'left')).toMatchObject({ state: 'withdrawn', endedAt: T0 });
    expect(await unsettled()).toEqual(['kept', 'open', 'left']);
  });

  test('those that ended long ago go', async () => {
    const { proposals } = subject.store;
    await proposals.keep(proposed('a'), null, 9);
    await proposals.keep(proposed('b', { state: 'withdrawn', endedAt: T0 }), null, 9);
    await subject.store.prune({ days: 1 }, T0 + 2 * 86_400_000);
    expect((await proposals.list('folder', 9)).map(({ id }) => id)).toEqual(['a']);
  });
}
