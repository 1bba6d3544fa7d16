import { DNS_FORWARDER } from '../catalogue/dns-forwarder.ts';
import { forwarderCodec } from '../values/forwarder.ts';
import { httpsUrlCodec } from '../values/https-url.ts';
import { type SectionFault, sectionOf } from './section.ts';

/** Servers that FWD records name together. */
export const DNS_FORWARDERS_SECTION = sectionOf('dnsForwarders', {
  menus: [DNS_FORWARDER],
  strict: { dohServers: httpsUrlCodec, name: forwarderCodec },
  faults: (_, row) => [...nameFaults(row['name'] ?? ''), ...serverFaults(row)],
});

/** A FWD record takes what reads as an address for one. */
function nameFaults(name: string): readonly SectionFault[] {
  if (!/^[\d.]*$|:/.test(name)) return [];
  const hint = 'Give it a name with a letter in it and no colon.';
  return [{ field: 'name', message: 'a FWD record would take this name for an address', hint }];
}

function serverFaults(row: Readonly<Record<string, string>>): readonly SectionFault[] {
  if ((row['dns-servers'] ?? '') !== '' || (row['doh-servers'] ?? '') !== '') return [];
  return [{ field: 'dnsServers', message: 'a forwarder needs dnsServers or dohServers' }];
}
