import fc from 'fast-check';
import { PERMISSIONS, type Permission, ROLES } from '../../controller/access/permissions.ts';
import type { DeviceScope, Rights } from '../../controller/access/rights.ts';
import { COMING, DEVICES, GONE, NEVER, type Target } from './scoped-world.ts';

/** Everything there is a record of. */
export const NAMES = [...Object.keys(DEVICES), GONE, COMING] as const;

/** What is asked about where there is nothing. */
export const NOBODY: Target = {
  device: NEVER,
  plan: `sha256:${'e9'.repeat(32)}`,
  rollout: 'ro-a9a9a9a9a9a9',
  fleetPlan: `sha256:${'f9'.repeat(32)}`,
  diagnostic: 'dg-f7f7f7f7f7f7',
};

const SCOPES: readonly DeviceScope[] = [
  ...NAMES.map((name) => ({ names: [name] })),
  { names: ['kiwano', 'feijoa'] },
  { names: ['durian', GONE] },
  { matchLabels: { site: 'vie' } },
  { matchLabels: { site: 'prg' } },
  { matchLabels: { environment: 'staging' } },
  { matchLabels: { role: 'edge' } },
  { matchLabels: { site: 'vie' }, names: ['kiwano', 'loquat', COMING] },
  { matchLabels: { site: 'nowhere' } },
  {},
];

/** By the table of devices alone: whether a scope holds a device. */
function holds(scope: DeviceScope, device: string): boolean {
  if ('all' in scope) return true;
  const labels: Readonly<Record<string, string>> = DEVICES[device as keyof typeof DEVICES] ?? {};
  const asked = Object.entries(scope.matchLabels ?? {});
  if (scope.names === undefined && asked.length === 0) return false;
  return scope.names?.includes(device) !== false && asked.every(([name, value]) => labels[name] === value);
}

/** Whether rights give a permission on a device, by the table of devices alone. */
export function mayBy(rights: Rights, permission: Permission, device: string): boolean {
  return rights.some((right) => right.permissions.has(permission) && holds(right.devices, device));
}

/** A text without what was asked about, and without times. */
export function neutral(text: string, target: Target): string {
  const parts: readonly (readonly [string, string])[] = [
    ...(['fleetPlan', 'plan'] as const).flatMap((field) =>
      [71, 23, 19, 15].map((end) => [target[field].slice(7, end), NOBODY[field].slice(7, end)] as const),
    ),
    [target.rollout, NOBODY.rollout],
    [target.rollout.slice(3, 9), NOBODY.rollout.slice(3, 9)],
    [target.diagnostic, NOBODY.diagnostic],
    [target.device, NOBODY.device],
  ];
  return parts.reduce((kept, [from, to]) => kept.replaceAll(from, to), text.replaceAll(/"(now|at)":\d+/g, '"$1":0'));
}

/** Spells sets out, for JSON. */
export function shown(_: string, value: unknown): unknown {
  return value instanceof Set ? [...(value as Set<unknown>)] : value;
}

/** Rights of any kind: roles, parts of them, on few devices, on none, seldom on all. */
export const rightsArbitrary: fc.Arbitrary<Rights> = fc.array(
  fc.record({
    permissions: fc.oneof(
      fc.constantFrom(...Object.values(ROLES)).map((role) => new Set<Permission>(role)),
      fc.subarray([...PERMISSIONS]).map((some) => new Set<Permission>(['fleet.read', ...some])),
      fc.subarray([...PERMISSIONS]).map((some) => new Set<Permission>(some)),
    ),
    devices: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...SCOPES) },
      { weight: 1, arbitrary: fc.constant({ all: true } as const) },
    ),
  }),
  { maxLength: 3 },
);
