/** Between the version that the RouterConfigs come from and the trusted head that inventory and policies come from. */
const OVER = ' over ';

/**
 * Where what a device was confirmed at came from: its RouterConfigs, and the inventory, which of a mixed state was the
 * older one.
 */
export interface RevisionVersions {
  readonly configs: string;
  readonly inventory: string;
}

/** The revision in force while the control plan of a version waits. */
export function waitingRevision(version: string, trustedHead: string): string {
  return `${version}${OVER}${trustedHead}`;
}

/** The versions that a revision was made of; of most it is one. */
export function versionsOf(revision: string): RevisionVersions {
  const [configs = revision, inventory = configs] = revision.split(OVER);
  return { configs, inventory };
}
