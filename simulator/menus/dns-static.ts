import { ip4, ip6 } from '../kinds/address.ts';
import { bool, either, nonEmptyText, number, oneOf, text } from '../kinds/kind.ts';
import { time } from '../kinds/time.ts';
import { ConsoleFailure, type Properties } from '../model/console.ts';
import type { MenuSpec } from '../model/state.ts';
import { isAtLeast } from '../model/version.ts';
import { comment, disabled, flag } from './fields.ts';

const port = number(0, 65_535);

/** The fields that hold the value, by type; the first must be given (routeros-rest.md §5.2). */
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
const zeroByDefault = ['mx-preference', 'srv-priority', 'srv-weight'];
const allValueFields = [...new Set(Object.values(valueFields).flat())];

/** /ip/dns/static (routeros-rest.md §5.2). */
export const dnsStatic: MenuSpec = {
  path: '/ip/dns/static',
  shape: 'orderedList',
  noun: 'static dns entry',
  key: ['name', 'regexp', 'type', 'address'],
  fields: {
    name: { kind: text },
    regexp: { kind: text },
    type: { kind: oneOf(...Object.keys(valueFields)), default: 'A' },
    address: { kind: either(ip4, ip6) },
    cname: { kind: text },
    'forward-to': { kind: text },
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
  unique: { key: keyOf, message: 'failure: entry already exists' },
  prepare(router, next) {
    if (next['name'] !== undefined && next['regexp'] !== undefined) {
      throw new ConsoleFailure('failure: only name or regexp allowed');
    }
    if (next['name'] === undefined && next['regexp'] === undefined) {
      throw new ConsoleFailure('missing =name=');
    }
    return withOwnValues(next);
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

/** Keeps the value fields of the row's type alone: foreign ones are dropped without a word. */
function withOwnValues(next: Properties): Properties {
  const type = next['type'] ?? 'A';
  const own = valueFields[type] ?? [];
  const values = Object.fromEntries(
    Object.entries(next).filter(([name]) => !allValueFields.includes(name) || own.includes(name)),
  );
  for (const name of own) {
    if (values[name] === undefined && zeroByDefault.includes(name)) {
      values[name] = '0';
    }
    if (values[name] === undefined) {
      throw new ConsoleFailure(`failure: bad ${type} data`);
    }
  }
  if ((type === 'A') === (values['address']?.includes(':') ?? false) && values['address'] !== undefined) {
    throw new ConsoleFailure('invalid value for argument address');
  }
  return values;
}

/** Name or regexp, type and whole value; ttl and comment are no part, and a disabled twin is allowed. */
function keyOf(values: Properties): string | undefined {
  return values['disabled'] === 'true'
    ? undefined
    : JSON.stringify(
        ['name', 'regexp', 'type', ...allValueFields].map((name) => values[name] ?? (name === 'type' ? 'A' : '')),
      );
}
