/** Words between the controllers of one store, which nobody keeps: whoever is away misses them. */
export interface Signals {
  /** Tells all controllers, this one too. At most 7,500 bytes. @throws {Failure} `StoreUnavailable` */
  tell(message: string): Promise<void>;
  /** @returns what ends it. */
  hear(listener: (message: string) => void): () => void;
}
