type Fields = Readonly<Record<string, string>>;

/** A row of a router on one line: `address=10.0.0.1/24 interface=ether1`; empty for the row of a settings menu. */
export function rowText(row: Fields | null): string {
  return Object.entries(row ?? {})
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(' ');
}

/** Bare where nobody could take it for two. */
export function valueText(value: string): string {
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
