/** The versions the simulator has profiles for: the command trees the menus are checked against. */
export type RouterVersion = '7.12.2' | '7.16.2' | '7.20.8' | '7.24';

const profiles: readonly RouterVersion[] = ['7.12.2', '7.16.2', '7.20.8', '7.24'];

/**
 * The profile for a version text; a release line (`7.16`) names its profile. @throws {Error} for a version without
 * profile.
 */
export function routerVersionOf(text: string): RouterVersion {
  const found = profiles.find((profile) => profile === text || profile.split('.').slice(0, 2).join('.') === text);
  if (found === undefined) {
    throw new Error(`the simulator has no profile for RouterOS ${text}; it knows ${profiles.join(', ')}`);
  }
  return found;
}

/** True when `version` is `bound` or newer: `isAtLeast('7.16.2', '7.16')`. */
export function isAtLeast(version: string, bound: string): boolean {
  const left = version.split('.').map(Number);
  const right = bound.split('.').map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) {
      return difference > 0;
    }
  }
  return true;
}

interface Availability {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/**
 * True when a field, menu or command with these bounds exists on `version`; `until` is the first version without it.
 */
export function existsOn(version: string, bounds: Availability): boolean {
  return (
    (bounds.since === undefined || isAtLeast(version, bounds.since)) &&
    (bounds.until === undefined || !isAtLeast(version, bounds.until))
  );
}
