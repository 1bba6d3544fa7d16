import type {
  ApprovalPolicy,
  KnownDocument,
  RolloutPolicy,
  Roster,
  RouterConfig,
  RouterDevice,
  SectionName,
} from '#schemas';
import type { CanonicalSection } from './canonical-section.ts';
import type { IsClean } from './doubt.ts';
import type { FieldPath } from './fault.ts';
import type { Position } from './read-documents.ts';

/** One object that people declared, and the way back to where they did. */
export interface Declared<D extends KnownDocument> {
  readonly name: string;
  readonly document: D;
  readonly file: string;
  /** Where a field stands; where it is absent, the nearest field around it. */
  readonly locate: (path: FieldPath, at?: 'key' | 'value') => Position;
  /** Which parts of the document are as its type says; in an Inventory all of them. Checks look at no others. */
  readonly clean: IsClean;
}

/** A RouterConfig with its sections as the router would spell them. */
export interface DeclaredConfig extends Declared<RouterConfig> {
  readonly sections: ReadonlyMap<SectionName, CanonicalSection>;
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
