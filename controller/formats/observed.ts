import type { ObservedRecord, StoredOutcome } from '../records/observed.ts';
import { object, text } from './shape.ts';
import { format } from './stored.ts';

/** How a visit ended. Whoever wrote it knows the rest of its form. */
export const OUTCOME = format('outcome', object<StoredOutcome>({ kind: text }));

/** Version and board of a router, in its own words. */
export const ROUTER = format('router', object<NonNullable<ObservedRecord['router']>>({ version: text, board: text }));
