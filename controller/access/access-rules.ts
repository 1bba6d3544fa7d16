import type { Instant } from '../ports.ts';
import type { Permission } from './permissions.ts';
import type { DeviceScope } from './rights.ts';

/** Whom a token is for: people and scripts, or the MCP process. One opens no door of the other. */
export type Audience = 'api' | 'mcp';

/** An identity provider whose tokens count. */
export interface Issuer {
  /** Exactly as its tokens and its discovery document spell it. */
  readonly url: string;
  /** The audience of tokens for each door; absent: its tokens do not open that one. */
  readonly audiences: Readonly<Partial<Record<Audience, string>>>;
  /** Audiences of others that may stand beside ours in a token. */
  readonly alsoFor: readonly string[];
  /** The claim that holds somebody's groups. */
  readonly groups: string;
  /** The public client that `rosctl login` is there; null: nobody logs in with it. */
  readonly client: string | null;
  /** What `rosctl login` asks for. */
  readonly loginScopes: readonly string[];
  /** Whether a token without any scope of ours may do nothing; otherwise it may do what its owner may. */
  readonly scopesNeeded: boolean;
}

/** What a role allows, and how often one who has it may ask. */
export interface KnownRole {
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly requestsPerMinute: number;
}

/** Whom a binding means: those in any of these groups, or with any of these subjects, of one issuer. */
export interface Who {
  readonly issuer: string;
  readonly groups: readonly string[];
  readonly subjects: readonly string[];
}

/** A role for somebody on some devices. */
export interface AccessBinding {
  readonly who: Who;
  readonly role: KnownRole;
  readonly devices: DeviceScope;
  /** Their name in the Roster. */
  readonly person: string | null;
}

/** A token of the operator's own. */
export interface OwnToken {
  readonly name: string;
  /** Of its text, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly audience: Audience;
  /** From then on it counts no more. */
  readonly expiresAt: Instant;
  readonly role: KnownRole;
  readonly devices: DeviceScope;
}

/** What the operator's access file says. */
export interface AccessRules {
  readonly issuers: readonly Issuer[];
  readonly bindings: readonly AccessBinding[];
  readonly tokens: readonly OwnToken[];
  /** Those that are always there, and those of the file. */
  readonly roles: ReadonlyMap<string, KnownRole>;
}

/** Where the operator's access file lies. */
export interface AccessFile {
  readonly path: string;
  /** Whether the operator named it: then it must be there at the start. */
  readonly named: boolean;
}

/** Why what lies in the access file does not count, so that something older does. */
export interface AccessFault {
  readonly message: string;
  /** When it was first seen. */
  readonly since: Instant;
}
