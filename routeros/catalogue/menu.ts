/** A RouterOS menu as a console user spells it, words joined by `/`: `/ip/dns/static`. */
export type MenuPath = `/${string}`;

/**
 * One row as text: property name (as REST spells it, `mx-preference`) to text. An absent key is an absent value; it
 * differs from `''`.
 */
export type Row = Readonly<Record<string, string>>;

/**
 * Reads and writes the text of one kind of value.
 * Laws: `parse(format(x))` equals `x`; `format(parse(t))` is the spelling RouterOS reads back (routeros-rest.md §3).
 */
export interface Codec<T = unknown> {
  /** What the text must be, for messages: `an IPv4 prefix such as 192.0.2.0/24`. */
  readonly expects: string;
  /** @throws {InvalidValue} when the text is no such value. */
  parse(text: string): T;
  format(value: T): string;
  /** Optional short cut: must equal `format(parse(text))`. */
  canonical?(text: string): string;
  /** The text is several values joined by commas. */
  readonly isList?: true;
  /** The text is a whole number. */
  readonly isNumber?: true;
  /** People may write any letters, not only printable ASCII: it names nothing and is never looked up. */
  readonly isFreeText?: true;
}

/** A RouterOS version as comparable numbers: `[7, 20, 8]`. */
export type Version = readonly [number, number, number];

/**
 * What a change may touch of the way by which a controller reaches the router: `names` (names, time and identity, on
 * which tunnels can depend), `addresses` of the router, `lists` (who is on an address list), `links` (interfaces,
 * bridges and their ports), `membership` (interface lists), `leases` (addresses that DHCP hands out), `radios` (wireless
 * interfaces and their profiles). `none` is harmless whatever it says; what nobody has modelled is `unmodelled`, and is
 * refused.
 */
export type PathEffect =
  | 'none'
  | 'names'
  | 'addresses'
  | 'lists'
  | 'links'
  | 'membership'
  | 'leases'
  | 'radios'
  | 'unmodelled';

/** At least one: who adds a menu has to say. */
export type PathEffects = readonly [PathEffect, ...PathEffect[]];

/** What is known of one field of a menu: its spelling, its default, and since and until when versions have it. */
export interface Field {
  readonly codec: Codec;
  /**
   * The value RouterOS uses when nobody sets the field, canonical text. Absent: the field has no value until set, and
   * is cleared with `''`.
   */
  readonly default?: string;
  /** The value that the router makes of the row's other fields when nobody sets it. */
  follows?(row: Row): string | undefined;
  /** State of the router, never configuration: not compared, never sent. */
  readonly readOnly?: true;
  /** First version that has the field. */
  readonly since?: Version;
  /** First version that lacks it again. */
  readonly until?: Version;
  /** Never shown, logged or put in a plan id in clear. */
  readonly secret?: true;
  /**
   * The router always gives it a value of its own: never cleared, whatever the row held before (`network` of an
   * address).
   */
  readonly neverCleared?: true;
  /**
   * Declared no more, it stays as it is on the router: what it would go back to is less safe (a network without
   * `security` is open to all, a radio that was off comes up).
   */
  readonly keptWhenDropped?: true;
  /** Clearing it is a word of its own: `!name`, for the console refuses an empty value (its menu has `unset`). */
  readonly unset?: true;
  /** Rows do not have it where it is its default (`server` of a lease for all servers). */
  readonly leftOut?: true;
  /** The menu whose row `name` this value must name; each of its values, in a list. Its default names none. */
  readonly reference?: MenuPath;
  /** Or a row of this menu: the interface of a bridge port may be an interface list. */
  readonly orReference?: MenuPath;
  /** Where the names stand in its value, if they are not the value or each of a list: the VRF in `192.0.2.53@vrf`. */
  readonly namesIn?: (text: string) => readonly string[];
  /**
   * Rows of that menu with this value in `by` belong to it, though none has to be there: entries of the address list
   * that a rule names.
   */
  readonly mentions?: { readonly menu: MenuPath; readonly by: string };
  /** In exports its values are the rows of another menu, each in this property. */
  readonly exportedIn?: { readonly menu: MenuPath; readonly property: string };
  /** Narrower than those of the menu, for a change of this field alone. */
  readonly pathEffects?: PathEffects;
  /** Where the fact stands: `routeros-rest.md §5.2`. */
  readonly source: string;
}

/** Something of which no two rows have it, unless both share it: `address 192.0.2.10`. */
export interface Claim {
  readonly to: string;
  /** The field that makes the claim. */
  readonly by: string;
  readonly shared: boolean;
}

/**
 * What is known of one menu of RouterOS: how its rows are told apart, written and removed. All the rest of the project
 * reads routers through it.
 */
export interface Menu {
  readonly path: MenuPath;
  /** `settings`: one row, no add or remove. */
  readonly shape: 'settings' | 'list' | 'orderedList';
  /** First version that has the menu; on older ones it is not read. */
  readonly since?: Version;
  /**
   * The fields that identify a row (never `.id`, never a comment). Empty for settings. An absent value is part of the
   * tuple.
   */
  readonly match: readonly string[];
  readonly fields: Readonly<Record<string, Field>>;
  /**
   * Its rows come with the hardware or from other menus: they are set, never added or removed. A declared row that the
   * router lacks is held back; of one that is dropped the declared fields go back to their defaults, as in settings, but
   * for those that are kept when dropped; rows that nobody declares mean nothing.
   */
  readonly fixedRows?: true;
  /**
   * A row that is added with this field goes by itself after a while, and is the router's own unless it is declared
   * with it. Such a row is added and nothing else: never set, never removed but by an undo of its add. Its flag is
   * the first of `skipWhen`.
   */
  readonly timedBy?: string;
  /** In exports its rows stand in the menus that they come from, by `name`, or by `default-name` where that is kept. */
  readonly exportedIn?: readonly MenuPath[];
  /**
   * Another menu that lists the rows of this one as well: `/interface` those of `/interface/bridge`. References to it
   * mean them, too.
   */
  readonly listedIn?: MenuPath;
  /** Of these match fields each row has exactly one. */
  readonly oneOf?: readonly string[];
  /**
   * Where the value of one match field decides which other match fields a row has: the field, and for each of its
   * values those fields with the value the router gives them when nobody does (`null`: it must be given; `''`: the row
   * then has none). A row has no other of these fields.
   */
  readonly variants?: {
    readonly by: string;
    readonly fields: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  };
  /**
   * Sets of match fields. Where a row goes and one comes that have equal values in all fields of a set, one takes the
   * other's place: another address of the same name.
   */
  readonly replacedBy?: readonly (readonly string[])[];
  /**
   * Rows of the router itself that come of another row of the menu: `toldBy` of theirs is `parent` of that row, and
   * the fields `within` are equal.
   */
  readonly cameOf?: { readonly toldBy: string; readonly parent: string; readonly within: readonly string[] };
  /** Menus are written in rising order (references first), removals in falling order. */
  readonly writeOrder: number;
  /** Field values sent with every add unless the row says otherwise (vendor defaults differ between versions). */
  readonly addWith: Row;
  /** Rows with any of these fields `true` belong to the router and are never touched (`dynamic`). */
  readonly skipWhen: readonly string[];
  /**
   * What a row claims, if the router refuses a row while another has what it claims. What gives a claim up goes before
   * what takes it, in a plan and in its undo.
   */
  readonly claims?: (row: Row) => readonly Claim[];
  /**
   * A row of the router itself is not in the way of one with the same tuple: a lease that a client has is made a static
   * one beside it.
   */
  readonly besideDynamic?: true;
  /** What changes here may do to the way by which the controller reaches the router. */
  readonly pathEffects: PathEffects;
  /**
   * What the menu comes with, where not every router has it: a router without it refuses the menu, and rows that are
   * declared there are held back. Such a menu is never taken for an empty one.
   */
  readonly comesWith?: string;
  /** Its rows can hold secrets: read as seals alone, and no script holds one. */
  readonly keepsSecrets?: true;
  /**
   * A row can stand there twice under two names, and the second does nothing: what an undo takes a secret back from.
   * Rows of other menus that keep secrets are added, and what is no secret of them is set; none is removed.
   */
  readonly copiesSecrets?: true;
  /** Rows without a value in this field are there for good, such as radios: never added, never removed. */
  readonly fixedWithout?: string;
  /** It decides what time the router takes it for. */
  readonly setsClock?: true;
  /** Words by which /system/history tells of changes here, in lower case. */
  readonly historyWords: readonly string[];
  readonly source: string;
}
