import type { DesiredState } from '#differ';
import type { MenuPath } from '#routeros';
import type { HealthRules } from '../records/health.ts';
import type { ApprovalRule } from '../policy/approval.ts';
import type { DriftRules } from '../policy/drift-rules.ts';
import type { SiteWindows } from '../policy/window.ts';
import type { DeviceName } from '../ports.ts';
import type { WaveRules } from '../records/rollouts.ts';

/** What the RolloutPolicy asks for one device, defaults filled in. */
export interface RolloutRules {
  /** Name of the RolloutPolicy; null: none matches and the defaults count. */
  readonly policy: string | null;
  readonly waves: WaveRules;
  /** Index of the device's wave in `waves.waves`. */
  readonly wave: number;
  /** Each must be open: those of the policy, and of what a waiting control plan makes of it. */
  readonly windows: readonly SiteWindows[];
  readonly tier: 'full' | 'job-only';
  readonly confirmWithinSeconds: number;
  readonly maxChanges: number;
  readonly maxDeletions: number;
  readonly health: HealthRules;
  readonly settleSeconds: number;
  readonly drift: DriftRules;
  /** Enters the plan id. */
  readonly digest: string;
}

/** Everything that one revision says about one device. */
export interface Target {
  readonly name: DeviceName;
  /** The source as plan ids name it, unlike that of every other installation. */
  readonly source: string;
  readonly revision: string;
  readonly address: URL;
  readonly credential: string;
  readonly tls: { readonly mode: 'verify' | 'pinned' | 'insecure'; readonly fingerprint: string | null };
  readonly environment: 'lab' | 'staging' | 'prod';
  readonly site: string | null;
  /** spec.serial; null: the first contact pins it. */
  readonly serial: string | null;
  readonly suspended: boolean;
  /** The router's address and interface that the controller reaches it through; rows there are never touched. */
  readonly management: { readonly address: string | null; readonly interface: string | null };
  readonly protectedRows: readonly { readonly menu: MenuPath; readonly match: Readonly<Record<string, string>> }[];
  readonly allowedMenus: readonly MenuPath[];
  readonly pollSeconds: number;
  readonly desired: DesiredState;
  readonly rollout: RolloutRules;
  readonly approvalRules: readonly ApprovalRule[];
}
