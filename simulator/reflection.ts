/** What @peculiar/x509's dependency container asks of `Reflect`; the full polyfill is not needed. */
interface Metadata {
  getMetadata(key: unknown, target: object): unknown;
  getOwnMetadata(key: unknown, target: object): unknown;
  defineMetadata(key: unknown, value: unknown, target: object): void;
}

/** Gives `Reflect` its metadata functions unless something already did. Call before importing @peculiar/x509. */
export function provideReflection(): void {
  const reflect = Reflect as typeof Reflect & Partial<Metadata>;
  if (reflect.getMetadata !== undefined) {
    return;
  }
  const store = new WeakMap<object, Map<unknown, unknown>>();
  function own(key: unknown, target: object): unknown {
    return store.get(target)?.get(key);
  }
  reflect.getOwnMetadata = own;
  reflect.getMetadata = (key, target) => {
    for (let holder: object | null = target; holder !== null; holder = Object.getPrototypeOf(holder) as object | null) {
      const value = own(key, holder);
      if (value !== undefined) {
        return value;
      }
    }
    return undefined;
  };
  reflect.defineMetadata = (key, value, target) => {
    const entries = store.get(target) ?? new Map<unknown, unknown>();
    store.set(target, entries.set(key, value));
  };
}
