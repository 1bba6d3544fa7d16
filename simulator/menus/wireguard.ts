import { drawn, drawnKey } from '../engine/drawn.ts';
import { countedAt } from '../engine/surroundings.ts';
import { durationText } from '../kinds/time.ts';
import { flag } from './fields.ts';
import { columns, from, readList, ROW_VERBS } from './read-only.ts';

const source = 'command tree of 7.22.3';

/** /interface/wireguard: one tunnel with what is around the router. The private key is a secret. */
export const wireguard = readList('/interface/wireguard', 'wireguard interface', source, {
  lacks: ROW_VERBS,
  key: ['name'],
  fields: {
    ...columns({
      maybe: 'name listen-port mtu public-key comment',
      flags: 'running disabled',
      secrets: 'private-key',
    }),
    ...from('7.22', 'vrf'),
  },
  initial: (router) =>
    router.facts.surroundings === undefined
      ? []
      : [
          {
            name: 'wg-office',
            'listen-port': String(51_820 + drawn(router, 100, 'wg')),
            mtu: '1420',
            'private-key': drawnKey(router, 'wg private'),
            'public-key': drawnKey(router, 'wg public'),
            running: 'true',
          },
        ],
});

const PEERS = 3;

/** /interface/wireguard/peers: `rx` and `tx` count, a handshake is at most two minutes old. Keys are secrets. */
export const wireguardPeers = readList('/interface/wireguard/peers', 'wireguard peer', source, {
  lacks: ROW_VERBS,
  key: ['interface', 'public-key'],
  fields: {
    ...columns({
      maybe: `interface public-key allowed-address endpoint-address endpoint-port current-endpoint-address
        current-endpoint-port persistent-keepalive last-handshake rx tx client-address client-dns client-endpoint
        client-keepalive client-listen-port comment`,
      flags: 'disabled dynamic',
      secrets: 'private-key preshared-key',
    }),
    ...from('7.16', 'name'),
    'is-responder': { ...flag, since: '7.16', until: '7.20' },
    responder: { ...flag, since: '7.20' },
    ...from('7.22', 'client-allowed-address'),
  },
  initial: (router) =>
    router.facts.surroundings === undefined
      ? []
      : Array.from({ length: PEERS }, (_, number) => ({
          interface: 'wg-office',
          name: `peer${number + 1}`,
          'public-key': drawnKey(router, 'peer public', number),
          'preshared-key': drawnKey(router, 'peer preshared', number),
          'allowed-address': `10.99.${number}.0/24`,
          'endpoint-address': '',
          'endpoint-port': '0',
          'current-endpoint-address': `203.0.113.${10 + number}`,
          'current-endpoint-port': String(50_000 + drawn(router, 9999, 'peer port', number)),
          'persistent-keepalive': '25s',
        })),
  counters: {
    names: new Set(['rx', 'tx', 'last-handshake']),
    at: (router, { values }) =>
      values['current-endpoint-address'] === undefined
        ? {}
        : {
            rx: String(countedAt(router, 40_000, 'peer rx', values['public-key'] ?? '')),
            tx: String(countedAt(router, 90_000, 'peer tx', values['public-key'] ?? '')),
            'last-handshake': durationText((Math.floor(router.clock.now() / 1000) % 120) * 1000),
          },
  },
});
