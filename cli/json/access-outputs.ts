import type { AccessRules, Instant } from '#controller';

/* What rosctl tells of who may do what, printed for programs. */

/** What the access file says. */
export interface AccessOutput {
  readonly file: string;
  readonly issuers: AccessRules['issuers'];
  readonly bindings: readonly {
    readonly issuer: string;
    readonly groups: readonly string[];
    readonly subjects: readonly string[];
    readonly role: string;
    readonly devices: AccessRules['bindings'][number]['devices'];
    /** Their name in the Roster. */
    readonly person: string | null;
  }[];
  /** Tokens of the operator's own; the file knows what they are as little as this does. */
  readonly tokens: readonly {
    readonly name: string;
    readonly for: 'api' | 'mcp';
    readonly expiresAt: Instant;
    readonly role: string;
    readonly devices: AccessRules['tokens'][number]['devices'];
  }[];
  /** What each role allows. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

/** A token that was made. */
export interface NewToken {
  readonly name: string;
  /** It is told this once. */
  readonly token: string;
  readonly for: 'api' | 'mcp';
  /** A day, at whose beginning in UTC it ends. */
  readonly expires: string;
  /** The access file that it stands in now. */
  readonly file: string;
}

/** Somebody logged in. */
export interface LoggedIn {
  readonly controller: string;
  readonly issuer: string;
  /** When the token ends. */
  readonly until: Instant;
  /** Whether it is renewed by itself. */
  readonly renewed: boolean;
}

/** Somebody is logged in no more. */
export interface LoggedOut {
  readonly controller: string;
  /** False: nobody was logged in. */
  readonly loggedOut: boolean;
}
