import { ConsoleFailure } from './console.ts';

interface Known {
  /** The router's words; `{}` stands for what the refusal is about. */
  readonly says: string;
  /** What REST answers; 400 when absent. */
  readonly status?: number;
  /**
   * Who says that RouterOS refuses this: a section of the references, a command tree, the vendor, an export, a public
   * report. "Our words": that it is refused stands there, not how.
   */
  readonly source: string;
}

/** Every refusal of kinds, engine and menus. There is no other way to make one. */
export const REFUSALS = {
  invalidValue: { says: 'invalid value for argument {}', source: 'routeros-rest.md §2.8' },
  invalidTime: { says: 'invalid time value for argument {}', source: 'routeros-rest.md §2.8' },
  noMatch: { says: 'input does not match any value of {}', source: 'routeros-rest.md §2.8' },
  outOfRange: { says: 'value of {} out of range ({}..{})', source: 'routeros-rest.md §2.8' },
  timeoutTooLong: {
    says: 'value of {} is out of range (00:00:00 .. 35w3d13:13:56)',
    source: 'routeros-rest.md §2.8, §5.5',
  },
  missing: { says: 'missing ={}=', source: 'routeros-rest.md §2.8' },
  unknownParameter: { says: 'unknown parameter {}', source: 'routeros-rest.md §2.8' },
  noCommand: { says: 'no such command', source: 'routeros-rest.md §2.8' },
  noMenu: { says: 'no such command or directory ({})', source: 'routeros-rest.md §2.8' },
  noItem: { says: 'no such item', status: 404, source: 'routeros-rest.md §2.8, §5.5' },
  noItemBefore: { says: 'no such item', source: 'routeros-rest.md §2.7' },
  notFound: { says: 'Not Found', status: 404, source: 'routeros-rest.md §2.7' },
  beforeItself: { says: 'failure: can not move object before itself', source: 'routeros-rest.md §2.7' },
  notPermitted: { says: 'not enough permissions (9)', status: 500, source: 'routeros-rest.md §1.1, §2.8' },
  dynamicItem: { says: 'failure: can not {} dynamic item', source: 'routeros-rest.md §5.3, §5.20; our words' },
  entryExists: { says: 'failure: entry already exists', source: 'routeros-rest.md §5.2' },
  radioStays: {
    says: 'failure: can not remove physical interface',
    source: 'routeros-rest.md §5.15 (radios have a default-name); our words',
  },
  haveEntry: { says: 'failure: already have such entry', source: 'routeros-rest.md §5.5' },
  haveForwarder: {
    says: 'failure: already have such forwarder',
    source: 'routeros-rest.md §5.1 (FWD records name it); our words',
  },
  haveNtpServer: { says: 'failure: already have such entry', source: 'routeros-rest.md §5.3 (the key); our words' },
  haveAddress: { says: 'failure: already have such address', source: 'routeros-rest.md §5.6, not seen on a router' },
  haveInterface: {
    says: 'failure: interface with such name already exists',
    source: 'routeros-rest.md §5.14 (the key); our words',
  },
  haveBridge: {
    says: 'failure: already have interface with such name',
    source: 'routeros-rest.md §5.11 (the key); our words',
  },
  havePort: {
    says: 'failure: device already added as bridge port',
    source: 'routeros-rest.md §5.12 (the key); our words',
  },
  portOfItself: {
    says: 'failure: can not add bridge to itself',
    source: 'routeros-rest.md §5.12 (a port is of a bridge); our words',
  },
  haveList: { says: 'failure: already have such list', source: 'routeros-rest.md §5.14 (the key); our words' },
  haveMember: { says: 'failure: already have such member', source: 'routeros-rest.md §5.14 (the key); our words' },
  haveItem: {
    says: 'failure: item with this name already exists',
    source: 'routeros-rest.md §5.29 (the key); our words',
  },
  haveFile: { says: 'failure: file already exists', source: 'routeros-rest.md §4 (by name); our words' },
  haveUser: {
    says: 'failure: user with the same name already exists',
    source: 'routeros-rest.md §5.30 (the key); our words',
  },
  haveGroup: {
    says: 'failure: group with the same name already exists',
    source: 'routeros-rest.md §1.1 (by name); our words',
  },
  havePool: { says: 'failure: pool with such name exists', source: 'routeros-rest.md §5.7 (the key); our words' },
  haveOption: {
    says: 'failure: dhcp option with such name already exists',
    source: "vendor's page DHCP (by name); our words",
  },
  haveOptionSet: {
    says: 'failure: dhcp option set with such name already exists',
    source: "vendor's page DHCP (by name); our words",
  },
  haveServer: { says: 'failure: server with such name already exists', source: 'routeros-rest.md §5.8' },
  haveNetwork: { says: 'failure: such network already exists', source: 'routeros-rest.md §5.9' },
  badNetwork: { says: 'failure: invalid network', source: 'routeros-rest.md §5.9' },
  haveLeaseOfClient: {
    says: 'failure: already have static lease for this client',
    source: 'routeros-rest.md §5.10',
  },
  haveLeaseOfAddress: {
    says: 'failure: already have static lease with this IP address',
    source: 'routeros-rest.md §5.10',
  },
  nameAndRegexp: { says: 'failure: only name or regexp allowed', source: 'routeros-rest.md §5.2' },
  badData: {
    says: 'failure: bad {} data',
    source:
      'routeros-rest.md §5.2 (MX, the other types alike); public reports: SRV named otherwise than _service._proto.name or with a dot at the end of its target (hAP ac²; 7.24.4), CNAME with one (7.24.4, a 400)',
  },
  badRegexp: {
    says: 'invalid value for argument regexp',
    source: "vendor's page Regular Expressions (POSIX, no empty (), no [. and [=); our words",
  },
  wrongFamily: {
    says: 'invalid value for argument address',
    source: "vendor's page DNS (the address of A or AAAA records); our words",
  },
  notDnsName: { says: 'failure: {} is not a valid dns name', source: 'routeros-rest.md §5.5' },
  portsNeedProtocol: {
    says: 'failure: ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp',
    source: 'routeros-rest.md §5.26; our words',
  },
  badGateway: { says: 'invalid or unexpected argument base', source: 'routeros-rest.md §2.8, §5.20' },
  contentsTooLong: { says: 'failure: contents too long', source: 'routeros-rest.md §2.8, §4' },
  groupInUse: { says: 'failure: group has some users', source: 'routeros-rest.md §5.30' },
  notByDeviceMode: { says: 'failure: not allowed by device-mode', source: "vendor's page Device-mode" },
  resolverSilent: {
    says: 'failure: dns server failure',
    source: "vendor's page DNS (query-total-timeout, 10 s); our words",
  },
  nameNotResolved: { says: 'failure: dns name does not exist', source: "vendor's page Scripting (:resolve)" },
} as const satisfies Readonly<Record<string, Known>>;

/** A refusal by its name. */
export type Refusal = keyof typeof REFUSALS;

/** The failure in the router's words, about these. */
export function refusal(name: Refusal, ...about: readonly (string | number)[]): ConsoleFailure {
  const { says, status }: Known = REFUSALS[name];
  let next = 0;
  return new ConsoleFailure(
    says.replaceAll('{}', () => String(about[next++])),
    status,
  );
}
