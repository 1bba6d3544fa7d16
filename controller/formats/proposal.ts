import type { ProposalRecord, ProposedFile } from '../records/proposals.ts';
import { flag, list, number, object, text } from './shape.ts';
import { format } from './stored.ts';

/** What a proposal asks for and what it makes of the files. */
export type ProposalContent = Pick<ProposalRecord, 'section' | 'reason' | 'intent' | 'files' | 'devices'>;

/** The content of a proposal. */
export const PROPOSAL = format(
  'proposal',
  object<ProposalContent>({
    section: text,
    reason: text,
    intent: text,
    files: list(
      object<ProposedFile>({
        file: text,
        made: flag,
        patch: text,
        bare: text,
        splices: list(object<ProposedFile['splices'][number]>({ from: number, to: number, text })),
      }),
    ),
    devices: list(text),
  }),
);
