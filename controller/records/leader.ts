/** Which controller leads: one at a time, by a lease that only the store's own clock measures. */
export interface LeaderRecords {
  /** Begins to lead for so long from now, unless another one's lease stands. @returns who leads then. */
  claim(holder: string, milliseconds: number): Promise<string>;
  /** Goes on leading for so long from now. @returns false when another one led meanwhile. */
  renew(holder: string, milliseconds: number): Promise<boolean>;
  /** Ends the lease: the next one may lead at once. */
  release(holder: string): Promise<void>;
}
