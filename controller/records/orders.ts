import type { DeviceName, Instant } from '../ports.ts';

/** What only the leader does, wanted by a controller that does not lead. */
export type LeaderOrder =
  /** Reads the source and visits devices: all for an empty list, those that have to for null. */
  | { readonly kind: 'refresh'; readonly devices: readonly DeviceName[] | null }
  /** A person changed a rollout. */
  | { readonly kind: 'rollouts' }
  | { readonly kind: 'trust'; readonly commit: string; readonly actor: string }
  /** By which way a router is reached, read of it. */
  | { readonly kind: 'path'; readonly device: DeviceName }
  /** Its configuration is read and kept. */
  | { readonly kind: 'snapshot'; readonly device: DeviceName }
  /** What a change would do to whom, as JSON: an intent, and of whom somebody may know and whom they may change. */
  | { readonly kind: 'preview'; readonly intent: string; readonly scope: string };

/** How an order ended. */
export type OrderResult =
  | { readonly done: true; readonly value: unknown }
  | { readonly done: false; readonly code: string; readonly message: string };

/** An order that nobody has carried out yet. */
export interface OpenOrder {
  readonly id: string;
  readonly askedAt: Instant;
  /** The controller that was asked. */
  readonly askedBy: string;
  readonly wanted: LeaderOrder;
}

/** Orders to whoever leads. They may be carried out twice, when a leader dies in the middle: each bears that. */
export interface OrderRecords {
  add(order: OpenOrder): Promise<void>;
  /** Those asked for at that time or later, the oldest first. */
  listOpen(since: Instant): Promise<readonly OpenOrder[]>;
  end(id: string, at: Instant, result: OrderResult): Promise<void>;
  /** Null: it has not ended. */
  resultOf(id: string): Promise<OrderResult | null>;
  /** Forgets those asked for before. */
  prune(before: Instant): Promise<void>;
}
