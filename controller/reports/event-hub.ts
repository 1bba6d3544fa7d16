import { randomUUID } from 'node:crypto';
import type { PlanId } from '#differ';
import type { RecordedEvent } from '../events.ts';
import type { Outcome } from '../observed/outcome.ts';
import type { Sighting } from '../observed/report.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { ReportSink } from './report-sink.ts';

/** Something that happened, as the hub keeps it for whoever follows; who may be told of it is asked when it is sent. */
export type Happening =
  | { readonly kind: 'recorded'; readonly event: RecordedEvent }
  | {
      readonly kind: 'visit';
      readonly device: DeviceName;
      readonly at: Instant;
      readonly nextAt: Instant;
      /** Without what would be done to an offline device, which may be large. */
      readonly outcome: Outcome;
      readonly planId: PlanId | null;
      readonly planBefore: PlanId | null;
    }
  | {
      readonly kind: 'health';
      readonly device: DeviceName;
      readonly at: Instant;
      readonly values: Readonly<Record<string, number | string | null>>;
    };

/** A happening with the id by which a client that was cut off goes on after it; ids tell nothing of how many there are. */
export interface Happened {
  readonly id: string;
  readonly happening: Happening;
}

/** So many are kept for those who are slow, or were cut off. */
const KEPT = 2_000;

/**
 * Keeps the newest happenings in memory for all that follow them: each has a place of its own in the one list, so that
 * whoever is slow costs nothing and misses what is no longer kept.
 */
export class EventHub implements ReportSink {
  readonly #kept: Happened[] = [];
  readonly #waiting = new Set<() => void>();
  #first = 0;

  /** The place after the newest one. */
  get end(): number {
    return this.#first + this.#kept.length;
  }

  /** The id of the newest one; null: nothing has happened yet. */
  get newest(): string | null {
    return this.#kept.at(-1)?.id ?? null;
  }

  /** What stands at a place before the end; null: it is no longer kept. */
  at(place: number): Happened | null {
    return this.#kept[place - this.#first] ?? null;
  }

  /** The place after the one with this id; null: it is no longer kept, or was told by another controller. */
  placeAfter(id: string): number | null {
    const index = this.#kept.findLastIndex((happened) => happened.id === id);
    return index === -1 ? null : this.#first + index + 1;
  }

  publish(happening: Happening): void {
    this.#kept.push({ id: randomUUID(), happening });
    if (this.#kept.length > KEPT) {
      this.#kept.shift();
      this.#first += 1;
    }
    for (const wake of this.#waiting) wake();
  }

  /** A visit is known, this controller's or another one's. */
  saw({ device, report, before }: Sighting): void {
    const { outcome, at, nextAt } = report;
    const planId = planIdOf(outcome);
    const planBefore = before === null ? null : planIdOf(before.outcome);
    const kept = outcome.kind === 'Deferred' ? { ...outcome, preview: null } : outcome;
    this.publish({ kind: 'visit', device, at, nextAt, outcome: kept, planId, planBefore });
  }

  report(event: Parameters<ReportSink['report']>[0]): void {
    if (event.action !== 'visit.ended') this.publish({ kind: 'recorded', event });
  }

  /** Until something stands at this place, or the signal aborts. */
  async until(place: number, signal: AbortSignal): Promise<void> {
    if (this.end > place || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      await promise;
    } finally {
      this.#waiting.delete(wake);
      signal.removeEventListener('abort', wake);
    }
  }
}

function planIdOf(outcome: Outcome): PlanId | null {
  if (outcome.kind === 'Waiting') return outcome.planId;
  return outcome.kind === 'Deferred' ? (outcome.preview?.planId ?? null) : null;
}
