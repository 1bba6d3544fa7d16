import type { Ends } from './crash-judge.ts';
import { contentsOf, settleHere, type Site } from './crash-site.ts';

/** What an undisturbed apply looks like. */
export interface Rehearsal {
  /** Every request of the pass, in order, then those of the next one. */
  readonly requests: readonly string[];
  /** Where arming begins. */
  readonly first: number;
  /** How many requests the pass has. */
  readonly points: number;
  readonly ends: Ends;
}

/** Lets a controller apply the change undisturbed and takes notes. */
export async function rehearse(site: Site): Promise<Rehearsal> {
  const before = contentsOf(site.router);
  const requests: string[] = [];
  site.hook = (request) => {
    if (request.phase === 'before-effect') requests.push(`${request.method} ${request.path}`);
  };
  const controller = await settleHere(site);
  await controller.stop();
  if (site.unarmed.length > 0) throw new Error(`written without an undo: ${site.unarmed.join(', ')}`);
  return {
    requests,
    first: requests.indexOf('PUT /system/script'),
    points: requests.lastIndexOf('GET /system/resource'),
    ends: { before, after: contentsOf(site.router), changes: [...site.effects] },
  };
}
