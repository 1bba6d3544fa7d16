import type { Menu, Row } from '#routeros';
import { maskRow } from './mask.ts';

/** One row for people: `/ip/dns/static name=a.example type=A`; match null is the settings menu. Secrets are masked. */
export function describeRow(menu: Menu, match: Row | null): string {
  return match === null ? menu.path : `${menu.path} ${fieldsText(maskRow(menu, match))}`;
}

/** `name=a.example comment="two words"`. The row must be masked already. */
export function fieldsText(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(' ');
}

/**
 * A value for people: bare where that is unambiguous, else quoted. Everything a terminal could act on or that changes the direction of
 * writing is escaped: comments come from whoever can log in to the router.
 */
export function valueText(value: string): string {
  return /^[A-Za-z0-9._:/@,*+=!-]+$/u.test(value) ? value : quoted(value);
}

function quoted(value: string): string {
  return JSON.stringify(value).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
  );
}
