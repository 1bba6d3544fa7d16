/* Generated from schemas/rollout-policy.json by "npm run generate". */

/**
 * How plans reach the selected devices: in which waves, when, with which undo and budgets, and the health they must leave behind. At most one RolloutPolicy may match a device.
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
   * Which devices take their plans first: each device goes with the first wave that selects it, the others with a last wave named `rest`. A wave begins when the one before is done. In every rollout one device goes alone until it is confirmed.
   *
   * @maxItems 50
   */
  waves?: Wave[];
  /**
   * Most devices of a rollout that may be changed at one time, as a number or as a share of the rollout's devices; never less than one.
   */
  maxUnavailable?: number | string;
  /**
   * So many devices of a rollout may fail, as a number or as a share of its devices; one more halts the rollout until a person decides. `0`: the first one that fails halts it.
   */
  failureBudget?: number | string;
  /**
   * Seconds for which a wave is watched after its last device is done: a device that stalls or no longer answers then has failed.
   */
  soakSeconds?: number;
  /**
   * Seconds between a wave, its soak included, and the next one.
   */
  pauseSeconds?: number;
  /**
   * `continue`: the next wave begins by itself. `wait`: a person lets it begin, `rosctl rollouts resume`.
   */
  betweenWaves?: 'continue' | 'wait';
  /**
   * What is rolled back when the failure budget is used up: nothing but the failed `device`, its whole `wave`, or the whole `rollout`.
   */
  onFailure?: 'device' | 'wave' | 'rollout';
  /**
   * When changes may begin, by the clock of the device's site (`spec.timeZone`, UTC without one); a change begins only when it can end before the window closes. Empty: always.
   *
   * @maxItems 50
   */
  windows?: Window[];
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
   * What to do when a router differs from its last confirmed state: `ignore` it, `alert` (report it), `propose` (report it, and keep ready what adopts it into the files or reverts it: `rosctl drift propose`), or `correct` (bring the router back; no row is deleted for it unless a drift rule says so).
   */
  drift?: 'ignore' | 'alert' | 'propose' | 'correct';
  /**
   * What to do about drift in some sections, or on some of the devices. Of the rules that mean a section of a device the first one counts; where none does, `drift` does.
   *
   * @maxItems 50
   */
  driftRules?: DriftRule[];
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
   * @maxItems 10000
   */
  names?: string[];
}
/**
 * One wave.
 */
export interface Wave {
  /**
   * What people call the wave; `rest` is taken.
   */
  name: string;
  selector: Selector1;
}
/**
 * Which devices: those that carry all of `matchLabels`, or those listed in `names`. State one of the two; the empty selector `{}` means every device.
 */
export interface Selector1 {
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
   * @maxItems 10000
   */
  names?: string[];
}
/**
 * One window of each week. `to` at or before `from` is on the next day.
 */
export interface Window {
  /**
   * Days on which it opens; without them every day.
   *
   * @minItems 1
   * @maxItems 7
   */
  days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
  /**
   * When it opens.
   */
  from: string;
  /**
   * When it closes.
   */
  to: string;
}
/**
 * A plan over budget needs an approval of its own: one that names it, not the fleet plan.
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
/**
 * One rule.
 */
export interface DriftRule {
  /**
   * The rule counts for these sections. Without it: for all.
   *
   * @minItems 1
   * @maxItems 50
   */
  sections?: (
    | 'identity'
    | 'dns'
    | 'dnsStatic'
    | 'ntpClient'
    | 'addressLists'
    | 'addresses'
    | 'interfaceLists'
    | 'interfaces'
    | 'dhcpLeases'
    | 'dhcpNetworks'
    | 'dhcpOptionSets'
    | 'dhcpOptions'
    | 'dhcpServers'
    | 'pools'
    | 'bridgePorts'
    | 'bridges'
    | 'wifi'
    | 'wireless'
    | 'dnsAdlists'
    | 'dnsForwarders'
    | 'ntpServer'
  )[];
  selector?: Selector2;
  /**
   * What to do: as `drift` of the policy.
   */
  drift: 'ignore' | 'alert' | 'propose' | 'correct';
  /**
   * Only with `correct`. `refuse`: a correction that would delete rows waits for an approval. `allow`: rows that a section prunes are deleted for it.
   */
  deletions?: 'refuse' | 'allow';
}
/**
 * Which devices: those that carry all of `matchLabels`, or those listed in `names`. State one of the two; the empty selector `{}` means every device.
 */
export interface Selector2 {
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
   * @maxItems 10000
   */
  names?: string[];
}
