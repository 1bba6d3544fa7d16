import { createHash } from 'node:crypto';
import type { MenuPath } from '#routeros';

const LONGEST = 63;
const DIGEST_CHARACTERS = 8;

/**
 * The name that an import gives a secret of a device: the same for the same field of the same row, whatever else there
 * is, and another for every other. Nothing of its value is in it: `r1-wifi-security-passphrase-office`.
 */
export function secretNameOf(device: string, menu: MenuPath, property: string, row: string): string {
  const kind = menu === '/interface/wifi' ? 'wifi-interface' : menu.slice('/interface/'.length);
  const whole = [device, kind.replaceAll('/', '-'), property.replaceAll('.', '-'), row].join('-');
  const name = whole.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  if (name === whole && name.length <= LONGEST && !name.endsWith('-')) return name;
  const digest = createHash('sha256')
    .update(JSON.stringify([device, menu, property, row]))
    .digest('hex');
  const most = LONGEST - DIGEST_CHARACTERS - 1;
  return `${name.slice(0, most).replace(/-+$/, '')}-${digest.slice(0, DIGEST_CHARACTERS)}`;
}
