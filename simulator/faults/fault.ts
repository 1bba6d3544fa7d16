import type { HealthEffects } from '../model/state.ts';
import type { HumanChange } from './human.ts';

/** Which requests a fault meets; everything when empty. */
export interface RequestMatch {
  readonly method?: string;
  /** Whose requests: the name in their Authorization header. */
  readonly user?: string;
  /** The path below /rest, with leading slash: equal to the text, or matching the expression. */
  readonly path?: string | RegExp;
  /** True: only requests that may change the router (not GET, not `…/print`). */
  readonly writes?: true;
}

/** Some row of the menu holds all these values: the text itself, or matching the expression. */
export interface RowCondition {
  readonly menu: string;
  readonly where: Readonly<Record<string, string | RegExp>>;
}

interface Limits {
  readonly match?: RequestMatch;
  /** Matching requests let through first. */
  readonly skip?: number;
  /** Matching requests hit before the fault is spent; endless when absent. */
  readonly times?: number;
}

/** What can go wrong with a device or the way to it (routeros-rest.md §7 item 13, and more). */
export type Fault = Limits &
  (
    | {
        readonly kind: 'offline' /** `silent`: connections are taken and never answered. */;
        readonly how?: 'reset' | 'silent';
      }
    /**
     * Clients that leave before their answer mix up what everybody gets, for a while (routeros-rest.md §1.2); it stands,
     * whatever the request.
     */
    | { readonly kind: 'mixed-answers' }
    | { readonly kind: 'slow'; readonly milliseconds: number }
    | { readonly kind: 'reset' }
    | { readonly kind: 'answer-lost' }
    | { readonly kind: 'status'; readonly status: number; readonly detail?: string }
    | { readonly kind: 'unauthorized' }
    | { readonly kind: 'applied-but-400'; readonly detail?: string }
    | { readonly kind: 'session-closed' }
    | { readonly kind: 'forbidden-html' }
    | { readonly kind: 'wrong-body' }
    | { readonly kind: 'refuse-source' }
    | { readonly kind: 'bad-byte' }
    | { readonly kind: 'raw-control' }
    | {
        readonly kind: 'reboot';
        readonly phase: 'before-effect' | 'after-effect';
        readonly downMilliseconds?: number;
      }
    | { readonly kind: 'human'; readonly change: HumanChange }
    | { readonly kind: 'safe-mode'; readonly user: string }
    | { readonly kind: 'health'; readonly when?: RowCondition; readonly effects: HealthEffects }
  );
