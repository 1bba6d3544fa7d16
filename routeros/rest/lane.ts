import { makeBreaker, type Breaker, type BreakerSettings } from './breaker.ts';
import { makeFifo, type Fifo } from './fifo.ts';
import { makeRateLimit, type RateLimit, type RateSettings } from './rate.ts';

/** What this process knows of one router, whoever asks it. */
interface RouterState {
  readonly users: Map<string, UserState>;
  /**
   * How often an answer went missing or was another request's. After that the web server may mix up everybody's
   * (routeros-rest.md §1.2), so none counts until two have proven to be the right ones again.
   */
  losses: number;
  /** So many of the losses are over. */
  proven: number;
  /** On the monotonic clock: nothing is sent before. */
  quietUntil: number;
}

/**
 * What this process knows of one user's line to one router. RouterOS runs one user's requests one after the other
 * (routeros-rest.md §1), and different users' side by side: what fails for one says nothing of another.
 */
interface UserState {
  readonly fifo: Fifo;
  readonly breaker: Breaker;
  readonly rate: RateLimit;
  /** Rows that each menu held when it was last read. */
  readonly sizes: Map<string, number>;
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
 * a session holds it (closed or not), so a fleet that changes leaves nothing behind. The first session of a user
 * decides the settings.
 */
export function laneOf(origin: string, username: string, breaker?: BreakerSettings, rate?: RateSettings): Lane {
  let router = routers.get(origin)?.deref();
  if (router === undefined) {
    router = { users: new Map(), losses: 0, proven: 0, quietUntil: Number.NEGATIVE_INFINITY };
    routers.set(origin, new WeakRef(router));
    forgotten.register(router, origin);
  }
  let user = router.users.get(username);
  if (user === undefined) {
    user = { fifo: makeFifo(), breaker: makeBreaker(breaker), rate: makeRateLimit(rate), sizes: new Map() };
    router.users.set(username, user);
  }
  return { router, user };
}
