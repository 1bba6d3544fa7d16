import type { Failure } from '#failure';
import type { Clock } from '../ports.ts';
import type { GitRepository } from '#git';
import { type Allowance, allowanceOf, readApart, READING_LIMITS, RETRY_AFTER_MS } from '../source/read-apart.ts';
import { sourceFailure } from '../source/scan.ts';
import type { ObjectVersion } from '../source/object-versions.ts';

/** Kept between questions; what a blob holds never changes. */
export interface ObjectReader {
  /**
   * The objects in a blob; null: nobody can tell.
   * @throws {Failure} GitObjectMissing, GitObjectBad, SourceUnreadable, SourceTooCostly, SourceUnusable; the reason of
   * the signal that ends reading.
   */
  read(blob: string): Promise<readonly ObjectVersion[] | null>;
}

const KEPT_BLOBS = 20_000;
/** What they say, as JSON. */
const KEPT_CHARACTERS = 256 * 1024 * 1024;
const LARGEST_BYTES = 16 * 1024 * 1024;

interface Kept {
  readonly versions: readonly ObjectVersion[] | null;
  readonly characters: number;
}

const UNCLEAR: Kept = { versions: null, characters: 0 };

/**
 * Reads each blob of a repository once, apart from the controller's thread. All of them together may take what a
 * revision may, in each span in which what was too much is not tried again.
 * @param stopping ends what is being read.
 */
export function createObjectReader(
  repository: GitRepository,
  clock: Pick<Clock, 'monotonic'>,
  stopping: AbortSignal,
  limits = READING_LIMITS,
): ObjectReader {
  const kept = new Map<string, Kept>();
  let characters = 0;
  /** By blob, until when. */
  const refused = new Map<string, { readonly failure: Failure; readonly until: number }>();
  let span: { readonly allowance: Allowance; readonly until: number } | null = null;

  function allowance(): Allowance {
    const now = clock.monotonic();
    if (span === null || span.until <= now) span = { allowance: allowanceOf(limits), until: now + RETRY_AFTER_MS };
    return span.allowance;
  }

  function keep(blob: string, found: Kept): Kept['versions'] {
    characters += found.characters - (kept.get(blob)?.characters ?? 0);
    kept.set(blob, found);
    for (const [oldest, { characters: fewer }] of kept) {
      if (kept.size <= KEPT_BLOBS && characters <= KEPT_CHARACTERS) break;
      kept.delete(oldest);
      characters -= fewer;
    }
    return found.versions;
  }

  function tooCostly(blob: string, why: string): Failure {
    const message = `Reading the file with the id ${blob}, which a new commit holds, was given up twice: ${why}. "git log --find-object=${blob}" tells which; the branch counts again without it.`;
    const failure = sourceFailure('SourceTooCostly', message);
    refused.set(blob, { failure, until: clock.monotonic() + RETRY_AFTER_MS });
    // What else is asked for is another question.
    span = null;
    return failure;
  }

  async function parsed(blob: string, bytes: Uint8Array): Promise<Kept> {
    let texts: string[] = [];
    let versions: ObjectVersion[] = [];
    const piece = (text: string): void => {
      texts.push(text);
      versions.push(...(JSON.parse(text) as readonly ObjectVersion[]));
    };
    const begin = () => {
      [texts, versions] = [[], []];
      return { object: (id: string) => repository.readObject(id), piece };
    };
    const outcome = await readApart({ kind: 'objects', bytes }, begin, stopping, allowance());
    switch (outcome.is) {
      case 'objects':
        piece(outcome.text);
        return { versions, characters: texts.reduce((sum, { length }) => sum + length, 0) };
      case 'unclear':
        return UNCLEAR;
      case 'exhausted':
        throw tooCostly(blob, outcome.why);
      case 'broken':
        throw sourceFailure('SourceUnusable', `Reading the file ${blob} of a new commit broke off: ${outcome.message}`);
      default:
        throw new RangeError(`a file was answered with ${outcome.is}`);
    }
  }

  return {
    async read(blob) {
      const known = kept.get(blob);
      if (known !== undefined) return known.versions;
      const before = refused.get(blob);
      if (before !== undefined && before.until > clock.monotonic()) throw before.failure;
      refused.delete(blob);
      const { type, bytes } = await repository.readObject(blob);
      const readable = type === 'blob' && bytes.byteLength <= LARGEST_BYTES;
      return keep(blob, readable ? await parsed(blob, bytes) : UNCLEAR);
    },
  };
}
