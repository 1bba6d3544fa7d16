import { commentCodec } from '../values/text.ts';
import type { Field } from './menu.ts';

/** Free text beside a row, in every menu that has it. It does nothing. */
export const COMMENT = {
  codec: commentCodec,
  pathEffects: ['none'],
  source: 'routeros-rest.md §3 "comment"',
} as const satisfies Field;
