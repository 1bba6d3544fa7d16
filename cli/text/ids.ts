const DIGITS = 12;

/** An id as people see it: the first digits of a plan id or a commit, which commands take in its place. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, DIGITS);
}

/** A text of ours with the long ids in it made short. */
export function withShortIds(text: string): string {
  return text.replaceAll(/(?<![0-9a-z])(?:sha256:)?(?=[0-9a-f]{40})([0-9a-f]{40}|[0-9a-f]{64})(?![0-9a-z])/g, shortId);
}
