/**
 * Rows as RFC 4180 has them, but for the ends of lines, which are those of all other output, with a heading; times as text, lists in one cell. A text that a spreadsheet would take for
 * a formula gets an apostrophe before it: names and reasons are other people's words.
 */
export function csvText(rows: readonly object[], names: readonly string[] = Object.keys(rows[0] ?? {})): string {
  const lines = rows.map((row) => names.map((name) => cell(name, (row as Readonly<Record<string, unknown>>)[name])));
  return [names, ...lines].map((line) => `${line.join(',')}\n`).join('');
}

const TIME = /^at$|At$/;

function cell(name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return TIME.test(name) ? new Date(value).toISOString() : String(value);
  if (typeof value === 'boolean') return String(value);
  const text = Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
