const NAME = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const BARE = new RegExp(`^${NAME}$`);
const TEXT = new RegExp(`^\\{secretRef: (${NAME})\\}$`);

/** What stands in a declared row in place of a secret: `{secretRef: office-wifi}`. null: that is no bare name. */
export function secretRefText(name: string): string | null {
  return BARE.test(name) ? `{secretRef: ${name}}` : null;
}

/** The name in such a text; null: it is none. */
export function secretRefIn(text: string): string | null {
  return TEXT.exec(text)?.[1] ?? null;
}
