import type { SectionName } from '#schemas';
import { addressListEntryCodec } from '../values/address-list-entry.ts';
import { domainNameCodec } from '../values/domain-name.ts';
import { menuOf } from './catalogue.ts';
import type { Codec, Field, MenuPath } from './menu.ts';

/** How a value looks in YAML: a list is a sequence of texts. */
export type YamlKind = 'boolean' | 'integer' | 'string' | 'list';

/** How one YAML field becomes a property of the router. */
export interface SectionField {
  /** The property's name on the router: `allow-remote-requests` for `allowRemoteRequests`. */
  readonly property: string;
  readonly kind: YamlKind;
  /** What people may write, where that is less than what a router may hold. */
  readonly strict?: Codec;
}

/** What a user writes under one key of a RouterConfig: the fields of one menu; for a list, of each of its items. */
export interface Section {
  readonly name: SectionName;
  readonly menu: MenuPath;
  readonly shape: 'settings' | 'list';
  readonly fields: Readonly<Record<string, SectionField>>;
  /** Fields that every item must have. */
  readonly required: readonly string[];
}

/** One thing wrong with what somebody wrote. */
export interface SectionFault {
  /** The field's name as written in YAML. */
  readonly field: string;
  /** In a list, the position of the faulty item. */
  readonly index?: number;
  /** What is wrong and what is allowed. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Every section of a RouterConfig, under the names schemas/ knows. */
export const SECTIONS = {
  identity: settings('identity', '/system/identity', { name: 'string' }),
  dns: settings('dns', '/ip/dns', {
    servers: 'list',
    allowRemoteRequests: 'boolean',
    useDohServer: 'string',
    verifyDohCert: 'boolean',
    maxUdpPacketSize: 'integer',
    queryServerTimeout: 'string',
    queryTotalTimeout: 'string',
    maxConcurrentQueries: 'integer',
    maxConcurrentTcpSessions: 'integer',
    cacheSize: 'integer',
    cacheMaxTtl: 'string',
    dohMaxServerConnections: 'integer',
    dohMaxConcurrentQueries: 'integer',
    dohTimeout: 'string',
    addressListExtraTime: 'string',
    vrf: 'string',
    mdnsRepeatIfaces: 'list',
  }),
  dnsStatic: {
    name: 'dnsStatic',
    menu: '/ip/dns/static',
    shape: 'list',
    fields: fieldsOf(
      {
        name: 'string',
        regexp: 'string',
        type: 'string',
        address: 'string',
        cname: 'string',
        forwardTo: 'string',
        mxExchange: 'string',
        mxPreference: 'integer',
        ns: 'string',
        srvTarget: 'string',
        srvPort: 'integer',
        srvPriority: 'integer',
        srvWeight: 'integer',
        text: 'string',
        ttl: 'string',
        matchSubdomain: 'boolean',
        addressList: 'string',
        comment: 'string',
        disabled: 'boolean',
      },
      {
        name: domainNameCodec,
        cname: domainNameCodec,
        mxExchange: domainNameCodec,
        ns: domainNameCodec,
        srvTarget: domainNameCodec,
      },
    ),
    required: [],
  },
  ntpClient: settings('ntpClient', '/system/ntp/client', {
    enabled: 'boolean',
    mode: 'string',
    servers: 'list',
    vrf: 'string',
  }),
  addressLists: {
    name: 'addressLists',
    menu: '/ip/firewall/address-list',
    shape: 'list',
    fields: fieldsOf(
      { list: 'string', address: 'string', comment: 'string', disabled: 'boolean' },
      { address: addressListEntryCodec('strict') },
    ),
    required: ['list', 'address'],
  },
  addresses: {
    name: 'addresses',
    menu: '/ip/address',
    shape: 'list',
    fields: fieldsOf({ address: 'string', interface: 'string', comment: 'string', disabled: 'boolean' }, {}),
    required: ['address', 'interface'],
  },
} as const satisfies Record<SectionName, Section>;

/** The field of the catalogue behind a field of a section. @throws {RangeError} for a name the section does not have. */
export function fieldOfSection(section: Section, name: string): Field {
  const property = section.fields[name]?.property;
  const field = property === undefined ? undefined : menuOf(section.menu).fields[property];
  if (field === undefined) throw new RangeError(`section ${section.name} has no field ${name}`);
  return field;
}

function settings(name: SectionName, menu: MenuPath, kinds: Readonly<Record<string, YamlKind>>): Section {
  return { name, menu, shape: 'settings', fields: fieldsOf(kinds, {}), required: [] };
}

function fieldsOf(
  kinds: Readonly<Record<string, YamlKind>>,
  stricter: Readonly<Record<string, Codec>>,
): Readonly<Record<string, SectionField>> {
  const fields: Record<string, SectionField> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const strict = stricter[name];
    const property = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    fields[name] = strict === undefined ? { property, kind } : { property, kind, strict };
  }
  return fields;
}
