import { Failure } from '#routeros';
import { cutOffFiles } from '../desired/cut-off.ts';
import { renderFaults, type Fault } from '../desired/fault.ts';
import type { Inventory } from '../desired/inventory.ts';
import { revisionOf } from '../desired/revision.ts';
import type { Clock, DeviceName, Instant } from '../ports.ts';
import type { Store } from '../records.ts';
import { readFolder, type SourceContent } from '../source/folder.ts';
import type { Target } from './target.ts';
import { targetOf } from './target-of.ts';

/** Why the newest content of the source does not count. The last good revision stays in force. */
export interface SourceFault {
  readonly since: Instant;
  readonly code: string;
  readonly message: string;
  readonly faults: readonly Fault[];
}

interface Accepted {
  readonly id: string;
  readonly at: Instant;
  readonly inventory: Inventory;
}

/** What the source says, as of its last good revision. Owns the targets made from it. */
export class Fleet {
  readonly source: string;
  readonly #folder: string;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #targets = new Map<DeviceName, Target | null>();
  #accepted: Accepted | null = null;
  #devices: readonly DeviceName[] = [];
  #fault: SourceFault | null = null;
  #readAt: Instant | null = null;

  constructor(folder: string, store: Store, clock: Clock) {
    this.#folder = folder;
    this.source = `folder:${folder}`;
    this.#store = store;
    this.#clock = clock;
  }

  get revision(): string | null {
    return this.#accepted?.id ?? null;
  }

  get acceptedAt(): Instant | null {
    return this.#accepted?.at ?? null;
  }

  get readAt(): Instant | null {
    return this.#readAt;
  }

  get fault(): SourceFault | null {
    return this.#fault;
  }

  get inventory(): Inventory | null {
    return this.#accepted?.inventory ?? null;
  }

  devices(): readonly DeviceName[] {
    return this.#devices;
  }

  targetOf(device: DeviceName): Target | null {
    const known = this.#targets.get(device);
    if (known !== undefined) return known;
    const accepted = this.#accepted;
    const target = accepted === null ? null : targetOf(accepted.inventory, device, this.source, accepted.id);
    this.#targets.set(device, target);
    return target;
  }

  /** Brings back the last good revision of an earlier life, so that a broken folder does not mean an empty fleet. */
  async restore(): Promise<void> {
    const last = await this.#store.revisions.latest(this.source);
    if (last === null) return;
    const revision = revisionOf(last.files);
    if (revision.ok) this.#take({ id: last.id, at: last.firstSeenAt, inventory: revision.inventory });
  }

  /** Reads the folder. @returns whether another revision is in force now. */
  async refresh(): Promise<boolean> {
    this.#readAt = this.#clock.now();
    let content: SourceContent;
    try {
      content = await readFolder(this.#folder);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#refuse(error.code, error.message, []);
      return false;
    }
    if (content.id === this.#accepted?.id) {
      this.#fault = null;
      return false;
    }
    const revision = revisionOf(content.files);
    const faults = revision.ok ? await this.#cutOff(content) : revision.faults;
    if (!revision.ok || faults.length > 0) {
      this.#refuse('SourceFaulty', renderFaults(faults), faults);
      return false;
    }
    const at = this.#clock.now();
    await this.#store.revisions.accept({ id: content.id, source: this.source, firstSeenAt: at, files: content.files });
    this.#take({ id: content.id, at, inventory: revision.inventory });
    return true;
  }

  async #cutOff(content: SourceContent): Promise<readonly Fault[]> {
    const last = await this.#store.revisions.latest(this.source);
    return last === null ? [] : cutOffFiles(last.files, content.files);
  }

  #take(accepted: Accepted): void {
    this.#accepted = accepted;
    this.#devices = [...accepted.inventory.devices.keys()];
    this.#fault = null;
    this.#targets.clear();
  }

  #refuse(code: string, message: string, faults: readonly Fault[]): void {
    const same = this.#fault?.code === code && this.#fault.message === message;
    this.#fault = {
      since: same ? (this.#fault?.since ?? this.#clock.now()) : this.#clock.now(),
      code,
      message,
      faults,
    };
  }
}
