import type {
  ApprovalPolicy,
  KnownDocument,
  RolloutPolicy,
  Roster,
  RouterConfig,
  RouterDevice,
  SectionName,
} from '#schemas';
import type { CanonicalSection } from './canonical.ts';
import type { DeclaredAt, FieldPath } from './diagnostic.ts';

/** One object that people declared. */
export interface Declared<D extends KnownDocument> {
  readonly name: string;
  readonly document: D;
  /** Equal for objects that say the same: over metadata and spec. */
  readonly digest: string;
}

/** What is said of rows that nobody declared in single parts of a section. */
export type UnlistedParts = Readonly<Record<string, 'tolerate' | 'prune'>>;

/** A RouterConfig with its sections as the router would spell them. */
export interface DeclaredConfig extends Declared<RouterConfig> {
  readonly sections: ReadonlyMap<SectionName, CanonicalSection>;
  /** What it says of rows that nobody declared. */
  readonly unlisted: Readonly<Partial<Record<SectionName, 'tolerate' | 'prune'>>>;
  /** The same of parts of a section, by the value, in the router's words, of the field that parts go by. */
  readonly unlistedIn: Readonly<Partial<Record<SectionName, UnlistedParts>>>;
}

/** All that one revision declares, without faults. Devices and configs are sorted by name. */
export interface Inventory {
  readonly devices: ReadonlyMap<string, Declared<RouterDevice>>;
  readonly configs: readonly DeclaredConfig[];
  /** Null: nobody has a say yet. */
  readonly roster: Declared<Roster> | null;
  readonly approvalPolicies: readonly Declared<ApprovalPolicy>[];
  readonly rolloutPolicies: readonly Declared<RolloutPolicy>[];
}

/** What a declared object is while its source is at hand: the way back to where people wrote it. */
export interface Place {
  /** Where a field stands; where it is absent, the nearest field around it. */
  readonly locate: (path: FieldPath, at?: 'key' | 'value') => DeclaredAt;
}

/** A declared object that can be pointed at. */
export type Located<D extends KnownDocument> = Declared<D> & Place;

/** A RouterConfig that can be pointed at. */
export type LocatedConfig = DeclaredConfig & Place;

/** An inventory as it is read from its source, for those who tell people where something stands. */
export interface LocatedInventory extends Inventory {
  readonly devices: ReadonlyMap<string, Located<RouterDevice>>;
  readonly configs: readonly LocatedConfig[];
  readonly roster: Located<Roster> | null;
  readonly approvalPolicies: readonly Located<ApprovalPolicy>[];
  readonly rolloutPolicies: readonly Located<RolloutPolicy>[];
}
