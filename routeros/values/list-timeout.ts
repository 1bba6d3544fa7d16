import type { Codec } from '../catalogue/menu.ts';
import { durationCodec } from './duration.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'a time in whole seconds from 1h to 35w3d13h13m56s';

const LEAST_MS = 3_600_000;
const MOST_MS = 21_474_836_000;

/**
 * How long an entry of an address list may be declared to stand, in milliseconds: at least an hour, so that none goes
 * before its change is judged, and at most what RouterOS takes (routeros-rest.md §5.5).
 */
export const listTimeoutCodec: Codec<number> = {
  expects: EXPECTS,
  parse(text) {
    const milliseconds = durationCodec.parse(text);
    if (milliseconds < LEAST_MS || milliseconds > MOST_MS || milliseconds % 1000 !== 0)
      throw new InvalidValue(EXPECTS, text);
    return milliseconds;
  },
  format: (milliseconds) => durationCodec.format(milliseconds),
};
