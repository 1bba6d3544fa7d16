import { expect, it } from 'vitest';
import type { AttemptRecord } from '../../controller/records/attempts.ts';
import { lastAttemptFor } from '../../controller/records/last-attempt.ts';
import { attempt, body, payload, planId } from '../store/samples.ts';

/** An attempt that has ended, of the plan with this letter. */
function ended(letter: string, end: AttemptRecord['end'], more: Partial<AttemptRecord> = {}): AttemptRecord {
  const common = { number: 1, steps: [], end, endedAt: 5, endReason: 'x' } as const;
  return { ...attempt('r1'), planId: planId(letter), ...common, ...more };
}

const SPLIT = { payload: { ...payload, body: { ...body, split: [250, 250] } } };
const UNDONE = ended('a', 'undone', SPLIT);
const RETRIED = { ...UNDONE, retriedAt: 7 };
const CLOSED = ended('b', 'closed');

/** Which attempt counts for plan b, of these, the newest first. */
async function counted(held: readonly AttemptRecord[], desired = payload.desired): Promise<AttemptRecord | null> {
  const attempts = {
    list: () => Promise.resolve(held),
    lastOf: (_: string, id: string) => Promise.resolve(held.find((each) => each.planId === id) ?? null),
  };
  return await lastAttemptFor(attempts, 'r1', planId('b'), desired);
}

it.each<[string, readonly AttemptRecord[], AttemptRecord | null]>([
  ['none before the first', [], null],
  ['its own', [ended('b', 'undone'), UNDONE], expect.objectContaining({ planId: planId('b'), end: 'undone' })],
  ['the one that left the plan as the rest of its parts', [UNDONE], UNDONE],
  ['that one still, after a try that wrote nothing', [CLOSED, UNDONE], UNDONE],
  ['that one with the word of an operator', [RETRIED], RETRIED],
  ['a later try that wrote nothing, with that word', [CLOSED, RETRIED], { ...CLOSED, retriedAt: 7 }],
  ['none after another plan in one piece was undone', [ended('a', 'undone')], null],
  ['none once something else was confirmed', [ended('c', 'confirmed'), UNDONE], null],
])('the attempt that a plan is judged by is %s', async (_, held, wanted) => {
  expect(await counted(held)).toEqual(wanted);
});

it('is none once something else is desired', async () => {
  expect(
    await counted([UNDONE], {
      menus: { '/ip/address': { shape: 'list', declaredBy: ['x'], unlisted: 'prune', rows: [] } },
    }),
  ).toBeNull();
});
