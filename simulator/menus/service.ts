import { prefix } from '../kinds/address.ts';
import { listOf, number, oneOf, text } from '../kinds/kind.ts';
import type { Properties } from '../model/console.ts';
import type { MenuSpec } from '../model/state.ts';
import { isAtLeast } from '../model/version.ts';
import { disabled, flag, rareFlag, state } from './fields.ts';

const ports: readonly (readonly [string, string])[] = [
  ['ftp', '21'],
  ['ssh', '22'],
  ['telnet', '23'],
  ['www', '80'],
  ['www-ssl', '443'],
  ['winbox', '8291'],
  ['api', '8728'],
  ['api-ssl', '8729'],
];

/** /ip/service: fixed rows, and from 7.19 a dynamic row per open connection (routeros-rest.md §5.30, §1). */
export const service: MenuSpec = {
  path: '/ip/service',
  shape: 'list',
  noun: 'service',
  source: 'routeros-rest.md §5.30',
  rows: 'fixed',
  key: ['name'],
  fields: {
    name: { ...state, show: 'always' },
    port: { kind: number(1, 65_535), show: 'always' },
    address: { kind: listOf(prefix), default: '' },
    'available-from': { kind: listOf(prefix), show: 'set', since: '7.24' },
    certificate: { kind: text, show: 'set' },
    'tls-version': { kind: oneOf('any', 'only-1.2'), show: 'set' },
    'max-sessions': { kind: number(1, 1000), default: '20', since: '7.16' },
    vrf: { kind: text, default: 'main' },
    proto: { ...state, default: 'tcp', since: '7.19' },
    connection: rareFlag,
    local: state,
    remote: state,
    dynamic: { ...flag, since: '7.19' },
    disabled,
    invalid: flag,
  },
  initial: (router) =>
    ports.map(([name, port]): Properties => {
      const off = name === 'telnet' || name === 'ftp' || (router.facts.tls ? name === 'www' : name === 'www-ssl');
      const secure = name.endsWith('-ssl');
      return {
        name,
        port,
        disabled: String(off),
        ...(secure
          ? { certificate: name === 'www-ssl' && router.facts.tls ? 'rest' : 'none', 'tls-version': 'any' }
          : {}),
      };
    }),
  prepare: (_router, next, _before, args) =>
    args['available-from'] === undefined ? next : { ...next, address: args['available-from'] },
  computed: (router, row) => {
    const from: Properties = isAtLeast(router.facts.version, '7.24')
      ? { 'available-from': row.values['address'] ?? '' }
      : {};
    return from;
  },
  live: (router) =>
    isAtLeast(router.facts.version, '7.19')
      ? router.connections().map((remote, index) => ({
          '.id': `*${(0x10_00 + index).toString(16).toUpperCase()}`,
          connection: 'true',
          disabled: 'false',
          dynamic: 'true',
          invalid: 'false',
          local: `10.255.0.1:${router.facts.tls ? 443 : 80}`,
          name: router.facts.tls ? 'www-ssl' : 'www',
          port: router.facts.tls ? '443' : '80',
          proto: 'tcp',
          remote,
          vrf: 'main',
        }))
      : [],
};
