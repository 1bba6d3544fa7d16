import type { Controller } from '#controller';

/**
 * Waits until every device was visited after `since` (the controller's clock). Visits end in a burst, so looking every
 * few milliseconds costs nothing beside them.
 * @throws {Error} when a device is not in sync, which no benchmark measures.
 */
export async function everyDeviceInSync({ api }: Controller, since: number): Promise<void> {
  const waiting = new Set(api.fleet.devices());
  while (waiting.size > 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const device of waiting) {
      const visit = api.visitOf(device);
      // They are visited in turn: behind one that waits, the others wait too.
      if (visit === null || visit.at < since) break;
      if (visit.outcome.kind !== 'InSync')
        throw new Error(`${device} is not in sync: ${JSON.stringify(visit.outcome)}`);
      waiting.delete(device);
    }
  }
}
