import { randomUUID } from 'node:crypto';
import { Failure } from '#failure';
import type { Fleet } from '../fleet/fleet.ts';
import type { Clock } from '../ports.ts';
import type { LeaderOrder, OpenOrder, OrderResult } from '../records/orders.ts';
import type { Store } from '../records/store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Watch } from '../watch/watch.ts';
import type { Leader } from './lead.ts';

/** What orders between controllers rest on. */
export interface OrderWorld {
  readonly store: Pick<Store, 'exclusive' | 'orders' | 'signals'>;
  readonly holder: string;
  /** Runs at real speed. */
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a controller that does not lead wants of the one that does. */
export interface Orders {
  /** @throws {Failure} `OrderPending` when nobody has done it in time, and that of whoever did it. */
  ask(wanted: LeaderOrder): Promise<unknown>;
  /** The same for what nobody waits for. */
  send(wanted: LeaderOrder): void;
  /** Has what others want done, until the signal aborts. */
  carryOut(work: (wanted: LeaderOrder) => Promise<unknown>, signal: AbortSignal): Promise<void>;
}

const WAIT_MS: Readonly<Record<LeaderOrder['kind'], number>> = {
  refresh: 15_000,
  rollouts: 15_000,
  trust: 15_000,
  path: 30_000,
  // All that a slow router holds, between other reads.
  snapshot: 60_000,
  preview: 60_000,
};
/** Signals may be missed: one looks all the same. */
const LOOK_EVERY_MS = 2000;
const LOOK_FOR_RESULT_EVERY_MS = 500;
/** What nobody has done by then is wanted no more. */
const OLDEST_MS = 600_000;
const ORDER = 'order';
const NO_FAILURE = '';

/** Orders through the store: a row for each, and a signal that there is one, or that it is done. */
export function ordersIn({ store, holder, clock, log }: OrderWorld): Orders {
  const { orders, signals } = store;

  async function send(wanted: LeaderOrder): Promise<string> {
    const id = randomUUID();
    await orders.add({ id, askedAt: clock.now(), askedBy: holder, wanted });
    await signals.tell(ORDER);
    return id;
  }

  /** Until that is said, or some time has gone by. */
  async function said(message: string, milliseconds: number, signal?: AbortSignal): Promise<void> {
    const heard = new AbortController();
    const end = signals.hear((each) => each === message && heard.abort());
    const until = signal === undefined ? heard.signal : AbortSignal.any([signal, heard.signal]);
    await clock.sleep(milliseconds, until).catch(() => {});
    end();
  }

  async function finish(
    { id, wanted }: OpenOrder,
    work: (wanted: LeaderOrder) => Promise<unknown>,
    signal: AbortSignal,
  ) {
    const result = await work(wanted).then(doneWith, failedBy);
    // Whoever leads next does it.
    if (signal.aborted && !result.done) return;
    await orders.end(id, clock.now(), result);
    await signals.tell(doneText(id));
  }

  return {
    async ask(wanted) {
      const id = await send(wanted);
      const deadline = clock.monotonic() + WAIT_MS[wanted.kind];
      for (;;) {
        const result = await orders.resultOf(id);
        if (result !== null) return valueOf(result);
        if (clock.monotonic() > deadline)
          throw new Failure('OrderPending', 'The controller that leads was asked, and has not answered yet.');
        await said(doneText(id), LOOK_FOR_RESULT_EVERY_MS);
      }
    },

    send(wanted) {
      send(wanted).catch((error: unknown) =>
        log.warn({ err: error, order: wanted.kind }, 'order to the leader not sent'),
      );
    },

    async carryOut(work, signal) {
      if (store.exclusive) return;
      const begun = new Map<string, Promise<void>>();
      while (!signal.aborted) {
        const open = await orders.listOpen(clock.now() - OLDEST_MS).catch(() => []);
        for (const order of open.filter(({ id }) => !begun.has(id))) {
          const finished = finish(order, work, signal).catch((error: unknown) => {
            log.warn({ err: error, order: order.wanted.kind }, 'order not carried out');
            begun.delete(order.id);
          });
          begun.set(order.id, finished);
        }
        await said(ORDER, LOOK_EVERY_MS, signal);
      }
      await Promise.all(begun.values());
    },
  };
}

/** How the leader does what others want. */
export function workFor(
  leader: Leader,
  fleet: Pick<Fleet, 'anchor'>,
  watch: Pick<Watch, 'takeSnapshot'>,
  preview: (leader: Leader, wanted: Extract<LeaderOrder, { readonly kind: 'preview' }>) => Promise<unknown>,
): (wanted: LeaderOrder) => Promise<unknown> {
  return async (wanted) => {
    switch (wanted.kind) {
      case 'refresh':
        return await leader.refresh(wanted.devices ?? undefined);
      case 'rollouts':
        return leader.wakeRollouts();
      case 'trust':
        await fleet.anchor(wanted.commit, wanted.actor);
        return await leader.refresh([]);
      case 'path':
        return await leader.explainPath(wanted.device);
      case 'snapshot':
        return await watch.takeSnapshot(wanted.device);
      case 'preview':
        return await preview(leader, wanted);
    }
  };
}

function doneText(id: string): string {
  return `done ${id}`;
}

function doneWith(value: unknown): OrderResult {
  return { done: true, value: value ?? null };
}

function failedBy(error: unknown): OrderResult {
  const code = error instanceof Failure ? error.code : NO_FAILURE;
  return { done: false, code, message: error instanceof Error ? error.message : String(error) };
}

function valueOf(result: OrderResult): unknown {
  if (result.done) return result.value;
  throw result.code === NO_FAILURE ? new Error(result.message) : new Failure(result.code, result.message);
}
