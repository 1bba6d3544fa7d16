import type { AuditEvent } from '../records/audit.ts';
import { map, nullable, number, object, text } from './shape.ts';
import { format, plainFormat } from './stored.ts';

/** The files of a revision by path, or what a source keeps in their place. */
export const REVISION_FILES = format('revision', map(text));

/** What decides which devices an object feeds. Part of the key of its row, so its text stays as it is. */
export const FEEDS = plainFormat<unknown>('selector', () => null);

/** An event of the audit. Its text is canonical and hashed, so it is made where the chain is. */
export const AUDIT_EVENT = plainFormat(
  'event',
  object<AuditEvent>({
    at: number,
    correlationId: text,
    actor: text,
    action: text,
    device: nullable(text),
    detail: map(() => null),
  }),
);
