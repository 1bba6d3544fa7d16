/**
 * How much a revision may say: more than any fleet does, and little enough that what is beyond is refused by counting,
 * before a pattern or a check looks at it.
 */
export const READ_LIMITS = {
  /** In all files together. */
  documents: 50_000,
  /** Twice as deep as any document of ours. */
  depth: 24,
  /** Fields of one mapping. */
  fields: 500,
  /** Of one list; also what the RouterConfigs of a device may put into one of its menus together. */
  entries: 100_000,
  /** Of one text; certificates are the longest. */
  characters: 65_536,
  keyCharacters: 1000,
  /** Policies of one kind: each is held against every device. */
  policies: 200,
  /** At most this many are listed; the number of the others is told. */
  faultsTold: 200,
  /** Of what one fault says. */
  faultCharacters: 1000,
} as const;
