import type { RolloutPolicy, RouterDevice } from '#schemas';
import { isIP } from 'node:net';
import { LAST_WAVE } from '../policy/rollout.ts';
import { WEEKDAYS, windowSeconds } from '../policy/window.ts';
import { selectorFaultsAt } from './check-selectors.ts';
import { DEFAULT_ROLLOUT_POLICY } from './effective-policy.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Located } from './inventory.ts';
import { duplicateNames, faultAt, placeOf } from './report.ts';
import { selects } from './selector.ts';

type Rollout = Located<RolloutPolicy>;
type Device = Located<RouterDevice>;

/**
 * Faults of RolloutPolicies: each by itself, and two that mean one device. `known` holds the names of all devices;
 * null while a document with faults may declare more.
 */
export function rolloutPolicyFaults(
  policies: readonly Rollout[],
  devices: readonly Device[],
  known: ReadonlySet<string> | null,
): readonly Diagnostic[] {
  return [
    ...duplicateNames(policies),
    ...policies.flatMap((policy) => [
      ...pingFaults(policy),
      ...waveFaults(policy, known),
      ...windowFaults(policy),
      ...driftFaults(policy, known),
    ]),
    ...overlapFaults(policies, devices),
  ];
}

function pingFaults(policy: Rollout): readonly Diagnostic[] {
  return (policy.document.spec.health?.pings ?? []).flatMap((ping, index) => {
    if (isIP(ping.address) !== 0) return [];
    const path = ['spec', 'health', 'pings', index, 'address'];
    return [faultAt(policy, path, 'must be an IP address', 'names belong into spec.health.resolve')];
  });
}

function waveFaults(policy: Rollout, known: ReadonlySet<string> | null): readonly Diagnostic[] {
  const first = new Map<string, number>();
  return (policy.document.spec.waves ?? []).flatMap((wave, index) => {
    const path = ['spec', 'waves', index];
    const faults = [...selectorFaultsAt(policy, [...path, 'selector'], wave.selector, known)];
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

function driftFaults(policy: Rollout, known: ReadonlySet<string> | null): readonly Diagnostic[] {
  return (policy.document.spec.driftRules ?? []).flatMap(({ selector = {}, drift, deletions }, index) => {
    const path = ['spec', 'driftRules', index];
    const faults = selectorFaultsAt(policy, [...path, 'selector'], selector, known);
    if (deletions === undefined || drift === 'correct') return faults;
    const message = `deletions says what \`correct\` may do, and this rule says \`${drift}\``;
    return [...faults, faultAt(policy, [...path, 'deletions'], message, 'remove deletions, or say drift: correct')];
  });
}

function windowFaults(policy: Rollout): readonly Diagnostic[] {
  const { confirmWithinSeconds: least = DEFAULT_ROLLOUT_POLICY.confirmWithinSeconds, windows = [] } =
    policy.document.spec;
  return windows.flatMap((window, index) => {
    const path = ['spec', 'windows', index];
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

function overlapFaults(policies: readonly Rollout[], devices: readonly Device[]): readonly Diagnostic[] {
  return policies.flatMap((policy, index) =>
    policies.slice(0, index).flatMap((other) => {
      const shared = devices.filter(
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
