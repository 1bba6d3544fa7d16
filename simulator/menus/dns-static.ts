import { isIPv6 } from 'node:net';
import { ip4, ip4Of, ip6 } from '../kinds/address.ts';
import { bool, either, listOf, nonEmptyText, number, oneOf, regexp, text } from '../kinds/kind.ts';
import { time } from '../kinds/time.ts';
import type { Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { MenuSpec } from '../model/state.ts';
import { isAtLeast } from '../model/version.ts';
import { comment, disabled, flag } from './fields.ts';

const port = number(0, 65_535);

/** The fields that hold the value, by type (routeros-rest.md §5.2). */
const valueFields: Readonly<Record<string, readonly string[]>> = {
  A: ['address'],
  AAAA: ['address'],
  CNAME: ['cname'],
  FWD: ['forward-to'],
  MX: ['mx-exchange', 'mx-preference'],
  NS: ['ns'],
  NXDOMAIN: [],
  SRV: ['srv-target', 'srv-port', 'srv-priority', 'srv-weight'],
  TXT: ['text'],
};
const allValueFields = [...new Set(Object.values(valueFields).flat())];

/**
 * What stands in a value that nobody gives. Numbers: the vendor's page DNS. An empty TXT text is kept (7.24.4, public
 * report).
 */
const byDefault: Readonly<Record<string, string>> = {
  'mx-preference': '0',
  'srv-port': '0',
  'srv-priority': '0',
  'srv-weight': '0',
  text: '',
};
/** A FWD record without it asks the router's own servers (vendor's page DNS, whitelist of adlists). */
const optional = ['forward-to'];

/** /ip/dns/static (routeros-rest.md §5.2). */
export const dnsStatic: MenuSpec = {
  path: '/ip/dns/static',
  shape: 'orderedList',
  noun: 'static dns entry',
  source: 'routeros-rest.md §5.2',
  key: ['name', 'regexp', 'type', 'address'],
  fields: {
    name: { kind: text },
    regexp: { kind: regexp, source: "vendor's page Regular Expressions" },
    type: { kind: oneOf(...Object.keys(valueFields)), default: 'A' },
    address: { kind: either(ip4, ip6) },
    cname: { kind: text },
    'forward-to': {
      kind: listOf(either(either(ip4, ip6), nonEmptyText)),
      source: "exports of 7.15.3 and 7.21 (several, IPv6, names); vendor's page DNS (forwarders)",
    },
    'mx-exchange': { kind: text },
    'mx-preference': { kind: port },
    ns: { kind: text },
    'srv-target': { kind: text },
    'srv-port': { kind: port },
    'srv-priority': { kind: port },
    'srv-weight': { kind: port },
    text: { kind: text },
    ttl: { kind: time(), default: '1d' },
    'match-subdomain': { kind: bool, show: 'true' },
    'address-list': { kind: nonEmptyText },
    comment,
    disabled,
    dynamic: flag,
  },
  unique: { key: keyOf, refusal: 'entryExists' },
  prepare(router, next) {
    if (next['name'] !== undefined && next['regexp'] !== undefined) {
      throw refusal('nameAndRegexp');
    }
    if (next['name'] === undefined && next['regexp'] === undefined) {
      throw refusal('missing', 'name');
    }
    refuseNamesOfForwarders(router.facts.version, next['forward-to'] ?? '');
    // 7.24.4, public report: a dot at the end of a name is dropped.
    const name = next['name']?.replace(/\.$/, '');
    return withOwnValues(name === undefined ? next : { ...next, name });
  },
  finish(printed, router) {
    // Older versions leave the type of A rows out (routeros-rest.md §5.2).
    if (printed['type'] === 'A' && !isAtLeast(router.facts.version, '7.13')) {
      const { type: _type, ...rest } = printed;
      return rest;
    }
    return printed;
  },
};

/** Forwarders came with 7.17; up to 7.16.2 the command trees call the argument an IP address. */
function refuseNamesOfForwarders(version: string, servers: string): void {
  const names = servers.split(',').filter((server) => server !== '' && ip4Of(server) === undefined && !isIPv6(server));
  if (names.length > 0 && !isAtLeast(version, '7.17')) {
    throw refusal('invalidValue', 'forward-to');
  }
}

/** Keeps the value fields of the row's type alone: foreign ones are dropped without a word. */
function withOwnValues(next: Properties): Properties {
  const type = next['type'] ?? 'A';
  const own = valueFields[type] ?? [];
  const values = Object.fromEntries(
    Object.entries(next).filter(([name]) => !allValueFields.includes(name) || own.includes(name)),
  );
  for (const name of own) {
    const value = values[name] ?? byDefault[name];
    if (value !== undefined) {
      values[name] = value;
    } else if (!optional.includes(name)) {
      throw refusal('badData', type);
    }
  }
  if (!isGoodData(type, values)) {
    throw refusal('badData', type);
  }
  if ((type === 'A') === (values['address']?.includes(':') ?? false) && values['address'] !== undefined) {
    throw refusal('wrongFamily');
  }
  return values;
}

/** Names and targets as routers were seen to refuse them: `badData` says where. */
function isGoodData(type: string, values: Properties): boolean {
  const target = values[type === 'SRV' ? 'srv-target' : 'cname'] ?? '';
  const isService = type !== 'SRV' || /^_[^.]+\._[^.]+\../.test(values['name'] ?? '_a._b.c');
  return isService && !(/^(SRV|CNAME)$/.test(type) && target.endsWith('.'));
}

/** Name or regexp, type and whole value; ttl and comment are no part, and a disabled twin is allowed. */
function keyOf(values: Properties): string | undefined {
  return values['disabled'] === 'true'
    ? undefined
    : JSON.stringify(
        ['name', 'regexp', 'type', ...allValueFields].map((name) => values[name] ?? (name === 'type' ? 'A' : '')),
      );
}
