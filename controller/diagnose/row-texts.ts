import type { Row } from '#routeros';

const LONGEST = 200;

/** What a router says in a field; empty where it says nothing. It says what it likes, so there is an end to it. */
export function saidBy(row: Row, field: string): string {
  return (row[field] ?? '').slice(0, LONGEST);
}

/** A number that a router says; null where it says none. */
export function numberIn(row: Row, field: string): number | null {
  const text = row[field] ?? '';
  return /^\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
}
