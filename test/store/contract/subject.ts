import { afterEach, beforeEach } from 'vitest';
import type { Store } from '../../../controller/records/store.ts';
import { openStore, type StoreLocation } from '../../../controller/store/index.ts';
import type { Place } from '../places.ts';

/** The store under test: a new empty one for each test. */
export interface Subject {
  readonly place: Place;
  readonly store: Store;
  readonly location: StoreLocation;
  /** Closes the store, runs the statement past it and opens it again. @returns its rows. */
  meddle(statement: string): Promise<readonly Record<string, unknown>[]>;
  /** Whether the work wrote any row at all. */
  writes(work: () => Promise<unknown>): Promise<boolean>;
}

export function freshStore(place: Place): Subject {
  let store: Store;
  let location: StoreLocation;
  beforeEach(async () => {
    location = await place.next();
    store = await openStore(location);
  });
  afterEach(() => store.close());
  return {
    place,
    get store() {
      return store;
    },
    get location() {
      return location;
    },
    async meddle(statement) {
      await store.close();
      try {
        return await place.meddle(location, statement);
      } finally {
        store = await openStore(location);
      }
    },
    async writes(work) {
      const before = await place.writeMark(location);
      await work();
      return (await place.writeMark(location)) !== before;
    },
  };
}
