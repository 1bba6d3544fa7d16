import { Failure } from '#failure';
import type { Diagnostic } from '../desired/diagnostic.ts';
import type { Explained, Explaining } from '../desired/explain.ts';
import type { Inventory } from '../desired/inventory.ts';
import type { ChangeIntent, ChangeScope } from '../edits/intent.ts';
import type { Authors } from '../policy/consent.ts';
import type { Clock, DeviceName, Instant } from '../ports.ts';
import type { SourceStatus } from './source-status.ts';
import type { Source, InForce, ProposalBranches, Reading, SourceChange } from './source.ts';
import type { Target } from './target.ts';
import { stricterOf } from './stricter-of.ts';
import { targetOf } from './target-of.ts';

/** Why the newest content of the source does not count. The last good revision stays in force. */
export interface SourceFault {
  readonly since: Instant;
  readonly code: string;
  readonly message: string;
  readonly faults: readonly Diagnostic[];
}

/** What the source says, as of its last good revision. Owns the targets made from it. */
export class Fleet {
  readonly #source: Source;
  readonly #clock: Clock;
  readonly #targets = new Map<DeviceName, Target | null>();
  #inForce: InForce | null = null;
  #devices: readonly DeviceName[] = [];
  #fault: SourceFault | null = null;
  #readAt: Instant | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(source: Source, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  get source(): string {
    return this.#source.source;
  }

  get revision(): string | null {
    return this.#inForce?.revision ?? null;
  }

  get acceptedAt(): Instant | null {
    return this.#inForce?.at ?? null;
  }

  get readAt(): Instant | null {
    return this.#readAt;
  }

  get fault(): SourceFault | null {
    return this.#fault;
  }

  get inventory(): Inventory | null {
    return this.#inForce?.inventory ?? null;
  }

  /** What a control plan that waits would make of it; null: none waits. */
  get incoming(): Inventory | null {
    return this.#inForce?.incoming ?? null;
  }

  /** A device as a control plan that waits would make it; null: none waits, or the device would be gone. */
  incomingTargetOf(device: DeviceName): Target | null {
    if (this.#inForce === null || this.#inForce.incoming === null) return null;
    const { incoming, planSource, revision } = this.#inForce;
    return targetOf(incoming, device, planSource, revision);
  }

  /** Where a source with trust stands; null for a folder. */
  sourceStatus(): SourceStatus | null {
    return this.#source.status();
  }

  /** The operator's word on where trust begins; counts from the next refresh on. @throws {Failure} */
  anchor(version: string, actor: string): Promise<void> {
    return this.#source.anchor(version, actor);
  }

  devices(): readonly DeviceName[] {
    return this.#devices;
  }

  targetOf(device: DeviceName): Target | null {
    const known = this.#targets.get(device);
    if (known !== undefined) return known;
    const target = this.#inForce === null ? null : targetIn(this.#inForce, device);
    this.#targets.set(device, target);
    return target;
  }

  /**
   * Who changed what is desired of a device after the revision `since` (null: ever). @param by whose roster says whose
   * keys they are; null: that in force.
   */
  authorsOf(device: DeviceName, since: string | null, by: Inventory | null = null): Promise<Authors> {
    return this.#source.authorsOf(device, since, by);
  }

  /** What every device would be once other RouterConfigs counted, with all else as it is. */
  withConfigs(configs: Inventory['configs']): (device: DeviceName) => Target | null {
    const inForce = this.#inForce;
    if (inForce === null) return () => null;
    const { incoming } = inForce;
    const next = {
      ...inForce,
      inventory: { ...inForce.inventory, configs },
      incoming: incoming === null ? null : { ...incoming, configs },
    };
    return (device) => targetIn(next, device);
  }

  /** The branches of proposals; null: there are none that can be written. */
  get proposals(): ProposalBranches | null {
    return this.#source.proposals;
  }

  /** Makes a change of the files that count now, and writes none of them. @throws {Failure} */
  change(intent: ChangeIntent, scope: ChangeScope): Promise<SourceChange> {
    return this.#source.change(intent, scope);
  }

  /** Where values come from that are declared now. @throws {Failure} */
  explain(asked: Explaining): Promise<Explained> {
    return this.#source.explain(asked);
  }

  /** Yields whenever the source may have changed. */
  changes(signal: AbortSignal): AsyncIterable<void> {
    return this.#source.changes(signal);
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  /** Brings back the last good revision of an earlier life, so that a broken source does not mean an empty fleet. */
  restore(): Promise<void> {
    const restored = this.#turn.then(async () => {
      const inForce = await this.#source.restore();
      if (inForce !== null) this.#take(inForce);
    });
    this.#turn = restored.catch(() => {});
    return restored;
  }

  /**
   * Reads the source, one look after the other: an older content must not come into force after a newer one. What
   * can't be read, or makes the reading break off, is a fault of the source, and what was in force stays.
   * @returns whether what is in force, or who approved it, is another now.
   * @throws the signal's reason.
   */
  refresh(signal: AbortSignal): Promise<boolean> {
    const look = this.#turn.then(async () => await this.#look(signal));
    this.#turn = look.catch(() => {});
    return look;
  }

  async #look(signal: AbortSignal): Promise<boolean> {
    this.#readAt = this.#clock.now();
    let reading: Reading;
    try {
      reading = await this.#source.read(signal);
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = error instanceof Failure ? error : brokenOff(error);
      this.#refuse(code, message, []);
      return false;
    }
    if (reading.kind === 'refused') {
      this.#refuse(reading.code, reading.message, reading.faults);
      if (reading.instead === undefined || reading.instead === this.#inForce) return false;
      this.#take(reading.instead);
      return true;
    }
    this.#fault = null;
    if (reading.inForce === this.#inForce) return reading.news;
    this.#take(reading.inForce);
    return true;
  }

  #take(inForce: InForce): void {
    this.#inForce = inForce;
    this.#devices = [...inForce.inventory.devices.keys()];
    this.#targets.clear();
  }

  #refuse(code: string, message: string, faults: readonly Diagnostic[]): void {
    const same = this.#fault?.code === code && this.#fault.message === message;
    this.#fault = {
      since: same ? (this.#fault?.since ?? this.#clock.now()) : this.#clock.now(),
      code,
      message,
      faults,
    };
  }
}

function brokenOff(error: unknown): Failure {
  const said = error instanceof Error ? error.message : String(error);
  return new Failure('SourceUnusable', `Reading the source broke off: ${said}`);
}

/** While a control plan waits, the gates ask the stricter of before and after (approval.md §3). */
function targetIn({ inventory, incoming, planSource, revision }: InForce, device: DeviceName): Target | null {
  const target = targetOf(inventory, device, planSource, revision);
  const next = incoming === null ? null : targetOf(incoming, device, planSource, revision);
  return target === null || next === null ? target : stricterOf(target, next);
}
