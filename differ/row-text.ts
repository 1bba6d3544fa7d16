import type { Menu, MenuPath, Row } from '#routeros';
import { maskRow } from './mask.ts';

/** One row for people: `/ip/dns/static name=a.example type=A`; match null is the settings menu. Secrets are masked. */
export function describeRow(menu: Menu, match: Row | null): string {
  return rowText(menu.path, match === null ? null : maskRow(menu, match));
}

/** As `describeRow`, for a match that is masked already. */
export function rowText(menu: MenuPath, match: Row | null): string {
  return match === null || Object.keys(match).length === 0 ? menu : `${menu} ${fieldsText(match)}`;
}

/** `name=a.example comment="two words"`. The row must be masked already. */
export function fieldsText(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(' ');
}

/** `servers: 1.1.1.1 → 9.9.9.9, comment: none → "two words"`. Both rows must be masked already. */
export function turnsText(before: Row, after: Row): string {
  return Object.entries(after)
    .map(([name, value]) => `${name}: ${valueOrNone(before[name])} → ${valueOrNone(value)}`)
    .join(', ');
}

/**
 * A value for people: bare where that is unambiguous, else quoted. Everything a terminal could act on, or that changes the direction of
 * writing, is escaped: comments come from whoever can log in to the router.
 */
export function valueText(value: string): string {
  return /^[A-Za-z0-9._:/@,*+=!()-]+$/.test(value) ? value : visible(JSON.stringify(value));
}

/** The text with everything invisible spelt out. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
  );
}

function valueOrNone(value: string | undefined): string {
  return value === undefined || value === '' ? 'none' : valueText(value);
}
