import type { Ping, RolloutPolicy, RouterDevice, Wave, Window } from '#schemas';
import { isIP } from 'node:net';
import { LAST_WAVE } from '../policy/rollout.ts';
import { WEEKDAYS, windowSeconds } from '../policy/window.ts';
import { selectorFaultsAt } from './check-selectors.ts';
import { partOf } from './doubt.ts';
import { DEFAULT_ROLLOUT_POLICY } from './effective-policy.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Located } from './inventory.ts';
import { duplicateNames, faultAt, placeOf } from './report.ts';
import { selectable, selects } from './selector.ts';

type Rollout = Located<RolloutPolicy>;
type Device = Located<RouterDevice>;

/**
 * Faults of RolloutPolicies: each by itself, and two that mean one device. `known` holds the names of all devices; null when it is not sure to
 * hold them all.
 */
export function rolloutPolicyFaults(
  policies: readonly Rollout[],
  devices: readonly Device[],
  known: ReadonlySet<string> | null,
): readonly Diagnostic[] {
  return [
    ...duplicateNames(policies),
    ...policies.flatMap((policy) => [...pingFaults(policy), ...waveFaults(policy, known), ...windowFaults(policy)]),
    ...overlapFaults(policies, devices),
  ];
}

function pingFaults(policy: Rollout): readonly Diagnostic[] {
  return (listAt(policy, ['spec', 'health', 'pings']) as readonly Ping[]).flatMap((ping, index) => {
    const path = ['spec', 'health', 'pings', index, 'address'];
    if (!policy.clean(path) || isIP(ping.address) !== 0) return [];
    return [faultAt(policy, path, 'must be an IP address', 'names belong into spec.health.resolve')];
  });
}

function waveFaults(policy: Rollout, known: ReadonlySet<string> | null): readonly Diagnostic[] {
  const first = new Map<string, number>();
  return (listAt(policy, ['spec', 'waves']) as readonly Wave[]).flatMap((wave, index) => {
    const path = ['spec', 'waves', index];
    const faults = policy.clean([...path, 'selector'])
      ? [...selectorFaultsAt(policy, [...path, 'selector'], wave.selector, known)]
      : [];
    if (!policy.clean([...path, 'name'])) return faults;
    const other = first.get(wave.name);
    if (wave.name === LAST_WAVE) {
      const message = `"${LAST_WAVE}" is the wave of the devices that no other wave selects; it comes last by itself`;
      faults.push(faultAt(policy, [...path, 'name'], message, 'leave this wave out, or give it another name'));
    } else if (other !== undefined) {
      const message = `a wave named ${JSON.stringify(wave.name)} is declared twice`;
      const hint = `the first one is at ${placeOf(policy, ['spec', 'waves', other, 'name'])}`;
      faults.push(faultAt(policy, [...path, 'name'], message, hint));
    } else first.set(wave.name, index);
    return faults;
  });
}

function windowFaults(policy: Rollout): readonly Diagnostic[] {
  const least = policy.clean(['spec', 'confirmWithinSeconds'])
    ? (policy.document.spec.confirmWithinSeconds ?? DEFAULT_ROLLOUT_POLICY.confirmWithinSeconds)
    : 0;
  return (listAt(policy, ['spec', 'windows']) as readonly Window[]).flatMap((window, index) => {
    const path = ['spec', 'windows', index];
    if (!policy.clean(path)) return [];
    if (window.from === window.to) {
      const hint = 'for a whole day write from: "00:00" and to: "24:00"';
      return [faultAt(policy, [...path, 'to'], 'the window closes when it opens', hint)];
    }
    const seconds = windowSeconds({ days: window.days ?? WEEKDAYS, from: window.from, to: window.to });
    if (seconds >= least) return [];
    const message = `the window lasts ${String(seconds)} s, but a change may need confirmWithinSeconds, ${String(least)} s`;
    return [faultAt(policy, [...path, 'to'], message, 'make the window longer: nothing could ever begin in it')];
  });
}

function overlapFaults(all: readonly Rollout[], devices: readonly Device[]): readonly Diagnostic[] {
  const policies = all.filter((policy) => policy.clean(['spec', 'selector']));
  const known = selectable(devices);
  return policies.flatMap((policy, index) =>
    policies.slice(0, index).flatMap((other) => {
      const shared = known.filter(
        ({ document }) =>
          selects(policy.document.spec.selector, document) && selects(other.document.spec.selector, document),
      );
      if (shared.length === 0) return [];
      const names = shared.map((device) => `"${device.name}"`).join(', ');
      const message = `the RolloutPolicy "${other.name}" also means ${names}; at most one may match a device`;
      return [faultAt(policy, ['spec', 'selector'], message, 'make the selectors exclude each other')];
    }),
  );
}

/** A list of a document that may be of any shape; what stands in it is as its type says only where it is clean. */
function listAt(policy: Rollout, path: readonly string[]): readonly unknown[] {
  const list = partOf(policy.document, path);
  return Array.isArray(list) ? list : [];
}
