import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'a boolean: true or false (yes and no are read too)';

/**
 * Schema type `bool`: reads yes/no and true/false, reads back `true`/`false` (routeros-rest.md §3). Words of enums
 * (`authoritative: yes`) are no booleans.
 */
export const booleanCodec: Codec<boolean> = {
  expects: EXPECTS,
  parse(text) {
    if (text === 'true' || text === 'yes') return true;
    if (text === 'false' || text === 'no') return false;
    throw new InvalidValue(EXPECTS, text, suggestion(text));
  },
  format: (value) => (value ? 'true' : 'false'),
  canonical(text) {
    if (text === 'true' || text === 'false') return text;
    return booleanCodec.format(booleanCodec.parse(text));
  },
};

function suggestion(text: string): string | undefined {
  const lower = text.toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(lower)) return 'true';
  if (['false', 'no', 'off', '0'].includes(lower)) return 'false';
  return undefined;
}
