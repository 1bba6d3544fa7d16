import { menusOfSection, type MenuPath } from '#routeros';
import { type RouterDevice, SECTION_NAMES, type SectionName } from '#schemas';
import { digestOf } from '../records/digest.ts';
import { allowedSections } from '../desired/capabilities.ts';
import {
  approvalPoliciesFor,
  type EffectiveRolloutPolicy,
  effectiveRolloutPolicy,
} from '../desired/effective-policy.ts';
import type { Inventory } from '../desired/inventory.ts';
import { layersFor } from '../desired/layers.ts';
import { selects } from '../desired/selector.ts';
import { BY_HAND, type ApprovalRule } from '../policy/approval.ts';
import type { DriftRules, DriftScope } from '../policy/drift-rules.ts';
import { APPROVAL_HOURS } from '../policy/consent.ts';
import { LAST_WAVE } from '../policy/rollout.ts';
import type { DeviceName } from '../ports.ts';
import type { RolloutRules, Target } from './target.ts';

/** Between two visits of a device whose RouterDevice says nothing else. */
const DEFAULT_POLL_SECONDS = 300;

/** Everything that one revision says about a device; null when it does not have it. */
export function targetOf(inventory: Inventory, device: DeviceName, source: string, revision: string): Target | null {
  const spec = inventory.devices.get(device)?.document.spec;
  if (spec === undefined) return null;
  const { desired } = layersFor(inventory, device);
  const management = { address: spec.management?.address ?? null, interface: spec.management?.interface ?? null };
  const rows = spec.management?.rows?.map((row) => ({ menu: row.menu as MenuPath, match: row.match })) ?? [];
  return {
    name: device,
    source,
    revision,
    address: new URL(spec.address),
    credential: spec.credentialsRef,
    tls: { mode: spec.tls?.mode ?? 'verify', fingerprint: spec.tls?.fingerprint ?? null },
    environment: spec.environment,
    site: spec.site ?? null,
    serial: spec.serial ?? null,
    suspended: spec.suspend === true,
    management,
    protectedRows: rows,
    allowedMenus: allowedSections(spec).flatMap((section) => menusOfSection(section)),
    pollSeconds: spec.poll?.intervalSeconds ?? DEFAULT_POLL_SECONDS,
    desired,
    rollout: rolloutRulesOf(inventory, device),
    approvalRules: approvalRulesOf(inventory, device),
  };
}

function rolloutRulesOf(inventory: Inventory, device: DeviceName): RolloutRules {
  const { name, policy } = effectiveRolloutPolicy(inventory, device);
  const { health, budgets, waves, maxUnavailable, failureBudget, soakSeconds, pauseSeconds } = policy;
  const document = inventory.devices.get(device)?.document;
  const drift = driftRulesOf(policy, document);
  const own = waves.findIndex(({ selector }) => document !== undefined && selects(selector, document));
  return {
    policy: name,
    waves: {
      waves: [...waves.map((wave) => wave.name), LAST_WAVE],
      maxUnavailable,
      failureBudget,
      soakSeconds,
      pauseSeconds,
      betweenWaves: policy.betweenWaves,
      onFailure: policy.onFailure,
    },
    wave: own === -1 ? waves.length : own,
    windows: [{ windows: policy.windows, timeZone: document?.spec.timeZone ?? 'UTC' }],
    tier: policy.tier,
    confirmWithinSeconds: policy.confirmWithinSeconds,
    maxChanges: budgets.maxChanges,
    maxDeletions: budgets.maxDeletions,
    health: {
      maxCpuPercent: health.maxCpuPercent,
      minFreeMemoryPercent: health.minFreeMemoryPercent,
      pings: health.pings,
      resolve: health.resolve,
      interfaces: health.interfaces === 'running',
    },
    settleSeconds: health.settleSeconds,
    drift,
    digest: digestOf(digested(policy, drift)),
  };
}

function driftRulesOf({ drift, driftRules }: EffectiveRolloutPolicy, device: RouterDevice | undefined): DriftRules {
  const usual: DriftScope = { mode: drift, deletions: 'refuse' };
  const meant = driftRules.filter(({ selector }) => device !== undefined && selects(selector, device));
  const sections: Partial<Record<SectionName, DriftScope>> = {};
  for (const section of meant.length === 0 ? [] : SECTION_NAMES) {
    const rule = meant.find((each) => each.sections?.includes(section) ?? true);
    if (rule !== undefined) sections[section] = { mode: rule.mode, deletions: rule.deletions };
  }
  return { usual, sections };
}

/**
 * What of a policy enters plan ids: of its drift rules only what lets the device be written to, so that one about
 * reports, or about other devices, voids no approval.
 */
function digested(effective: EffectiveRolloutPolicy, drift: DriftRules): object {
  const { driftRules, ...policy } = effective;
  if (driftRules.length === 0) return policy;
  const authority = ({ mode, deletions }: DriftScope): string => (mode === 'correct' ? deletions : 'none');
  const own = Object.entries(drift.sections)
    .map(([section, scope]) => [section, authority(scope)] as const)
    .filter(([, word]) => word !== authority(drift.usual));
  return own.length === 0 ? policy : { ...policy, driftRules: Object.fromEntries(own) };
}

function approvalRulesOf(inventory: Inventory, device: DeviceName): readonly ApprovalRule[] {
  const environment = inventory.devices.get(device)?.document.spec.environment;
  return approvalPoliciesFor(inventory, device).map(({ name, document: { spec } }) => {
    const { people = [], roles = [] } = spec.approvers ?? {};
    const required = spec.required ?? 1;
    return {
      policy: name,
      sections: spec.sections ?? null,
      auto: spec.auto === true,
      people,
      roles,
      required,
      excludeAuthors: spec.excludeAuthors ?? environment !== 'lab',
      expiresAfterHours: spec.expiresAfterHours ?? APPROVAL_HOURS,
      // Without people of its own it is `auto`: a policy that names nobody is a fault.
      who: people.length + roles.length === 0 ? BY_HAND.who : whoOf(required, people, roles),
    };
  });
}

/** `2 of ana, role approver`. */
function whoOf(required: number, people: readonly string[], roles: readonly string[]): string {
  const named = [...people, ...roles.map((role) => `role ${role}`)];
  return `${required} of ${named.join(', ')}`;
}
