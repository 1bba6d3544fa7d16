/** What was used last, up to a number of bytes. */
export interface ByteCache<K, V extends { readonly bytes: Uint8Array }> {
  get(key: K): V | undefined;
  /** Values larger than a quarter of the cache are not kept. */
  set(key: K, value: V): void;
  clear(): void;
}

/** A cache that forgets what was not used for longest. */
export function createByteCache<K, V extends { readonly bytes: Uint8Array }>(maxBytes: number): ByteCache<K, V> {
  const kept = new Map<K, V>();
  let total = 0;

  function drop(key: K): void {
    const value = kept.get(key);
    if (value === undefined) return;
    kept.delete(key);
    total -= value.bytes.byteLength;
  }

  return {
    get(key) {
      const value = kept.get(key);
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    set(key, value) {
      drop(key);
      if (value.bytes.byteLength > maxBytes / 4) return;
      kept.set(key, value);
      total += value.bytes.byteLength;
      for (const oldest of kept.keys()) {
        if (total <= maxBytes) break;
        drop(oldest);
      }
    },
    clear() {
      kept.clear();
      total = 0;
    },
  };
}
