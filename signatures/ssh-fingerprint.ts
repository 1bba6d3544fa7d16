import { createHash } from 'node:crypto';

/** `SHA256:…` of a key in the SSH wire format, as `ssh-keygen -l` prints it. */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
