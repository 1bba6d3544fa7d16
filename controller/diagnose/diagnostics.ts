import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Failure } from '#failure';
import { type Asker, record } from '../events.ts';
import { newCorrelationId } from '../telemetry/correlation.ts';
import type { DeviceName } from '../ports.ts';
import { devicesOf, type DiagnosticRecord, type DiagnosticRefusal } from '../records/diagnostics.ts';
import { mustBeQuiet } from './change-under-way.ts';
import { Cancelled, type DiagnosticsWorld, Lost, runDiagnostic, type Wanted } from './run-diagnostic.ts';

/** A diagnostic lives so long without a sign of its controller, by the store's clock. */
const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 4_000;
/** Other controllers tell nothing: they are looked after. */
const LOOK_EVERY_MS = 500;
const RUNNING = 8;
const WAITING = 8;
/** Each that waits asks the store now and then whether it is its turn. */
const WAITING_IN_ALL = 64;
const STARTS = 10;
const STARTS_WITHIN_MS = 60_000;

/**
 * The diagnostics of this controller: each waits for its turn on its devices, is done a request at a time, and stands in
 * the store with what came of it so far, where any controller finds it.
 */
export class Diagnostics {
  readonly #world: DiagnosticsWorld;
  readonly #news = new EventEmitter().setMaxListeners(0);
  /** Those under way, each with what ends it. */
  readonly #own = new Map<string, { readonly ending: AbortController; readonly over: Promise<void> }>();
  readonly #stopping = new AbortController();
  /** Those that others may join, by device, request and asker. */
  readonly #joinable = new Map<string, Promise<DiagnosticRecord>>();
  #renewing: Promise<void> | null = null;

  private constructor(world: DiagnosticsWorld) {
    this.#world = world;
  }

  /** What an earlier life of a store of one controller left is lost from then on. */
  static async open(world: DiagnosticsWorld): Promise<Diagnostics> {
    const { store, holder, clock } = world;
    if (store.exclusive) await store.diagnostics.lose(holder, clock.now(), 'others');
    return new Diagnostics(world);
  }

  /**
   * Begins one, as soon as it is its turn. It is in the audit before anything is sent. @throws {Failure}
   * `TooManyDiagnostics`, `ChangeUnderWay`
   */
  async start(wanted: Wanted): Promise<DiagnosticRecord> {
    const { store, clock, holder } = this.#world;
    this.#stopping.signal.throwIfAborted();
    const { device, request, asker } = wanted;
    await mustBeQuiet(this.#world, wanted);
    const id = `dg-${randomBytes(6).toString('hex')}`;
    const askedAt = clock.now();
    const limits = {
      starts: STARTS,
      since: askedAt - STARTS_WITHIN_MS,
      waiting: WAITING,
      waitingInAll: WAITING_IN_ALL,
    };
    await store.transaction(async (records) => {
      const asked = { id, device, request, actor: asker.actor, askedAt, holder };
      const refused = await records.diagnostics.add(asked, limits, LEASE_MS);
      if (refused !== null) throw new Failure('TooManyDiagnostics', tooManyText(device, refused));
      const target = request.kind === 'bandwidth' ? {} : { target: request.target };
      const detail = { diagnostic: id, kind: request.kind, ...target };
      const origin = { ...asker, correlationId: asker.correlationId ?? newCorrelationId(), at: askedAt };
      for (const each of devicesOf(wanted))
        await record(records, { action: 'diagnostic.started', device: each, detail }, origin);
    });
    this.#begin(id, wanted);
    const started = await store.diagnostics.get(id);
    if (started === null) throw new Error('a diagnostic that was stored is not there');
    return started;
  }

  /**
   * The same that this asker has under way at this controller, or a new one: a question that is repeated costs the
   * router nothing. One that is being cancelled is not joined. @throws {Failure} as start
   */
  async startOrJoin(wanted: Wanted): Promise<DiagnosticRecord> {
    const key = JSON.stringify([wanted.device, wanted.request, wanted.asker.actor]);
    const known = this.#joinable.get(key);
    if (known === undefined) {
      const started = this.start(wanted);
      this.#joinable.set(key, started);
      const forget = (): void => this.#forget(key, started);
      void started.then(({ id }) => this.#own.get(id)?.over).then(forget, forget);
      return await started;
    }
    const { id } = await known;
    if (this.#own.get(id)?.ending.signal.aborted === false) return (await this.get(id)) ?? (await known);
    this.#forget(key, known);
    return await this.startOrJoin(wanted);
  }

  #forget(key: string, started: Promise<DiagnosticRecord>): void {
    if (this.#joinable.get(key) === started) this.#joinable.delete(key);
  }

  /** Null: there is none. One whose controller died is lost. */
  async get(id: string): Promise<DiagnosticRecord | null> {
    const { store, clock, holder } = this.#world;
    const found = await store.diagnostics.get(id);
    if (found === null || found.endedAt !== null || this.#own.has(id)) return found;
    await store.diagnostics.lose(holder, clock.now(), 'overdue');
    return await store.diagnostics.get(id);
  }

  /** No request of it is begun from now on, whichever controller does it. What has ended stays as it ended. */
  async cancel(diagnostic: DiagnosticRecord, asker: Asker): Promise<void> {
    const { store, clock } = this.#world;
    const { id } = diagnostic;
    await store.transaction(async (records) => {
      if (!(await records.diagnostics.cancel(id, asker.actor))) return;
      const detail = { diagnostic: id, kind: diagnostic.request.kind };
      const origin = { ...asker, correlationId: asker.correlationId ?? newCorrelationId(), at: clock.now() };
      for (const device of devicesOf(diagnostic))
        await record(records, { action: 'diagnostic.cancelled', device, detail }, origin);
    });
    this.#own.get(id)?.ending.abort(new Cancelled());
    this.#tell();
  }

  /** Resolves when there may be news of any of them. */
  async news(signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const both = AbortSignal.any([signal, waiting.signal]);
    const looked = this.#world.realTime.sleep(LOOK_EVERY_MS, both);
    await Promise.race([once(this.#news, 'news', { signal: both }), looked]).finally(() => waiting.abort());
  }

  /** Those under way are lost with what they have, after the request that each is at. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Lost('The controller was stopped.'));
    await Promise.all([...this.#own.values()].map(({ over }) => over));
    await this.#renewing;
  }

  #begin(id: string, wanted: Wanted): void {
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, this.#stopping.signal]);
    const over = this.#run(id, wanted, signal).finally(() => {
      this.#own.delete(id);
      ending.abort();
      this.#tell();
    });
    this.#own.set(id, { ending, over });
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = null));
  }

  async #run(id: string, wanted: Wanted, signal: AbortSignal): Promise<void> {
    const { store, clock, holder, log } = this.#world;
    try {
      const ended = await runDiagnostic(
        {
          ...this.#world,
          running: RUNNING,
          news: (until) => this.news(until),
          tell: () => this.#tell(),
        },
        id,
        wanted,
        signal,
      );
      if (ended !== null) await store.diagnostics.end(id, holder, ended, clock.now());
    } catch (error) {
      // Its lease runs out, and it is lost.
      log.error({ err: error, device: wanted.device, diagnostic: id }, 'diagnostic not ended in the store');
    }
  }

  /** As long as there are any. */
  async #renew(): Promise<void> {
    const { store, realTime, holder, log } = this.#world;
    while (this.#own.size > 0 && !this.#stopping.signal.aborted) {
      await realTime.sleep(RENEW_EVERY_MS, this.#stopping.signal).catch(() => {});
      await store.diagnostics
        .renew(holder, LEASE_MS)
        .catch((error: unknown) => log.warn({ err: error }, 'lease of diagnostics not renewed'));
    }
  }

  #tell(): void {
    this.#news.emit('news');
  }
}

function tooManyText(device: DeviceName, refused: NonNullable<DiagnosticRefusal>): string {
  switch (refused) {
    case 'starts':
      return `${String(STARTS)} diagnostics of ${device} were started within a minute.`;
    case 'waiting':
      return `${String(WAITING)} diagnostics of ${device} wait already.`;
    case 'waitingInAll':
      return `${String(WAITING_IN_ALL)} diagnostics wait already.`;
  }
}
