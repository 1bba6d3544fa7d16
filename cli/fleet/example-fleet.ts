import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The example fleet: two folders up in a checkout, three in the compiled package. */
export function exampleFleet(): string {
  const places = ['../../devices.example', '../../../devices.example'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(place)) ?? 'devices.example';
}
