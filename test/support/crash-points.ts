import type { InterceptedRequest } from '#simulator';
import type { Ends } from './crash-judge.ts';
import type { Rehearsal } from './crash-rehearsal.ts';
import type { Site, SiteFactory, SiteOptions } from './crash-site.ts';

/** One moment of an apply: a request, right before its effect or right after it. */
export interface Point {
  readonly index: number;
  readonly phase: InterceptedRequest['phase'];
}

/** From arming to the end of the pass, before and after the effect of every request. */
export function everyPoint({ first, points, requests }: Rehearsal): readonly Point[] {
  return requests.slice(0, points).flatMap((_, index) =>
    index < first
      ? []
      : [
          { index, phase: 'before-effect' as const },
          { index, phase: 'after-effect' as const },
        ],
  );
}

/** Without the moment after a read, when nothing is different from the moment before the next request. */
export function everyMoment(rehearsal: Rehearsal): readonly Point[] {
  return everyPoint(rehearsal).filter(({ index, phase }) => phase === 'before-effect' || isWrite(rehearsal, index));
}

/** Right before and right after the effect of every request that changes something on the router. */
export function everyWrite(rehearsal: Rehearsal): readonly Point[] {
  return everyPoint(rehearsal).filter(({ index }) => isWrite(rehearsal, index));
}

function isWrite(rehearsal: Rehearsal, index: number): boolean {
  return rehearsal.requests[index]?.startsWith('GET ') === false;
}

/** Does something at a site when its request of that point comes. Throwing resets the connection. */
export function at(site: Site, point: Point, act: () => void | Promise<void>): Promise<void> {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  let request = -1;
  site.hook = async ({ phase }) => {
    if (phase === 'before-effect') request += 1;
    if (request !== point.index || phase !== point.phase) return;
    site.hook = null;
    resolve();
    await act();
  };
  return reached;
}

/**
 * Plays one story at every point, each on a site of its own, a few side by side.
 * @returns what was found wrong, with the point.
 */
export async function playAt(
  factory: SiteFactory,
  rehearsal: Rehearsal,
  points: readonly Point[],
  options: SiteOptions,
  play: (site: Site, point: Point, ends: Ends) => Promise<readonly string[]>,
  width = 10,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const waiting = [...points];
  async function worker(): Promise<void> {
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      const { index, phase } = point;
      const site = await factory.open(options);
      const found = await play(site, point, rehearsal.ends).catch((error: unknown) => [String(error)]);
      faults.push(...found.map((fault) => `${phase} ${index} ${rehearsal.requests[index]}: ${fault}`));
      await site.close();
    }
  }
  await Promise.all(Array.from({ length: width }, worker));
  return faults;
}
