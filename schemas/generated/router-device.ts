/* Generated from schemas/router-device.json by "npm run generate". */

/**
 * One managed router: where it is, how the controller reaches it, and what it must never touch there.
 */
export interface RouterDevice {
  /**
   * Version of this schema.
   */
  apiVersion: 'routeros-gitops.dev/v1alpha1';
  /**
   * What this object is.
   */
  kind: 'RouterDevice';
  metadata: Metadata;
  spec: RouterDeviceSpec;
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
 * The router as the operator knows it.
 */
export interface RouterDeviceSpec {
  /**
   * URL of the router's REST service: scheme, host and port, nothing else. `http` is allowed for lab devices only.
   */
  address: string;
  /**
   * Name of the credentials the operator has bound outside this repository. A bare name: never a path, an environment variable or the secret itself.
   */
  credentialsRef: string;
  tls?: TLS;
  /**
   * Decides how strictly the device is guarded: only lab devices may use http, unchecked TLS or automatic approval.
   */
  environment: 'lab' | 'staging' | 'prod';
  /**
   * Where the router stands. Selectors match it as the label `site`.
   */
  site?: string;
  /**
   * Serial number of the board (CHR: the system id). A device that answers with another serial gets no write. Without it the serial seen at first contact is pinned.
   */
  serial?: string;
  /**
   * IANA name of the site's time zone. Times about this device are shown in it.
   */
  timeZone?: string;
  /**
   * Marks a device whose loss hurts most; listings and plans show it first.
   */
  critical?: boolean;
  /**
   * The device is left alone: no reads, no plans, no writes, until this is false again.
   */
  suspend?: boolean;
  management?: ManagementPath;
  capabilities?: Capabilities;
  poll?: Poll;
}
/**
 * How the router proves who it is. Without it the certificate must be valid for a trusted CA (`mode: verify`).
 */
export interface TLS {
  /**
   * `verify`: the certificate chains to a trusted CA and names the host. `pinned`: its SHA-256 fingerprint is the one given. `insecure`: not checked at all, for lab devices only.
   */
  mode: 'verify' | 'pinned' | 'insecure';
  /**
   * SHA-256 fingerprint of the router's certificate, as `openssl x509 -noout -fingerprint -sha256` prints it. With `mode: pinned` only.
   */
  fingerprint?: string;
}
/**
 * What the controller needs on the router to reach it. No plan may touch any of it.
 */
export interface ManagementPath {
  /**
   * The router's own address on the management path, without prefix length.
   */
  address: string;
  /**
   * The router's interface on which the controller's packets arrive.
   */
  interface: string;
  /**
   * Further rows that no plan may touch, named by menu and fields.
   *
   * @maxItems 200
   */
  rows?: {
    /**
     * RouterOS menu, words joined by slashes.
     */
    menu: string;
    /**
     * RouterOS property names and values. A row is protected when all of them are equal.
     */
    match: {
      [k: string]: string;
    };
  }[];
}
/**
 * What may be managed and tried on this device. Without it: every section in lab and staging; in prod every section but `dhcp…`, `bridge…`, `wifi` and `wireless`; every tool but `bandwidthTest`.
 */
export interface Capabilities {
  /**
   * Sections that plans may touch on this device. RouterConfigs that declare others for it are refused.
   *
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
  /**
   * What people may have this router try (`rosctl diagnose`). Without it: all but `bandwidthTest`, which fills lines and needs to be listed on both devices.
   *
   * @maxItems 10
   */
  tools?: ('ping' | 'traceroute' | 'resolve' | 'bandwidthTest')[];
}
/**
 * How often the device is looked at.
 */
export interface Poll {
  /**
   * Seconds between two passes when nothing else asks for one.
   */
  intervalSeconds?: number;
}
