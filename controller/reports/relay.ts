import type { RecordedEvent } from '../events.ts';
import type { Observed, Renewed } from '../observed/observed.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../records/store.ts';
import type { EventHub, Happening } from './event-hub.ts';
import type { Logger } from '../telemetry/log.ts';

/** What telling other controllers rests on. */
export interface RelayWorld {
  readonly store: Pick<Store, 'exclusive' | 'signals' | 'audit'>;
  readonly events: EventHub;
  readonly observed: Observed;
  readonly holder: string;
  /** Runs at real speed. */
  readonly clock: Clock;
  readonly log: Logger;
  readonly leads: () => boolean;
}

/** One thing that another controller saw or did, small enough for a signal. */
type Word =
  | { readonly event: RecordedEvent }
  /** A larger one: it stands in the audit. */
  | { readonly find: Pick<RecordedEvent, 'action' | 'correlationId' | 'at'> }
  | { readonly visit: Renewed }
  | { readonly health: Extract<Happening, { readonly kind: 'health' }> };

interface Message {
  readonly from: string;
  readonly words: readonly Word[];
}

const TOGETHER_MS = 200;
/** PostgreSQL takes 8,000 bytes. */
const MOST_BYTES = 7000;
/** How a visit ended is in the store this long after it. */
const KEPT_AFTER_MS = 2000;

/**
 * Tells the other controllers of a store what happens here, and whoever follows events here what they tell: what is
 * recorded by anybody, visits and health by the leader. A word that is missed is not told again; what a visit found is
 * looked for in the store anyway. Runs until the signal aborts.
 */
export async function relayEvents(world: RelayWorld, signal: AbortSignal): Promise<void> {
  const { store, events, clock, log } = world;
  if (store.exclusive) return;
  const fromOthers = new WeakSet<Happening>();
  const end = store.signals.hear((message) => {
    hear(world, message, fromOthers).catch((error: unknown) =>
      log.warn({ err: error }, 'event of another controller lost'),
    );
  });
  try {
    for (let place = events.end; !signal.aborted; place = Math.max(place, events.end)) {
      await events.until(place, signal);
      await clock.sleep(TOGETHER_MS, signal).catch(() => {});
      const words: Word[] = [];
      for (; place < events.end; place += 1) words.push(...wordsOf(world, events.at(place)?.happening, fromOthers));
      for (const message of messagesOf(world.holder, words))
        await store.signals
          .tell(message)
          .catch((error: unknown) => log.warn({ err: error }, 'event not told to others'));
    }
  } finally {
    end();
  }
}

function wordsOf(world: RelayWorld, happening: Happening | undefined, fromOthers: WeakSet<Happening>): readonly Word[] {
  if (happening === undefined || fromOthers.has(happening)) return [];
  if (happening.kind === 'recorded') return [wordOf(happening.event)];
  if (!world.leads()) return [];
  if (happening.kind === 'health') return [{ health: happening }];
  const visit = world.observed.renewalOf(happening.device);
  return visit === null ? [] : [{ visit }];
}

function wordOf(event: RecordedEvent): Word {
  if (Buffer.byteLength(JSON.stringify(event)) < MOST_BYTES) return { event };
  const { action, correlationId, at } = event;
  return { find: { action, correlationId, at } };
}

/** As few as they fit into. */
function messagesOf(from: string, words: readonly Word[]): readonly string[] {
  const messages: string[] = [];
  let together: Word[] = [];
  const text = (): string => JSON.stringify({ from, words: together } satisfies Message);
  for (const word of words) {
    together.push(word);
    if (together.length === 1 || Buffer.byteLength(text()) <= MOST_BYTES + 200) continue;
    together.pop();
    messages.push(text());
    together = [word];
  }
  return together.length === 0 ? messages : [...messages, text()];
}

async function hear(world: RelayWorld, text: string, fromOthers: WeakSet<Happening>): Promise<void> {
  if (!text.startsWith('{')) return;
  const { from, words } = JSON.parse(text) as Message;
  if (from === world.holder) return;
  const publish = (happening: Happening): void => {
    fromOthers.add(happening);
    world.events.publish(happening);
  };
  let isNews = false;
  for (const word of words) {
    if ('event' in word) publish({ kind: 'recorded', event: word.event });
    else if ('health' in word) publish(word.health);
    else if ('visit' in word) isNews ||= !world.observed.renew(word.visit);
    else await find(world, word.find, publish);
  }
  if (!isNews) return;
  // What was found stands in the store a moment after the visit.
  await world.clock.sleep(KEPT_AFTER_MS);
  if (!world.leads()) await world.observed.load();
}

async function find(
  { store }: RelayWorld,
  { action, correlationId, at }: Pick<RecordedEvent, 'action' | 'correlationId' | 'at'>,
  publish: (happening: Happening) => void,
): Promise<void> {
  const { records } = await store.audit.search({ action, limit: 20 });
  const found = records.find((record) => record.correlationId === correlationId && record.at === at);
  // `record` alone appends, and its events are typed.
  if (found !== undefined) publish({ kind: 'recorded', event: found as unknown as RecordedEvent });
}
