import { ip4, ip6 } from '../kinds/address.ts';
import { bool, either, listOf, nonEmptyText, text } from '../kinds/kind.ts';
import { refusal } from '../model/refusals.ts';
import type { MenuSpec } from '../model/state.ts';
import { comment, disabled, state } from './fields.ts';

/** /ip/dns/forwarders, from 7.17 on (routeros-rest.md §5.1; arguments: command trees of 7.20.8 and 7.24). */
export const dnsForwarders: MenuSpec = {
  path: '/ip/dns/forwarders',
  shape: 'list',
  noun: 'DNS forwarder',
  source: 'routeros-rest.md §5.1; command trees',
  since: '7.17',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    'dns-servers': { kind: listOf(either(ip4, ip6)), default: '' },
    'doh-servers': { kind: text, default: '' },
    'verify-doh-cert': { kind: bool, default: 'true' },
    comment,
    disabled,
  },
  unique: { key: (values) => values['name'], refusal: 'haveForwarder' },
};

/** /ip/dns/adlist, from 7.15 on (routeros-rest.md §5.1; arguments: command trees of 7.16.2 and newer). */
export const dnsAdlist: MenuSpec = {
  path: '/ip/dns/adlist',
  shape: 'list',
  noun: 'DNS adlist',
  source: 'routeros-rest.md §5.1; command trees',
  since: '7.15',
  key: ['url', 'file'],
  fields: {
    url: { kind: text },
    file: { kind: text },
    'ssl-verify': { kind: bool, default: 'true' },
    comment,
    disabled,
    'match-count': { ...state, default: '0' },
    'name-count': { ...state, default: '0' },
  },
  prepare(_router, next) {
    if ((next['url'] ?? '') === '' && (next['file'] ?? '') === '') {
      throw refusal('missing', 'url');
    }
    return next;
  },
};
