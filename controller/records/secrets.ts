import type { Instant } from '../ports.ts';

/** A secret kept in the store: sealed with AES-256-GCM, never in clear. */
export interface SealedSecret {
  readonly name: string;
  readonly sealed: string;
  readonly updatedAt: Instant;
}

/** Sealed secrets by credential name. Setting replaces; `remove` tells whether there was one. */
export interface SecretRecords {
  set(secret: SealedSecret): Promise<void>;
  get(name: string): Promise<SealedSecret | null>;
  list(): Promise<readonly { readonly name: string; readonly updatedAt: Instant }[]>;
  remove(name: string): Promise<boolean>;
}
