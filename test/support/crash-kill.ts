import { at, type Point } from './crash-points.ts';
import type { Site } from './crash-site.ts';
import { startMortal } from './mortal.ts';

/** Sites whose controllers share one process and die together. */
export const SITES_PER_PROCESS = 25;

/**
 * Lets controllers run in one process, each up to its point, and kills the process. A request killed before its effect
 * has none.
 */
export async function killTogether(batch: readonly { readonly site: Site; readonly point: Point }[]): Promise<void> {
  const dead = Promise.withResolvers<void>();
  const reached = batch.map(({ site, point }) =>
    at(site, point, async () => {
      await dead.promise;
      if (point.phase === 'before-effect') throw new Error('the client is gone');
    }),
  );
  const mortal = await startMortal(batch.map(({ site }) => site.config));
  await Promise.all(reached);
  await mortal.kill();
  dead.resolve();
}
