/* Generated from schemas/rollout-policy.json by "npm run generate". */

/**
 * How a plan reaches the selected devices: the undo it must be armed with, its budgets and the health it must leave behind. At most one RolloutPolicy may match a device.
 */
export interface RolloutPolicy {
  /**
   * Version of this schema.
   */
  apiVersion: 'routeros-gitops.dev/v1alpha1';
  /**
   * What this object is.
   */
  kind: 'RolloutPolicy';
  metadata: Metadata;
  spec: RolloutPolicySpec;
}
/**
 * Name and labels of an object, as in Kubernetes.
 */
export interface Metadata {
  /**
   * Unique among the objects of its kind. Lower-case letters, digits and hyphens.
   */
  name: string;
  /**
   * Free key-value pairs that selectors match. A device also answers to the labels `environment`, `site` and `name`, which are taken from its spec and name and can't be set here.
   */
  labels?: {
    [k: string]: string;
  };
  /**
   * Free key-value pairs that nothing selects by. Values are strings.
   */
  annotations?: {
    [k: string]: string;
  };
}
/**
 * Everything but the selector has a default.
 */
export interface RolloutPolicySpec {
  selector: Selector;
  /**
   * The least protection that is accepted. `full`: the undo survives a lost path, the controller's death and a reboot of the router. `job-only`: it doesn't survive a reboot.
   */
  tier?: 'full' | 'job-only';
  /**
   * Seconds after which the router undoes the change by itself unless the controller has confirmed it.
   */
  confirmWithinSeconds?: number;
  budgets?: Budgets;
  health?: Health;
  /**
   * What to do when a router differs from its last confirmed state: `ignore`, `alert` (report it) or `correct` (bring it back; rows are never deleted for it).
   */
  drift?: 'ignore' | 'alert' | 'correct';
}
/**
 * Which devices: those that carry all of `matchLabels`, or those listed in `names`. State one of the two; the empty selector `{}` means every device.
 */
export interface Selector {
  /**
   * The device must carry every one of these labels. `environment`, `site` and `name` can be used here like any label.
   */
  matchLabels?: {
    [k: string]: string;
  };
  /**
   * Names of RouterDevices.
   *
   * @minItems 1
   */
  names?: string[];
}
/**
 * A plan over budget is refused.
 */
export interface Budgets {
  /**
   * Most changes that one plan may make on one device.
   */
  maxChanges?: number;
  /**
   * Most rows that one plan may delete on one device.
   */
  maxDeletions?: number;
}
/**
 * Checks after a change. One that fails, or can't be answered, rolls the change back.
 */
export interface Health {
  /**
   * Highest load in percent.
   */
  maxCpuPercent?: number;
  /**
   * Least free memory in percent.
   */
  minFreeMemoryPercent?: number;
  /**
   * Targets the router must reach.
   *
   * @maxItems 10
   */
  pings?: Ping[];
  /**
   * DNS names that must resolve on the router.
   *
   * @maxItems 10
   */
  resolve?: string[];
  /**
   * Seconds to wait after the last write before the checks begin.
   */
  settleSeconds?: number;
  /**
   * `running`: every interface that ran before must run after. `ignore`: not checked.
   */
  interfaces?: 'running' | 'ignore';
}
/**
 * One target.
 */
export interface Ping {
  /**
   * Target of the ping, an IP address.
   */
  address: string;
  /**
   * How many packets.
   */
  count?: number;
  /**
   * Most packets in percent that may be lost.
   */
  maxLossPercent?: number;
}
