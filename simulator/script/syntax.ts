/** What the parser of console scripts produces; nothing in here has been looked at with values yet. */

/** 1-based, as the router's messages count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A script the router refuses as a whole, with the router's words: `syntax error (line 1 column 5)`. */
export class ScriptSyntaxError extends Error {
  readonly at: Position;
  constructor(words: string, at: Position) {
    super(`${words} ${placeOf(at)}`);
    this.name = 'ScriptSyntaxError';
    this.at = at;
  }
}

/** `(line 1 column 5)`, as the router writes it. */
export function placeOf(at: Position): string {
  return `(line ${at.line} column ${at.column})`;
}

/** Text of a quoted string in pieces; expressions among them are expanded when the string is evaluated. */
export type StringPart = string | Expression;

/** One element of `{…}` as an array; `key` is null where it was written without a name. */
export interface ArrayEntry {
  readonly key: Expression | null;
  readonly value: Expression;
}

/** Operators before one value. */
export type UnaryOperator = '-' | '!';
/** Operators between two values, from the loosest to the tightest binding; `->` picks an element of an array. */
export type BinaryOperator =
  | ','
  | 'or'
  | 'and'
  | '='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | '~'
  | 'in'
  | '.'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '->';

/** Whatever has a value when a script runs. */
export type Expression =
  /** A word as it was typed; its type follows from its spelling. */
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'string'; readonly parts: readonly StringPart[] }
  | { readonly kind: 'variable'; readonly name: string }
  /** Inside `where`: a property of the row at hand. */
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'array'; readonly entries: readonly ArrayEntry[] }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** `[…]`: the value of its last command. */
  | { readonly kind: 'substitution'; readonly body: Block }
  /** `{…}` where a command takes code; `source` is the text between the braces. */
  | { readonly kind: 'code'; readonly body: Block; readonly source: string };

/** Statements that share the names they declare. */
export interface Block {
  readonly statements: readonly Statement[];
}

/** One argument of a command as written. */
export interface Argument {
  /** null: unnamed, in the order they were written. */
  readonly name: string | null;
  readonly value: Expression;
}

/** A command of the language itself: `:put`, `:if`, … */
export interface BuiltinStatement {
  readonly kind: 'builtin';
  readonly at: Position;
  readonly name: string;
  readonly arguments: readonly Argument[];
}

/** A command of a menu: `/ip/dns/static` + `add`. */
export interface MenuStatement {
  readonly kind: 'menu';
  readonly at: Position;
  readonly path: string;
  readonly command: string;
  readonly arguments: readonly Argument[];
  /** Words without `=` that are switches of the command: `as-value`, `count-only`. */
  readonly flags: ReadonlySet<string>;
  readonly where: Expression | null;
}

/** One command of a script. */
export type Statement =
  | BuiltinStatement
  | MenuStatement
  /** `$function 1 2 x=3` */
  | {
      readonly kind: 'call';
      readonly at: Position;
      readonly callee: Expression;
      readonly arguments: readonly Argument[];
    }
  | { readonly kind: 'block'; readonly at: Position; readonly body: Block }
  /** A lone `( … )`, whose value counts inside `[…]`. */
  | { readonly kind: 'expression'; readonly at: Position; readonly value: Expression }
  /** Accepted by the parser and refused when it runs: `bad command name x`, from 7.23 on `bad parameter x`. */
  | { readonly kind: 'fault'; readonly at: Position; readonly message: string; readonly command: string | null };
