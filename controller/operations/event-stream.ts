import type { Principal } from '../access/principal.ts';
import type { OperationContext } from './context.ts';
import { type EventView, eventViewsOf } from './event-views.ts';
import type { StreamEvent } from './operation.ts';
import { sightOf } from '../access/sight.ts';

/**
 * What happens from now on, or after the event `after`, until the signal aborts. Of each event it is asked when it is
 * sent whether the principal may know of it.
 */
export async function* eventStream(
  { events, clock, store }: Pick<OperationContext, 'events' | 'clock' | 'store'>,
  principal: Principal,
  after: string | null,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent<EventView>> {
  const sight = sightOf(principal, 'fleet.read');
  let place = after === null ? events.end : events.placeAfter(after);
  if (after === null) yield { id: events.newest, data: { kind: 'begins', at: clock.now() } };
  while (!signal.aborted) {
    const happened = place === null ? null : events.at(place);
    if (place === null || (happened === null && place < events.end)) {
      place = events.end;
      yield { id: events.newest, data: { kind: 'missed', at: clock.now() } };
    } else if (happened === null) {
      await events.until(place, signal);
    } else {
      place += 1;
      for (const data of await eventViewsOf(happened.happening, sight, store.rollouts))
        if (!signal.aborted) yield { id: happened.id, data };
    }
  }
}
