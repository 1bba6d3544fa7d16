/* Generated from schemas/approval-policy.json by "npm run generate". */

/**
 * Who must agree before a plan reaches the selected devices. All policies that match a device and the sections of its plan must be satisfied; a plan that none matches is refused.
 */
export interface ApprovalPolicy {
  /**
   * Version of this schema.
   */
  apiVersion: 'routeros-gitops.dev/v1alpha1';
  /**
   * What this object is.
   */
  kind: 'ApprovalPolicy';
  metadata: Metadata;
  spec: ApprovalPolicySpec;
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
 * Either `auto`, or who approves.
 */
export interface ApprovalPolicySpec {
  selector: Selector;
  /**
   * The policy counts only for plans that touch one of these sections. Without it: for all plans.
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
  approvers?: Approvers;
  /**
   * How many different people must approve.
   */
  required?: number;
  /**
   * Who brought a change doesn't count among its approvers. Default: `true`, but `false` for lab devices.
   */
  excludeAuthors?: boolean;
  /**
   * Hours after which an approval that was not used is void.
   */
  expiresAfterHours?: number;
  /**
   * Device plans need nobody's approval; risky ones and those over budget still do. Only for a selector that can match nothing but lab devices.
   */
  auto?: boolean;
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
 * Whose approval counts: people by name, or everybody with one of the roles.
 */
export interface Approvers {
  /**
   * Names from the Roster.
   *
   * @minItems 1
   * @maxItems 500
   */
  people?: string[];
  /**
   * Roles from the Roster.
   *
   * @minItems 1
   * @maxItems 10
   */
  roles?: ('approver' | 'policy')[];
}
