import { bool, either, listOf, nonEmptyText, number, oneOf, reference, text } from '../kinds/kind.ts';
import type { MenuSpec } from '../model/state.ts';
import { comment, state } from './fields.ts';

const path = '/ip/dhcp-server/option';
const source = "command trees; vendor's page DHCP";

/** /ip/dhcp-server/option. */
export const dhcpOption: MenuSpec = {
  path,
  shape: 'list',
  noun: 'dhcp option',
  source,
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    code: { kind: either(oneOf('vendor-specific'), number(1, 254)), required: true },
    value: { kind: text, default: '' },
    force: { kind: bool, default: 'false' },
    comment: { ...comment, since: '7.16' },
    'raw-value': { ...state, show: 'always' },
  },
  unique: { key: (values) => values['name'], refusal: 'haveOption' },
  computed: (_router, row) => ({ 'raw-value': rawOf(row.values['value'] ?? '') }),
};

/** Quoted text as its bytes, hex digits as they are. */
function rawOf(value: string): string {
  const quoted = [...value.matchAll(/'([^']*)'/g)].map(([, inner = '']) => inner).join('');
  if (quoted !== '') {
    return Buffer.from(quoted, 'latin1').toString('hex');
  }
  return /^0x([0-9a-f]+)$/i.exec(value)?.[1]?.toLowerCase() ?? '';
}

/** /ip/dhcp-server/option/sets. */
export const dhcpOptionSet: MenuSpec = {
  path: `${path}/sets`,
  shape: 'list',
  noun: 'dhcp option set',
  source,
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    options: { kind: listOf(reference(path)), default: '' },
    comment: { ...comment, since: '7.23' },
  },
  unique: { key: (values) => values['name'], refusal: 'haveOptionSet' },
};
