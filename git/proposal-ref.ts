/** Whether a text can be the name of a proposal. */
export function isProposalId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** The one ref that a proposal may stand at: nothing else is ever written. @throws {RangeError} for any other name. */
export function proposalRef(id: string): `refs/heads/proposals/${string}` {
  if (!isProposalId(id)) throw new RangeError('no name of a proposal');
  return `refs/heads/proposals/${id}`;
}
