import { newCorrelationId } from '../telemetry/correlation.ts';
import { record } from '../events.ts';
import type { Clock, Instant } from '../ports.ts';
import { accessDigestOf } from '../records/access-digest.ts';
import type { Access, AccessRow } from '../records/accesses.ts';
import type { Store } from '../records/store.ts';
import type { Logger } from '../telemetry/log.ts';

/** What gathering rests on. */
export interface AccessLogPorts {
  readonly store: Pick<Store, 'transaction'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Runs at real speed. */
  readonly pace: Clock;
  readonly log: Logger;
}

const WRITE_EVERY_MS = 1000;
/** So long what the operator asks again and again waits for other reads to be written with. */
const REPEATS_WAIT_MS = 60_000;
/** Different requests of one batch; what comes beyond is counted by who asked. */
const MOST = 2000;
/** The same of those who were not recognised: anybody can be many of them. */
const MOST_STRANGERS = 20;
const LONGEST_NAME = 200;
const OTHERS = 'others';

/**
 * Gathers who asked for what and changed nothing, and writes it each second: equal requests as one row, and one record
 * of the audit chain for all of them. Whoever asks waits for none of that, and while the store takes nothing the rows
 * wait here. Owns the writing until `close`.
 */
export class AccessLog {
  readonly #ports: AccessLogPorts;
  #waiting = new Map<string, AccessRow>();
  #strangers = 0;
  /** When the first of them came, and whether one of them is news. */
  #since = 0;
  #isNews = false;
  /** What the operator asked for, by when it was written last. */
  readonly #told = new Map<string, number>();
  #failing = false;

  constructor(ports: AccessLogPorts) {
    this.#ports = ports;
  }

  /** A request was answered that changed nothing, or was refused. Returns at once. */
  note(access: Access): void {
    this.#add({ ...named(access), at: this.#ports.clock.now(), count: 1 });
  }

  /** How many requests are not in the store yet. */
  waiting(): number {
    return this.#waiting.values().reduce((sum, { count }) => sum + count, 0);
  }

  /** Writes until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { pace } = this.#ports;
    while (!signal.aborted) {
      await pace.sleep(WRITE_EVERY_MS, signal).catch(() => {});
      const repeats = !this.#isNews && pace.monotonic() - this.#since < REPEATS_WAIT_MS;
      if (this.#waiting.size > 0 && !repeats) await this.#write();
    }
  }

  /** Writes what waits, if the store takes it. */
  async close(): Promise<void> {
    if (this.#waiting.size > 0) await this.#write();
  }

  #add(row: AccessRow): void {
    const { pace } = this.#ports;
    const kept = this.#fitting(row);
    const key = keyOf(kept);
    const known = this.#waiting.get(key);
    if (this.#waiting.size === 0) this.#since = pace.monotonic();
    if (known === undefined && isStranger(kept)) this.#strangers += 1;
    this.#waiting.set(
      key,
      known === undefined ? kept : { ...known, at: Math.min(known.at, kept.at), count: known.count + kept.count },
    );
    // Whoever may open the store itself is not watched by it: that they look on costs a record a minute.
    if (!isOperator(kept) || pace.monotonic() - (this.#told.get(key) ?? -Infinity) >= REPEATS_WAIT_MS)
      this.#isNews = true;
  }

  #fitting(row: AccessRow): AccessRow {
    if (this.#waiting.has(keyOf(row))) return row;
    if (isStranger(row)) return this.#strangers < MOST_STRANGERS ? row : { ...row, actor: `address:${OTHERS}` };
    return this.#waiting.size < MOST ? row : { ...row, operation: OTHERS, device: null, outcome: OTHERS };
  }

  async #write(): Promise<void> {
    const { store, clock, pace, log } = this.#ports;
    const taken = this.#waiting;
    const rows = [...taken.values()];
    this.#waiting = new Map();
    this.#strangers = 0;
    this.#isNews = false;
    try {
      await this.#keep(store, rows, clock.now());
      if (this.#failing) log.info({ rows: rows.length }, 'who asked for what is kept again');
      this.#failing = false;
      this.#remember(taken, pace.monotonic());
    } catch (error) {
      if (!this.#failing) log.error({ err: error }, 'who asked for what is not kept yet');
      this.#failing = true;
      for (const row of rows) this.#add(row);
      this.#isNews = true;
    }
  }

  async #keep(store: AccessLogPorts['store'], rows: readonly AccessRow[], at: Instant): Promise<void> {
    const batch = newCorrelationId();
    const reads = rows.reduce((sum, { count }) => sum + count, 0);
    await store.transaction(async (records) => {
      await records.accesses.add(batch, at, rows);
      const detail = { rows: rows.length, reads, digest: accessDigestOf(rows) };
      const origin = { actor: 'controller', at, correlationId: batch };
      await record(records, { action: 'reads.gathered', device: null, detail }, origin);
    });
  }

  #remember(written: ReadonlyMap<string, AccessRow>, now: number): void {
    for (const [key, at] of this.#told) if (now - at >= REPEATS_WAIT_MS) this.#told.delete(key);
    for (const [key, row] of written) if (isOperator(row)) this.#told.set(key, now);
  }
}

/** A name that was asked for can be anything. */
function named({ actor, device, ...access }: Access): Access {
  return { ...access, actor: short(actor), device: device === null ? null : short(device) };
}

function short(name: string): string {
  return name.slice(0, LONGEST_NAME).toWellFormed();
}

function keyOf({ actor, operation, device, outcome }: Access): string {
  return JSON.stringify([actor, operation, device, outcome]);
}

function isStranger({ actor }: Access): boolean {
  return actor.startsWith('address:');
}

function isOperator({ actor }: Access): boolean {
  return actor.startsWith('operator:');
}
