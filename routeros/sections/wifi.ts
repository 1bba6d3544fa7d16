import { WIFI_CHANNEL } from '../catalogue/wifi-channel.ts';
import { WIFI_CONFIGURATION } from '../catalogue/wifi-configuration.ts';
import { WIFI_DATAPATH } from '../catalogue/wifi-datapath.ts';
import { WIFI_INTERFACE } from '../catalogue/wifi-interface.ts';
import { WIFI_SECURITY } from '../catalogue/wifi-security.ts';
import type { Row } from '../catalogue/menu.ts';
import { type SectionFault, sectionOfLists } from './section.ts';

/** Wireless networks. */
export const WIFI_SECTION = sectionOfLists('wifi', {
  channels: { menus: [WIFI_CHANNEL], faults: nameFaults },
  security: { menus: [WIFI_SECURITY], faults: nameFaults },
  datapaths: { menus: [WIFI_DATAPATH], faults: nameFaults },
  configurations: { menus: [WIFI_CONFIGURATION], faults: ssidFaults },
  interfaces: { menus: [WIFI_INTERFACE], faults: ssidFaults },
});

type Declared = Readonly<Record<string, unknown>>;

/** Names that start like those of our own objects on a router are for our copies of rows alone. */
export function nameFaults({ name }: Declared): readonly SectionFault[] {
  if (typeof name !== 'string' || !name.startsWith('rg-')) return [];
  return [{ field: 'name', message: 'names that start with rg- are for the undo', hint: 'Choose another name.' }];
}

const MOST_SSID_BYTES = 32;

/** The router counts bytes of a network name, the schema characters. */
export function ssidFaults(declared: Declared, row: Row): readonly SectionFault[] {
  const faults = [...nameFaults(declared)];
  for (const [field, property] of [
    ['ssid', 'ssid'],
    ['configurationSsid', 'configuration.ssid'],
  ] as const) {
    const text = row[property];
    if (text === undefined || declared[field] === undefined) continue;
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > MOST_SSID_BYTES) {
      const message = `an SSID has at most ${MOST_SSID_BYTES} bytes, and this one has ${bytes}`;
      faults.push({ field, message, hint: 'Letters beyond ASCII take two bytes and more.' });
    }
  }
  return faults;
}
