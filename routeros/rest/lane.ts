import { makeBreaker, type Breaker, type BreakerSettings } from './breaker.ts';
import { makeFifo, type Fifo } from './fifo.ts';
import { makeRateLimit, type RateLimit, type RateSettings } from './rate.ts';

/** What this process knows of one router. */
interface RouterState {
  readonly breaker: Breaker;
  readonly rate: RateLimit;
  readonly users: Map<string, UserState>;
}

/**
 * What this process knows of one user's line to one router. RouterOS runs one user's requests one after the other
 * (routeros-rest.md §1).
 */
interface UserState {
  readonly fifo: Fifo;
  /** Rows that each menu held when it was last read. */
  readonly sizes: Map<string, number>;
  /** An answer went missing or was another request's: so may the next one be, until proven otherwise. */
  suspect: boolean;
  /** On the monotonic clock: nothing is sent before. */
  quietUntil: number;
}

/** Where all sessions of one user to one router meet. */
export interface Lane {
  readonly router: RouterState;
  readonly user: UserState;
}

const routers = new Map<string, WeakRef<RouterState>>();
const forgotten = new FinalizationRegistry<string>((origin) => {
  if (routers.get(origin)?.deref() === undefined) routers.delete(origin);
});

/**
 * The lane of this user at this router, shared by every session of the process that has the same. It lives as long as
 * a session holds it (closed or not), so a fleet that changes leaves nothing behind. The first session of a router
 * decides the settings.
 */
export function laneOf(origin: string, username: string, breaker?: BreakerSettings, rate?: RateSettings): Lane {
  let router = routers.get(origin)?.deref();
  if (router === undefined) {
    router = { breaker: makeBreaker(breaker), rate: makeRateLimit(rate), users: new Map() };
    routers.set(origin, new WeakRef(router));
    forgotten.register(router, origin);
  }
  let user = router.users.get(username);
  if (user === undefined) {
    user = { fifo: makeFifo(), sizes: new Map(), suspect: false, quietUntil: Number.NEGATIVE_INFINITY };
    router.users.set(username, user);
  }
  return { router, user };
}
