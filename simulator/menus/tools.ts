import { drawn } from '../engine/drawn.ts';
import { answersPing } from '../engine/network.ts';
import { clientsOf, countedAt, uplinkOf, wandering } from '../engine/surroundings.ts';
import { nonEmptyText } from '../kinds/kind.ts';
import { timestampText } from '../kinds/time.ts';
import type { MenuSpec } from '../model/state.ts';
import { fieldsOf, flag, rareFlag, state, wordsOf } from './fields.ts';
import { columns, from, readList, ROW_VERBS } from './read-only.ts';

const tree = 'command tree of 7.22.3';

/** /tool/netwatch (routeros-rest.md §5.28): one that looks at the gateway of the uplink. */
export const netwatch = readList('/tool/netwatch', 'netwatch entry', 'routeros-rest.md §5.28', {
  lacks: ROW_VERBS,
  key: ['host', 'type'],
  fields: {
    host: { kind: nonEmptyText, readOnly: true },
    ...columns({
      maybe: `name type interval timeout start-delay startup-delay up-script down-script test-script packet-count
        packet-interval packet-size port http-codes certificate check-certificate since done-tests failed-tests
        loss-count loss-percent response-count sent-count rtt-avg rtt-jitter rtt-max rtt-min rtt-stdev http-resp-time
        http-status-code tcp-connect-time thr-avg thr-http-time thr-jitter thr-loss-count thr-loss-percent thr-max
        thr-stdev thr-tcp-conn-time comment`,
    }),
    disabled: rareFlag,
    status: { ...state, default: 'unknown' },
    '.about': state,
    ...fieldsOf({ ...state, source: tree }, ...wordsOf('ip ip6 mail-servers name-servers')),
    ...from('7.12', 'src-address'),
    ...from('7.16', 'accept-icmp-time-exceeded dns-server record-type ttl'),
    ...from('7.18', 'ignore-initial-up ignore-initial-down'),
    ...from('7.20', 'early-failure-detection early-success-detection'),
  },
  initial(router) {
    const uplink = uplinkOf(router);
    return router.facts.surroundings === undefined || uplink === undefined
      ? []
      : [
          {
            host: uplink.gateway,
            name: 'gateway',
            type: 'simple',
            interval: '10s',
            timeout: '3s',
            'start-delay': '3s',
            'startup-delay': '5m',
            comment: 'gateway of the uplink',
          },
        ];
  },
  computed(router, { values }) {
    const up = router.clock.now() - router.bootedAt;
    if (values['disabled'] === 'true' || router.facts.surroundings === undefined) {
      return {};
    }
    // For about five minutes after the start nothing is known (routeros-rest.md §5.28).
    return up < 300_000
      ? { status: 'unknown', '.about': 'waiting for startup delay' }
      : {
          status: answersPing(router, values['host'] ?? '') ? 'up' : 'down',
          since: timestampText(router.bootedAt + 300_000 + router.clockOffset),
          'done-tests': String(Math.floor((up - 300_000) / 10_000)),
          'failed-tests': '0',
        };
  },
});

/** /queue/simple: one for each of the first three clients; pairs are `upload/download`, rates read as digits. */
export const simpleQueues: MenuSpec = readList('/queue/simple', 'queue', tree, {
  lacks: ROW_VERBS,
  shape: 'orderedList',
  key: ['name'],
  fields: {
    ...columns({
      maybe: `name target dst parent packet-marks priority queue limit-at max-limit burst-limit burst-threshold
        burst-time bucket-size time total-queue total-limit-at total-max-limit total-burst-limit total-burst-threshold
        total-burst-time total-bucket-size total-priority comment`,
      flags: 'disabled dynamic invalid',
    }),
    ...fieldsOf(
      { ...state, default: '0/0' },
      ...wordsOf('bytes packets dropped rate packet-rate queued-bytes queued-packets'),
    ),
    ...fieldsOf(
      { ...state, default: '0' },
      ...wordsOf('total-bytes total-packets total-dropped total-rate total-packet-rate'),
    ),
  },
  initial: (router) =>
    clientsOf(router)
      .slice(0, 3)
      .map((client) => ({
        name: client.hostName,
        target: `${client.address}/32`,
        parent: 'none',
        'packet-marks': '',
        priority: '8/8',
        queue: 'default-small/default-small',
        'limit-at': '0/0',
        'max-limit': `${10 + drawn(router, 5, 'queue', client.number)}000000/50000000`,
        'burst-limit': '0/0',
        'burst-threshold': '0/0',
        'burst-time': '0s/0s',
        'bucket-size': '0.1/0.1',
      })),
  counters: {
    names: new Set(['bytes', 'packets', 'rate', 'packet-rate']),
    at(router, { values }) {
      const name = values['name'] ?? '';
      const [up, down] = [countedAt(router, 20_000, 'queue up', name), countedAt(router, 80_000, 'queue down', name)];
      const rate = wandering(router, 0, 2_000_000, 'queue', name);
      return {
        bytes: `${up}/${down}`,
        packets: `${Math.floor(up / 300)}/${Math.floor(down / 900)}`,
        rate: `${Math.floor(rate / 8)}/${rate}`,
        'packet-rate': `${Math.floor(rate / 4000)}/${Math.floor(rate / 7200)}`,
      };
    },
  },
});

/** /tool/bandwidth-server: on, and it asks who comes. */
export const bandwidthServer: MenuSpec = {
  path: '/tool/bandwidth-server',
  shape: 'settings',
  noun: 'bandwidth server settings',
  source: tree,
  rows: 'readOnly',
  lacks: ['set'],
  fields: {
    enabled: { ...flag, default: 'true' },
    authenticate: { ...flag, default: 'true' },
    'allocate-udp-ports-from': { ...state, default: '2000' },
    'max-sessions': { ...state, default: '100' },
    ...fieldsOf({ ...state, default: '', since: '7.20' }, 'allowed-addresses4', 'allowed-addresses6'),
  },
};
