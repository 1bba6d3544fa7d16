/* What rosctl import and rosctl coverage print for programs. */

/** What was read, what became of it, and what the files would change on the routers. */
export interface ImportOutput {
  readonly folder: string;
  readonly devices: readonly ImportedDevice[];
  readonly unread: readonly UnreadRouter[];
  /** Files that are new or were written anew. */
  readonly written: readonly string[];
  /** Files of earlier imports that had nothing to say any more. */
  readonly removed: readonly string[];
  /** How many files of the import stayed as they were. */
  readonly unchanged: number;
}

/** One device and what became of its rows. */
export interface ImportedDevice {
  readonly device: string;
  /** An address or a file. */
  readonly from: string;
  /** Null: it is not told. */
  readonly version: string | null;
  /** Rows of menus that a section covers. */
  readonly rows: number;
  readonly imported: number;
  readonly refused: readonly NotImported[];
  /** Properties of imported rows that nobody will manage. */
  readonly leftOut: readonly NotImported[];
  /** Names of secrets that its files say in place of values: bind them before a controller may compare or change the rows. */
  readonly secrets: readonly string[];
  /** Rows that could hold a secret, where the router or export shows none in any: perhaps nobody was let see them. */
  readonly unseenSecrets: number;
  /** Sections that spec.capabilities of the device does not allow: how many items were left out. */
  readonly notAllowed: Readonly<Record<string, number>>;
  /** How many rows other menus hold, which no section covers. */
  readonly others: Readonly<Record<string, number>>;
  /** What could not be read of it. */
  readonly faults: readonly string[];
  readonly verified: DeviceDifferences;
}

/** A row or a property of one, and why it was not imported. */
export interface NotImported {
  readonly menu: string;
  /** What tells the row apart. */
  readonly row: string;
  /** Only of properties. */
  readonly property?: string;
  /** In an export. */
  readonly line?: number;
  readonly reason: string;
}

/** What the files would change on a device, planned against what was read of it. */
export interface DeviceDifferences {
  readonly device: string;
  /** 0: the files say what the router holds. */
  readonly differences: number;
  /** The plan, secrets masked; null without differences. */
  readonly text: string | null;
  /** Menus that the files declare and that were not read. */
  readonly notRead: readonly string[];
}

/** A router that could not be read. */
export interface UnreadRouter {
  readonly device: string;
  readonly message: string;
}

/** What files would change on a device, of `--check`. */
export interface CheckedDevice extends DeviceDifferences {
  /** What could not be read of it. */
  readonly faults: readonly string[];
}

/** What files would change on routers, of `--check`. */
export interface CheckOutput {
  readonly folder: string;
  readonly devices: readonly CheckedDevice[];
  readonly unread: readonly UnreadRouter[];
}

/** How much of what routers hold is declared. */
export interface CoverageOutput {
  readonly devices: readonly DeviceCoverage[];
  /** Over all devices. */
  readonly menus: readonly MenuCoverage[];
  /** Rows of menus that no section covers, over all devices. */
  readonly others: Readonly<Record<string, number>>;
  readonly declared: number;
  readonly rows: number;
  readonly defaults: number;
  readonly unread: readonly UnreadRouter[];
}

/** How much of what a router holds is declared. */
export interface DeviceCoverage {
  readonly device: string;
  readonly from: string;
  readonly version: string | null;
  readonly menus: readonly MenuCoverage[];
  readonly others: Readonly<Record<string, number>>;
  /** Over all menus that a section covers. */
  readonly declared: number;
  readonly rows: number;
  readonly defaults: number;
  /** What could not be read of it. */
  readonly faults: readonly string[];
}

/** How many rows of a menu are declared; a settings menu is one row. */
export interface MenuCoverage {
  readonly menu: string;
  readonly section: string;
  readonly declared: number;
  /** Without those at their defaults that nobody declared. */
  readonly rows: number;
  /** Rows that hold nothing but what the router gives them by itself, and that nobody declared. */
  readonly defaults: number;
}
