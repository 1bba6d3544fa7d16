import { codeOf, Failure } from '#failure';
import { readPrivateText } from '../credentials/private-file.ts';
import type { Clock } from '../ports.ts';
import { accessRulesOf, NO_RULES } from './access-file.ts';
import type { AccessFault, AccessFile, AccessRules } from './access-rules.ts';

/** It is looked at no more often. */
const LOOK_MS = 2_000;
const MOST_CHARACTERS = 4_000_000;

/** What the access file says, as far as it could be read last: a broken one changes nothing. */
export class RulesInForce {
  readonly #path: string | null;
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #onFault: (fault: AccessFault | null) => void;
  /** As it was read last, and what is wrong with it: it is not parsed again while it stays so. */
  #text: string | null;
  #textFault: string | null = null;
  #rules: AccessRules;
  #fault: AccessFault | null = null;
  #lookedAt: number;
  #looking: Promise<void> | null = null;

  private constructor(
    path: string | null,
    text: string | null,
    clock: Pick<Clock, 'now' | 'monotonic'>,
    onFault: (fault: AccessFault | null) => void,
  ) {
    this.#path = path;
    this.#text = text;
    this.#rules = text === null ? NO_RULES : accessRulesOf(text, path ?? '');
    this.#clock = clock;
    this.#onFault = onFault;
    this.#lookedAt = clock.monotonic();
  }

  /** @throws {Failure} `AccessInvalid`, `FileUnusable`: a broken file is no beginning. */
  static async open(
    file: AccessFile | null,
    clock: Pick<Clock, 'now' | 'monotonic'>,
    onFault: (fault: AccessFault | null) => void,
  ): Promise<RulesInForce> {
    if (file === null) return new RulesInForce(null, null, clock, onFault);
    const { path, named } = file;
    const text = await textAt(path);
    if (text === null && named) throw unusable(path, 'is not there; name the right one, or make it');
    return new RulesInForce(path, text, clock, onFault);
  }

  /** Why the file's content is not what counts; null: it is. */
  get fault(): AccessFault | null {
    return this.#fault;
  }

  /** What counted when the file was looked at last. */
  get lastRules(): AccessRules {
    return this.#rules;
  }

  /** What counted when the file was looked at last; behind that it is looked at again, unless that was done just now. */
  lately(): AccessRules {
    if (this.#clock.monotonic() - this.#lookedAt >= LOOK_MS) {
      // Whoever waits for a look is told what is wrong with the file.
      this.look().catch(() => {});
    }
    return this.#rules;
  }

  /** What counts now. */
  async rules(): Promise<AccessRules> {
    await this.look();
    return this.#rules;
  }

  /** Reads the file again unless that was done just now. */
  async look(): Promise<void> {
    const path = this.#path;
    if (path === null) return;
    if (this.#looking === null && this.#clock.monotonic() - this.#lookedAt < LOOK_MS) return;
    this.#looking ??= this.#lookNow(path).finally(() => (this.#looking = null));
    await this.#looking;
  }

  async #lookNow(path: string): Promise<void> {
    try {
      const text = await textAt(path);
      if (text !== this.#text) this.#take(text, path);
      this.#settle(this.#textFault);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#settle(error.message);
    } finally {
      this.#lookedAt = this.#clock.monotonic();
    }
  }

  #take(text: string | null, path: string): void {
    this.#text = text;
    try {
      this.#rules = text === null ? NO_RULES : accessRulesOf(text, path);
      this.#textFault = null;
    } catch (error) {
      this.#textFault = error instanceof Failure ? error.message : `${path} cannot be read.`;
    }
  }

  #settle(message: string | null): void {
    if (message === (this.#fault?.message ?? null)) return;
    this.#fault = message === null ? null : { message, since: this.#clock.now() };
    this.#onFault(this.#fault);
  }
}

/** Null: there is no file, so nobody has a token. @throws {Failure} `FileUnusable` */
async function textAt(path: string): Promise<string | null> {
  const read = await readPrivateText(path, 'handed').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw unusable(path, `cannot be read (${codeOf(error) || 'unknown error'})`);
  });
  if (read === null) return null;
  if ('fault' in read) throw unusable(path, `${read.fault}; ${read.hint}`);
  if (read.text.length > MOST_CHARACTERS) throw unusable(path, 'is too large');
  return read.text;
}

function unusable(path: string, what: string): Failure {
  return new Failure('FileUnusable', `${path}, which says who may do what, ${what}.`);
}
