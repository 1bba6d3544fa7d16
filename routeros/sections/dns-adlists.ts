import { DNS_ADLIST } from '../catalogue/dns-adlist.ts';
import { type SectionFault, sectionOf } from './section.ts';

/** Lists of names that the DNS cache answers with nothing. */
export const DNS_ADLISTS_SECTION = sectionOf('dnsAdlists', {
  menus: [DNS_ADLIST],
  faults: (_, row) => placeFaults(row),
});

function placeFaults({ url, file }: Readonly<Record<string, string>>): readonly SectionFault[] {
  if ((url === undefined) !== (file === undefined)) return [];
  const message = 'an adlist has a url or a file';
  return [{ field: url === undefined ? 'url' : 'file', message: url === undefined ? message : `${message}, not both` }];
}
