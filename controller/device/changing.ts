import type { DeviceName } from '../ports.ts';

/** The devices on which this controller opens an attempt, works on it, or settles it: nobody else speaks to them. */
export interface Changing {
  has(device: DeviceName): boolean;
  /** The device counts until the work has ended. */
  during<T>(device: DeviceName, work: () => Promise<T>): Promise<T>;
}

/** None yet. */
export function makeChanging(): Changing {
  const works = new Map<DeviceName, number>();
  return {
    has: (device) => works.has(device),
    async during(device, work) {
      works.set(device, (works.get(device) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const left = (works.get(device) ?? 1) - 1;
        if (left === 0) works.delete(device);
        else works.set(device, left);
      }
    },
  };
}
