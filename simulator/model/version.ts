/** The versions the simulator has profiles for: the command trees the menus are checked against. */
export const profiles = ['7.12.2', '7.16.2', '7.20.8', '7.22.3', '7.24'] as const;

/** One of them. */
export type RouterVersion = (typeof profiles)[number];

/**
 * The profile nearest to a version by its release line, the older of two that are as near: `7.16` and `7.16.1` are run
 * as 7.16.2, 7.18.2 too. @throws {Error} for what is no version of RouterOS 7, which alone has REST.
 */
export function routerVersionOf(text: string): RouterVersion {
  const line = lineOf(text);
  if (line === undefined) {
    throw new Error(`the simulator has no profile for RouterOS ${text}; it knows ${profiles.join(', ')}`);
  }
  const far = (profile: RouterVersion): number => Math.abs((lineOf(profile) ?? 0) - line);
  return profiles.reduce((nearest, profile) => (far(profile) < far(nearest) ? profile : nearest));
}

/** `7.16.2` → 16. */
function lineOf(text: string): number | undefined {
  const minor = /^7\.(\d+)(\.\d+)?([a-z]+\d+)?$/.exec(text)?.[1];
  return minor === undefined ? undefined : Number(minor);
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
