import { Failure } from '#failure';
import type { MenuPath, OwnSecrets, Row } from '#routeros';
import { queryWords } from '#routeros/readable';
import type { RestReader } from '#routeros/rest';
import type { BandwidthSlice, PingOptions, ReadSession } from '../ports.ts';

/** What a reader may ask of a router, in RouterOS' words (routeros-rest.md §2.4, §2.6); there is no word that writes. */
export function readSessionOn(reader: RestReader, ownSecrets: Pick<OwnSecrets, 'add'>): ReadSession {
  return {
    print: (menu, properties, filters = {}, signal) => reader.print(menu, properties, filters, signal),
    count: (menu, filters = {}, signal) => reader.count(menu, queryWords(filters), signal),
    async ping(address, options, signal) {
      const args = { address, count: '1', ...pingArguments(options) };
      return lastRow('/tool/ping', await reader.once('/tool/ping', args, signal));
    },
    async traceroute(address, maxHops, signal) {
      const args = { address, count: '1', 'max-hops': String(maxHops), timeout: '500ms' };
      const rows = await reader.once('/tool/traceroute', args, signal);
      // Every round says all hops again.
      const last = rows.at(-1)?.['.section'];
      return rows.filter((row) => row['.section'] === last);
    },
    async resolve(name, server, signal) {
      const args = { 'domain-name': name, ...(server === null ? {} : { server }) };
      return lastRow('/resolve', await reader.once('/resolve', args, signal))['ret'] ?? '';
    },
    async bandwidthTest(slice, signal) {
      ownSecrets.add(slice.password, slice.user);
      const rows = await reader.once('/tool/bandwidth-test', bandwidthArguments(slice), signal);
      return lastRow('/tool/bandwidth-test', rows);
    },
    async monitorTraffic(name, signal) {
      const rows = await reader.once('/interface/monitor-traffic', { interface: name, once: '' }, signal);
      return lastRow('/interface/monitor-traffic', rows);
    },
  };
}

function pingArguments({ size, interface: through, sourceAddress }: PingOptions): Row {
  return {
    ...(size === undefined ? {} : { size: String(size) }),
    ...(through === undefined ? {} : { interface: through }),
    ...(sourceAddress === undefined ? {} : { 'src-address': sourceAddress }),
  };
}

function bandwidthArguments({ address, user, password, direction, protocol, seconds, limit }: BandwidthSlice): Row {
  return {
    address,
    user,
    password,
    direction,
    protocol,
    duration: `${String(seconds)}s`,
    'local-tx-speed': String(limit),
    'remote-tx-speed': String(limit),
  };
}

function lastRow(command: MenuPath, rows: readonly Row[]): Row {
  const last = rows.at(-1);
  if (last !== undefined) return last;
  throw new Failure('BadAnswer', `The router gave no answer to ${command}.`);
}
