import { getHeapStatistics } from 'node:v8';

/** How much memory answers may take, in bytes of estimated heap (`weighAnswer`). */
export interface RoomSize {
  /** What one visitor's answers may take together. */
  readonly share: number;
  /** What those of all visitors may; at least two shares. */
  readonly total: number;
}

/** Small answers never wait for big ones: so much each visitor has whatever the others hold. */
const ALWAYS_FREE = 2 * 1024 * 1024;

/** A sixth of the heap for one visitor, half of it for all of them: the rest is what the controller itself needs. */
export function roomOfHeap(heapBytes = getHeapStatistics().heap_size_limit): RoomSize {
  return { share: Math.floor(heapBytes / 6), total: Math.floor(heapBytes / 2) };
}

/** One session's place in the room. */
export interface Visitor {
  /**
   * Holds so much for the answers of one menu, more than it did, until `leave`.
   * @param goOn called once there is room, when the answer is `wait`.
   * @returns `never`: it is more than the share.
   */
  hold(menu: string, bytes: number, goOn: () => void): 'held' | 'wait' | 'never';
  /** Holds nothing more for this menu. */
  forget(menu: string): void;
  /** Waits no longer. */
  giveUp(): void;
  /** Gives everything back. It may come again. */
  leave(): void;
}

/** The memory that all visitors share. */
export interface Room {
  enter(): Visitor;
}

/** What a visitor holds beyond what is always free, and what it waits for. */
interface Tenancy {
  held: number;
  waiting: { readonly more: number; readonly goOn: () => void } | null;
}

/**
 * An empty room. Whoever has been in it longest always gets up to its share, for which the others leave room. So no
 * two wait for each other, whatever they hold; everybody else waits until there is enough.
 */
export function makeRoom({ share, total }: RoomSize): Room {
  /** In the order in which they came. */
  const inside = new Set<Tenancy>();

  function fits(tenancy: Tenancy, more: number): boolean {
    const [eldest] = inside;
    if (tenancy === eldest) return true;
    let held = 0;
    for (const other of inside) if (other !== eldest) held += other.held;
    return held + more <= total - share;
  }

  function wake(): void {
    for (const tenancy of inside) {
      const { waiting } = tenancy;
      if (waiting === null || !fits(tenancy, waiting.more)) continue;
      tenancy.waiting = null;
      tenancy.held += waiting.more;
      waiting.goOn();
    }
  }

  function enter(): Visitor {
    const menus = new Map<string, number>();
    const tenancy: Tenancy = { held: 0, waiting: null };

    function sumOfMenus(): number {
      let sum = 0;
      for (const held of menus.values()) sum += held;
      return sum;
    }

    return {
      hold(menu, bytes, goOn) {
        const before = menus.get(menu) ?? 0;
        const wanted = sumOfMenus() + Math.max(0, bytes - before);
        if (wanted > share) return 'never';
        menus.set(menu, Math.max(bytes, before));
        const more = wanted - ALWAYS_FREE - tenancy.held;
        if (more <= 0) return 'held';
        inside.add(tenancy);
        if (fits(tenancy, more)) {
          tenancy.held += more;
          return 'held';
        }
        tenancy.waiting = { more, goOn };
        return 'wait';
      },
      forget(menu) {
        menus.delete(menu);
        tenancy.waiting = null;
        tenancy.held = Math.min(tenancy.held, Math.max(0, sumOfMenus() - ALWAYS_FREE));
        wake();
      },
      giveUp() {
        tenancy.waiting = null;
      },
      leave() {
        menus.clear();
        tenancy.held = 0;
        tenancy.waiting = null;
        if (inside.delete(tenancy)) wake();
      },
    };
  }

  return { enter };
}

/**
 * The room of those who only read, beside that of the visits, which never wait for them: an eighth of the heap, a third
 * of it for one.
 */
export function readersRoomOfHeap(heapBytes = getHeapStatistics().heap_size_limit): RoomSize {
  return { share: Math.floor(heapBytes / 24), total: Math.floor(heapBytes / 8) };
}

/** The room of this process. */
export const ROOM = makeRoom(roomOfHeap());

/** That of its readers. */
export const READERS_ROOM = makeRoom(readersRoomOfHeap());
