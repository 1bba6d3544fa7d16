import { text } from './shape.ts';
import { plainFormat } from './stored.ts';

/** Words of people and of devices. */
export const TEXT = plainFormat('text', text);
