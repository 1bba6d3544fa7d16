import { ADDRESS_LIST } from './address-list.ts';
import { ADDRESS } from './address.ts';
import { DNS_STATIC } from './dns-static.ts';
import { DNS } from './dns.ts';
import { IDENTITY } from './identity.ts';
import type { Menu, MenuPath } from './menu.ts';
import { NTP_CLIENT } from './ntp-client.ts';

/** Every menu this project manages, by path. */
export const CATALOGUE: Readonly<Record<MenuPath, Menu>> = Object.fromEntries(
  [IDENTITY, DNS, DNS_STATIC, NTP_CLIENT, ADDRESS_LIST, ADDRESS].map((menu) => [menu.path, menu]),
);

/** @throws {RangeError} for a menu that is not managed: a mistake in the calling code, since sections name only menus of the catalogue. */
export function menuOf(path: MenuPath): Menu {
  const menu = CATALOGUE[path];
  if (menu === undefined) throw new RangeError(`${path} is not in the catalogue`);
  return menu;
}
