import { DNS_STATIC } from '../catalogue/dns-static.ts';
import { impliedFields } from '../catalogue/match.ts';
import type { Row } from '../catalogue/menu.ts';
import { domainNameCodec } from '../values/domain-name.ts';
import { recordNameCodec } from '../values/record-name.ts';
import { type SectionFault, sectionOf } from './section.ts';

const MATCH: readonly string[] = DNS_STATIC.match;

/** Static DNS records. */
export const DNS_STATIC_SECTION = sectionOf('dnsStatic', {
  menus: [DNS_STATIC],
  strict: {
    name: recordNameCodec,
    cname: domainNameCodec,
    mxExchange: domainNameCodec,
    ns: domainNameCodec,
    srvTarget: domainNameCodec,
  },
  faults: (_, row) => recordFaults(row),
});

/**
 * What is wrong with a static DNS record as a whole. The router drops foreign value fields silently or refuses them,
 * and takes a name or a regexp, never both (routeros-rest.md §5.2): each would be a difference that never converges.
 */
function recordFaults(row: Row): readonly SectionFault[] {
  const type = row['type'] ?? 'A';
  const own = impliedFields(DNS_STATIC, row) ?? {};
  const faults: SectionFault[] = [];
  if (row['name'] === undefined && row['regexp'] === undefined) {
    faults.push({ field: 'name', message: 'a record needs a name or a regexp' });
  }
  if (row['name'] !== undefined && row['regexp'] !== undefined) {
    faults.push({ field: 'regexp', message: 'a record has a name or a regexp, not both' });
  }
  for (const [name, property] of Object.entries(DNS_STATIC_SECTION.menus[0].properties)) {
    const isValue = MATCH.includes(property) && !['name', 'regexp', 'type'].includes(property);
    if (!isValue) continue;
    const given = row[property] !== undefined;
    if (own[property] === null && !given) {
      faults.push({ field: name, message: `a record of type ${type} needs ${name}` });
    }
    if (given && own[property] === undefined) {
      faults.push({
        field: name,
        message: `a record of type ${type} has no ${name}`,
        hint: 'Change type, or leave it out.',
      });
    }
  }
  return [...faults, ...addressFaults(type, row['address']), ...serviceFaults(type, row['name'])];
}

function addressFaults(type: string, address: string | undefined): readonly SectionFault[] {
  if (address === undefined) return [];
  const isIpv6 = address.includes(':');
  if (type === 'A' && isIpv6) {
    return [{ field: 'address', message: 'a record of type A has an IPv4 address', hint: 'Write type: AAAA.' }];
  }
  if (type === 'AAAA' && !isIpv6) {
    return [{ field: 'address', message: 'a record of type AAAA has an IPv6 address', hint: 'Write type: A.' }];
  }
  return [];
}

/** RouterOS answers `bad SRV data` to any other name (hAP ac², public report). */
function serviceFaults(type: string, name: string | undefined): readonly SectionFault[] {
  if (type !== 'SRV' || name === undefined || /^_[^.]+\._[^.]+\.[^.]/.test(name)) return [];
  const message = 'a record of type SRV is named _service._proto.name';
  return [
    { field: 'name', message, hint: `For example _sip._tcp.${name.replace(/^(_[^.]*\.?)*/, '') || 'example.net'}.` },
  ];
}
