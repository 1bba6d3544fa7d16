import type { ApprovalPolicy, RolloutPolicySpec, SectionName, Selector } from '#schemas';
import type { DriftScope } from '../policy/drift-rules.ts';
import type { DriftMode } from '../records/drift.ts';
import { type MaintenanceWindow, WEEKDAYS } from '../policy/window.ts';
import type { DeviceShare, WaveRules } from '../records/rollouts.ts';
import type { Declared, Inventory } from './inventory.ts';
import { selects } from './selector.ts';

/**
 * An address that the router itself must still reach after a change: `count` echoes, at most `maxLossPercent` % of
 * them lost.
 */
export interface PingTarget {
  readonly address: string;
  readonly count: number;
  readonly maxLossPercent: number;
}

/** What to do about drift in some sections of some devices. */
export interface DriftRule extends DriftScope {
  /** Null: all. */
  readonly sections: readonly SectionName[] | null;
  readonly selector: Selector;
}

/**
 * A RolloutPolicy with every default filled in. Its digest enters the plan id, so it holds what steers a change and
 * nothing else.
 */
export interface EffectiveRolloutPolicy extends Omit<WaveRules, 'waves'> {
  readonly waves: readonly { readonly name: string; readonly selector: Selector }[];
  /** Empty: always. */
  readonly windows: readonly MaintenanceWindow[];
  readonly tier: 'full' | 'job-only';
  readonly confirmWithinSeconds: number;
  readonly budgets: { readonly maxChanges: number; readonly maxDeletions: number };
  readonly health: {
    readonly maxCpuPercent: number;
    readonly minFreeMemoryPercent: number;
    readonly pings: readonly PingTarget[];
    readonly resolve: readonly string[];
    readonly settleSeconds: number;
    readonly interfaces: 'running' | 'ignore';
  };
  readonly drift: DriftMode;
  /** The first that means a section of a device counts. */
  readonly driftRules: readonly DriftRule[];
}

/**
 * The defaults of a RolloutPolicy, and the policy of a device that none matches. schemas/rollout-policy.json states
 * the same.
 */
export const DEFAULT_ROLLOUT_POLICY: EffectiveRolloutPolicy = {
  waves: [],
  maxUnavailable: '10%',
  failureBudget: 0,
  soakSeconds: 0,
  pauseSeconds: 0,
  betweenWaves: 'continue',
  onFailure: 'device',
  windows: [],
  tier: 'full',
  confirmWithinSeconds: 300,
  budgets: { maxChanges: 200, maxDeletions: 20 },
  health: {
    maxCpuPercent: 95,
    minFreeMemoryPercent: 5,
    pings: [],
    resolve: [],
    settleSeconds: 5,
    interfaces: 'running',
  },
  drift: 'alert',
  driftRules: [],
};

const DEFAULT_PING = { count: 3, maxLossPercent: 0 };

/** The RolloutPolicy that counts for a device; `name` is null when none matches and the defaults count. */
export function effectiveRolloutPolicy(
  inventory: Inventory,
  deviceName: string,
): { readonly name: string | null; readonly policy: EffectiveRolloutPolicy } {
  const device = inventory.devices.get(deviceName);
  if (device === undefined) throw new RangeError(`no device ${deviceName} in the inventory`);
  const found = inventory.rolloutPolicies.find(({ document }) => selects(document.spec.selector, device.document));
  if (found === undefined) return { name: null, policy: DEFAULT_ROLLOUT_POLICY };
  return { name: found.name, policy: withDefaults(found.document.spec) };
}

function withDefaults(spec: RolloutPolicySpec): EffectiveRolloutPolicy {
  const usual = DEFAULT_ROLLOUT_POLICY;
  const health = { ...usual.health, ...spec.health };
  return {
    waves: spec.waves ?? usual.waves,
    maxUnavailable: shareOf(spec.maxUnavailable) ?? usual.maxUnavailable,
    failureBudget: shareOf(spec.failureBudget) ?? usual.failureBudget,
    soakSeconds: spec.soakSeconds ?? usual.soakSeconds,
    pauseSeconds: spec.pauseSeconds ?? usual.pauseSeconds,
    betweenWaves: spec.betweenWaves ?? usual.betweenWaves,
    onFailure: spec.onFailure ?? usual.onFailure,
    windows: spec.windows?.map(({ days, from, to }) => ({ days: days ?? WEEKDAYS, from, to })) ?? usual.windows,
    tier: spec.tier ?? usual.tier,
    confirmWithinSeconds: spec.confirmWithinSeconds ?? usual.confirmWithinSeconds,
    budgets: { ...usual.budgets, ...spec.budgets },
    health: { ...health, pings: health.pings.map((ping) => ({ ...DEFAULT_PING, ...ping })) },
    drift: spec.drift ?? usual.drift,
    driftRules:
      spec.driftRules?.map(({ sections = null, selector = {}, drift, deletions = 'refuse' }) => ({
        sections,
        selector,
        mode: drift,
        deletions,
      })) ?? usual.driftRules,
  };
}

/** The schema lets numbers and percentages through, nothing else. */
function shareOf(value: number | string | undefined): DeviceShare | undefined {
  return value as DeviceShare | undefined;
}

/**
 * All ApprovalPolicies that match a device; which of them a plan must satisfy depends on the sections that it touches
 * (approval.md §2).
 */
export function approvalPoliciesFor(inventory: Inventory, deviceName: string): readonly Declared<ApprovalPolicy>[] {
  const device = inventory.devices.get(deviceName);
  if (device === undefined) throw new RangeError(`no device ${deviceName} in the inventory`);
  return inventory.approvalPolicies.filter(({ document: { spec } }) => selects(spec.selector, device.document));
}
