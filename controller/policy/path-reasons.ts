import type { Reason } from '../reasons.ts';
import type { Chain } from './path-links.ts';

/** That a change could cut the controller off, with the rows that prove it. */
export function cuts(what: string, chain: Chain): Reason {
  return { code: 'PathCut', message: `${what} could cut the controller off: ${chain.join(' → ')}.` };
}
