import type { SectionName } from '#schemas';
import { quotedAscii } from '#visible';
import type { ProposalId } from './proposal-id.ts';

/** What a commit of a proposal tells of it. */
export interface ProposalWords {
  readonly id: ProposalId;
  readonly section: SectionName;
  readonly devices: number;
  readonly reason: string;
  /** Who proposed it, as the audit names them. */
  readonly proposedBy: string;
}

/**
 * The message of a commit that makes a proposal's edit: a template with what others wrote as one quoted line each, so
 * that none of it becomes a trailer. Of a text that anybody could take for an approval nothing is repeated, since an
 * approver may sign what this stands in. @throws {RangeError} for what is no id of a proposal.
 */
export function proposalMessage({ id, section, devices, reason, proposedBy }: ProposalWords): string {
  if (!/^[0-9a-f]+$/.test(id)) throw new RangeError('no name of a proposal');
  const whom = `${String(devices)} device${devices === 1 ? '' : 's'}`;
  return `Change ${section} of ${whom} as proposed

Reason: ${quotedLine(reason)}

Proposal: ${id}
Proposed-By: ${quotedLine(bySubject(proposedBy))}
`;
}

/** ISSUER#SUB of somebody whose token an issuer signed; others as they are. */
function bySubject(actor: string): string {
  return actor.replace(/^user:(.*)@([^@]*)$/s, '$2#$1');
}

const LEFT_OUT = '"left out: it could be taken for something else"';
/** In any spelling that is left once what is hidden and what is no letter is taken out. */
const LOOKS_LIKE_APPROVAL = /approveplan|approveparent/i;

function quotedLine(text: string): string {
  const letters = text.normalize('NFKD').replaceAll(/[^A-Za-z]/g, '');
  return LOOKS_LIKE_APPROVAL.test(letters) ? LEFT_OUT : quotedAscii(text.toWellFormed());
}
