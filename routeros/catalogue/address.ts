import { booleanCodec } from '../values/boolean.ts';
import { formatIpv4, ipv4Codec } from '../values/ipv4.ts';
import { networkOf, prefixCodec, readPrefix } from '../values/prefix.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Menu, Row } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.6';

/**
 * IPv4 addresses of interfaces. `network` follows from the address unless a point-to-point link sets the far end there:
 * only then somebody declares it. A row that is made again gets back the one it had. The v6-era `broadcast` and
 * `netmask` are never used.
 */
export const ADDRESS = {
  path: '/ip/address',
  shape: 'list',
  match: ['address', 'interface'],
  fields: {
    address: { codec: prefixCodec('keep'), source: SOURCE },
    interface: { codec: nonEmptyTextCodec, reference: '/interface', source: SOURCE },
    network: { codec: ipv4Codec, follows: networkOfAddress, neverCleared: true, source: SOURCE },
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: `${SOURCE}, §6` },
    'actual-interface': { codec: textCodec, readOnly: true, source: SOURCE },
    broadcast: { codec: textCodec, readOnly: true, source: SOURCE },
    netmask: { codec: textCodec, readOnly: true, source: SOURCE },
    dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
    invalid: { codec: booleanCodec, readOnly: true, source: SOURCE },
    slave: { codec: booleanCodec, readOnly: true, source: SOURCE },
    vrf: { codec: textCodec, readOnly: true, since: [7, 16, 0], source: SOURCE },
  },
  replacedBy: [['interface'], ['address']],
  writeOrder: 10,
  addWith: { disabled: 'false' },
  skipWhen: ['dynamic'],
  pathEffects: ['addresses'],
  historyWords: ['address'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;

function networkOfAddress({ address = '' }: Row): string | undefined {
  const prefix = readPrefix(address);
  return prefix === undefined ? undefined : formatIpv4(networkOf(prefix.address, prefix.length));
}
