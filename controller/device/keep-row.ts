import type { Row } from '#routeros';

/** Whether a row is the copy that an undo takes a secret back from: it is nobody's configuration. */
export function isKeep(row: Row): boolean {
  return KEEP_NAME.test(row['name'] ?? '');
}

const KEEP_NAME = /^rg-[0-9a-f]{12}-\d+-keep-\d+$/;
