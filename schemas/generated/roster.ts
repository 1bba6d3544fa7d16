/* Generated from schemas/roster.json by "npm run generate". */

/**
 * The people who may contribute and approve, and the keys they sign with.
 */
export interface Roster {
  /**
   * Version of this schema.
   */
  apiVersion: 'routeros-gitops.dev/v1alpha1';
  /**
   * What this object is.
   */
  kind: 'Roster';
  metadata: Metadata;
  spec: RosterSpec;
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
 * One Roster for the whole repository.
 */
export interface RosterSpec {
  /**
   * Everybody with a say. Approvals count people, not keys.
   *
   * @minItems 1
   * @maxItems 500
   */
  people: Person[];
}
/**
 * One person.
 */
export interface Person {
  /**
   * How the person is called in policies and in the audit trail.
   */
  name: string;
  /**
   * `contributor` may bring changes, `approver` may approve device plans, `policy` may approve changes to devices, rosters and policies.
   *
   * @minItems 1
   * @maxItems 10
   */
  roles: ('contributor' | 'approver' | 'policy')[];
  /**
   * SSH public keys, one line each as in a .pub file. No options, no certificates or certificate authorities, RSA from 2048 bits, no key twice in the roster.
   *
   * @maxItems 16
   */
  keys?: string[];
  /**
   * OpenPGP public keys, one armoured block each as `gpg --armor --export` prints it, written as a block scalar (`|`). Never a private key, no key twice in the roster.
   *
   * @maxItems 4
   */
  openpgp?: string[];
}
