import { bridgeOf } from '../engine/links.ts';
import { clientsOf, lanOf, radiosOf } from '../engine/surroundings.ts';
import { tableOf } from '../engine/table.ts';
import type { Properties } from '../model/console.ts';
import type { RouterState } from '../model/state.ts';
import { flag } from './fields.ts';
import { columns, from, numbered, readList, ROW_VERBS } from './read-only.ts';

const tree = 'command tree of 7.22.3';

/** /interface/bridge/vlan (routeros-rest.md §5.14): none unless seeded. */
export const bridgeVlans = readList('/interface/bridge/vlan', 'bridge vlan entry', 'routeros-rest.md §5.14', {
  lacks: ROW_VERBS,
  key: ['bridge', 'vlan-ids'],
  fields: {
    ...columns({
      maybe: 'bridge vlan-ids tagged untagged current-tagged current-untagged comment',
      flags: 'disabled dynamic',
    }),
    managed: { ...flag, source: tree },
    ...from('7.16', 'mvrp-forbidden'),
  },
});

/** /interface/bridge/host: the ports' own addresses (`local`), and who has been heard behind which port. */
export const bridgeHosts = readList('/interface/bridge/host', 'bridge host entry', tree, {
  lacks: ROW_VERBS,
  fields: columns({
    maybe: 'bridge interface mac-address on-interface vid remote-ip comment',
    flags: 'disabled dynamic external invalid local',
    rareFlags: 'aged aged-peer',
  }),
  live: (router) => numbered([...ownRows(router), ...heardRows(router)]),
});

function hostRow(row: Properties): Properties {
  return { disabled: 'false', dynamic: 'true', external: 'false', invalid: 'false', local: 'false', ...row };
}

function ownRows(router: RouterState): readonly Properties[] {
  return tableOf(router, '/interface').rows.flatMap(({ values }) => {
    const { name = '', 'mac-address': mac } = values;
    const bridge = bridgeOf(router, name);
    return bridge === undefined || mac === undefined
      ? []
      : [hostRow({ bridge, interface: name, local: 'true', 'mac-address': mac, 'on-interface': name })];
  });
}

function heardRows(router: RouterState): readonly Properties[] {
  const bridge = lanOf(router).interface;
  const radios = new Set(radiosOf(router));
  return clientsOf(router).flatMap((client) =>
    bridgeOf(router, client.port) === bridge || radios.has(client.port)
      ? [hostRow({ bridge, interface: client.port, 'mac-address': client.mac, 'on-interface': client.port })]
      : [],
  );
}
