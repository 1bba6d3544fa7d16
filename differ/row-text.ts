import type { Menu, MenuPath, Row } from '#routeros';
import { quotedText } from '#visible';
import { maskRow } from './mask.ts';

/** One row for people: `/ip/dns/static name=a.example type=A`; match null is the settings menu. Secrets are masked. */
export function describeRow(menu: Menu, match: Row | null): string {
  return rowText(menu.path, match === null ? null : maskRow(menu, match));
}

/** As `describeRow`, with what is said of the row. */
export function saidOfRow(
  menu: Menu,
  {
    match,
    fields,
    because,
  }: { readonly match: Row | null; readonly fields?: readonly string[]; readonly because: string },
): string {
  return `${describeRow(menu, match)}${fields === undefined ? '' : ` ${fieldNames(fields)}`}: ${because}`;
}

/** `vrf, mdns-repeat-ifaces` */
export function fieldNames(names: readonly string[]): string {
  return names.map(nameText).join(', ');
}

/** As `describeRow`, for a match that is masked already. */
export function rowText(menu: MenuPath, match: Row | null): string {
  return match === null || Object.keys(match).length === 0 ? menu : `${menu} ${fieldsText(match)}`;
}

/** `name=a.example comment="two words"`. The row must be masked already. */
export function fieldsText(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => `${nameText(name)}=${valueText(value)}`)
    .join(' ');
}

/**
 * `servers: 1.1.1.1 → 9.9.9.9, comment: none → "two words"`; none is a field that is absent. Both rows must be masked
 * already.
 */
export function turnsText(before: Row, after: Row): string {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])]
    .map((name) => `${nameText(name)}: ${valueOrNone(before[name])} → ${valueOrNone(after[name])}`)
    .join(', ');
}

/**
 * A value for people: bare where that is unambiguous, else in quotes, with letters that look like others spelt out. Comments come from whoever can log in
 * to the router: nothing in them can act on a terminal, look like something else, or be taken for an absent field.
 */
export function valueText(value: string): string {
  return value !== 'none' && /^[A-Za-z0-9._:/@,*+=!()-]+$/.test(value) ? value : quotedText(value);
}

function nameText(name: string): string {
  return /^[A-Za-z0-9.-]+$/.test(name) ? name : quotedText(name);
}

function valueOrNone(value: string | undefined): string {
  return value === undefined ? 'none' : valueText(value);
}
