import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeRoom, roomOfHeap, type Visitor } from '../../routeros/rest/room.ts';

const MB = 1024 * 1024;
const SIZE = { share: 20 * MB, total: 60 * MB };
const FREE = 2 * MB;

/** Reads its menus one after the other, each as big as it says, and leaves. */
interface Guest {
  readonly needs: readonly number[];
  readonly visitor: Visitor;
  at: number;
  waits: boolean;
}

function heldBy({ needs, at, waits }: Guest): number {
  const read = needs.slice(0, at - (waits ? 1 : 0)).reduce((sum, need) => sum + need, 0);
  return at > needs.length ? 0 : Math.max(0, read - FREE);
}

/** Menus that together are no more than a share. */
const guestNeeds = fc
  .array(fc.integer({ min: 0, max: 12 * MB }), { minLength: 1, maxLength: 4 })
  .filter((needs) => needs.reduce((sum, need) => sum + need, 0) <= SIZE.share);

describe('the memory that all visits share', () => {
  test('is never exceeded, and nobody who keeps to a share waits for ever', () => {
    fc.assert(
      fc.property(fc.array(guestNeeds, { minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.nat()), (all, turns) => {
        const room = makeRoom(SIZE);
        const guests = all.map((needs): Guest => ({ needs, visitor: room.enter(), at: 0, waits: false }));
        for (;;) {
          const able = guests.filter(({ needs, at, waits }) => at <= needs.length && !waits);
          const guest = able[(turns.next().value as number) % able.length];
          if (guest === undefined) break;
          const need = guest.needs[guest.at];
          guest.at += 1;
          if (need === undefined) guest.visitor.leave();
          else {
            const place = guest.visitor.hold(`menu ${guest.at}`, need, () => (guest.waits = false));
            expect(place).not.toBe('never');
            guest.waits = place === 'wait';
          }
          expect(guests.reduce((sum, one) => sum + heldBy(one), 0)).toBeLessThanOrEqual(SIZE.total);
        }
        expect(guests.filter(({ waits }) => waits)).toEqual([]);
      }),
    );
  });

  test('a share is for all menus of a visitor, and a menu read anew takes no second place', () => {
    const visitor = makeRoom(SIZE).enter();
    for (let time = 0; time < 10; time += 1) expect(visitor.hold('/a', 12 * MB, () => {})).toBe('held');
    expect(visitor.hold('/b', 8 * MB, () => {})).toBe('held');
    expect(visitor.hold('/b', 8 * MB + 1, () => {})).toBe('never');
    visitor.forget('/b');
    expect(visitor.hold('/c', 8 * MB, () => {})).toBe('held');
    visitor.leave();
    expect(visitor.hold('/b', 20 * MB, () => {})).toBe('held');
  });

  test('small answers never wait', () => {
    const room = makeRoom(SIZE);
    for (let at = 0; at < 4; at += 1) room.enter().hold('/big', SIZE.share, () => {});
    for (let at = 0; at < 100; at += 1) expect(room.enter().hold('/small', FREE, () => {})).toBe('held');
  });

  test('who gave up gets nothing later', () => {
    const room = makeRoom(SIZE);
    const holders = Array.from({ length: 3 }, () => room.enter());
    for (const holder of holders) holder.hold('/big', SIZE.share, () => {});
    const late = room.enter();
    let called = 0;
    expect(late.hold('/big', SIZE.share, () => (called += 1))).toBe('wait');
    late.giveUp();
    for (const holder of holders) holder.leave();
    expect(called).toBe(0);
  });

  test('is half of the heap, a sixth of it for one router', () => {
    expect(roomOfHeap(1200)).toEqual({ share: 200, total: 600 });
    expect(roomOfHeap().total).toBeGreaterThan(100 * MB);
  });
});
