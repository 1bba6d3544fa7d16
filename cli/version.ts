import { existsSync, readFileSync } from 'node:fs';

/** The version of the package this file belongs to. */
export function version(): string {
  // One folder up in a checkout, two in the compiled package, whose own package.json says only how to load it.
  const places = ['../../package.json', '../package.json'].map((place) => new URL(place, import.meta.url));
  for (const place of places) {
    if (!existsSync(place)) continue;
    const { name, version } = JSON.parse(readFileSync(place, 'utf8')) as { name?: string; version?: string };
    if (name === 'routeros-gitops' && version !== undefined) return version;
  }
  return 'unknown';
}
