import type { Selector } from '#schemas';

/** Devices by name, all that a selector means, or those of one RouterConfig, which then is where it is said. */
export type Whom =
  | { readonly devices: readonly string[] }
  | { readonly selector: Selector }
  | { readonly config: string };

/** A change as somebody asks for it, in the words of the section's schema. */
export interface ChangeIntent {
  readonly section: string;
  readonly whom: Whom;
  /**
   * Of settings: fields with their new values. Of a list: items, each with what tells it from others and the fields
   * that change; null: the field is declared no more. Of a section of several lists: such a list by name.
   */
  readonly set?: unknown;
  /** Of a list: whole items. */
  readonly add?: unknown;
  /** Of settings: names of fields that are declared no more. Of a list: items by what tells them from others. */
  readonly remove?: unknown;
  /** For people; it decides nothing. */
  readonly reason: string;
  /** Where to say it, in place of where it would be: a RouterConfig there is, or a new one of this name. */
  readonly where?: { readonly config: string } | { readonly newConfig: string };
  /** Devices that it also changes, beyond those it is for. */
  readonly alsoAffects?: readonly string[];
}

/** Of whom somebody may know, and whom they may propose to change; null: every device. */
export interface ChangeScope {
  readonly visible: readonly string[] | null;
  readonly allowed: readonly string[] | null;
}

/** How much one intent may ask for. */
export const INTENT_LIMITS = {
  /** Fields and items in all. */
  parts: 200,
  reasonCharacters: 1000,
  /** Of the whole intent as JSON. */
  characters: 262_144,
} as const;

/** Why a change is not made; stable. */
export type ChangeRefusalCode =
  | 'BadIntent'
  | 'UnknownDevice'
  | 'UnknownConfig'
  | 'NotAllowed'
  | 'NotDeclared'
  | 'DeclaredAlready'
  | 'Ambiguous'
  | 'DeclaredForOthers'
  | 'NoStrongerPlace'
  | 'Overruled'
  | 'AlsoAffects'
  | 'NothingChanges'
  | 'CannotBeWritten'
  | 'FaultyFiles'
  | 'TooManyProposals';

/** One reason why a change is not made. */
export interface ChangeRefusal {
  readonly code: ChangeRefusalCode;
  /** Where in the intent: `set.servers`, `add[0].address`. */
  readonly field: string;
  readonly message: string;
  readonly hint?: string;
  /** What may stand there. */
  readonly allowed?: readonly string[];
}

/** Ends the making of a change; only inside this folder. */
export class Refused extends Error {
  readonly refusals: readonly ChangeRefusal[];

  constructor(refusals: readonly ChangeRefusal[]) {
    super(refusals.map(({ message }) => message).join(' '));
    this.refusals = refusals;
  }
}

/** One refusal. */
export function refused(code: ChangeRefusalCode, field: string, message: string, hint?: string): Refused {
  return new Refused([{ code, field, message, ...(hint === undefined ? {} : { hint }) }]);
}
