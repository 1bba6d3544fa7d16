/* Generated from the files in schemas/sections/ by "npm run generate". */
import addressLists from '../sections/address-lists.json' with { type: 'json' };
import addresses from '../sections/addresses.json' with { type: 'json' };
import dns from '../sections/dns.json' with { type: 'json' };
import dnsStatic from '../sections/dns-static.json' with { type: 'json' };
import identity from '../sections/identity.json' with { type: 'json' };
import interfaceLists from '../sections/interface-lists.json' with { type: 'json' };
import interfaces from '../sections/interfaces.json' with { type: 'json' };
import ntpClient from '../sections/ntp-client.json' with { type: 'json' };

/** Where the schema of each section stands, and itself; in the order of a RouterConfig's. */
export const SECTION_FILES = {
  identity: { path: 'sections/identity.json', schema: identity },
  dns: { path: 'sections/dns.json', schema: dns },
  dnsStatic: { path: 'sections/dns-static.json', schema: dnsStatic },
  ntpClient: { path: 'sections/ntp-client.json', schema: ntpClient },
  addressLists: { path: 'sections/address-lists.json', schema: addressLists },
  addresses: { path: 'sections/addresses.json', schema: addresses },
  interfaceLists: { path: 'sections/interface-lists.json', schema: interfaceLists },
  interfaces: { path: 'sections/interfaces.json', schema: interfaces },
} as const;
