import type { Menu, Row } from '../catalogue/menu.ts';
import { countedRows } from './restore-row.ts';
import { commandPath, findTimed, guarded } from './statements.ts';
import { quote, scriptSizeBytes } from './text.ts';

/**
 * Takes away rows that go by themselves (`Menu.timedBy`), and that a plan adds. They are the router's own by then, so
 * they are looked for among those; what has no such time, as what a name resolved to, stays. From `alikeFrom` rows on that
 * differ in their last match field the list is read once for all of them, in statements of at most `mostBytes`. Two
 * rows of one tuple: somebody else wrote there, and nothing of it is touched.
 * @throws {InvalidValue}
 */
export function timedStatements(
  menu: Menu,
  matches: readonly Row[],
  mostBytes: number,
  alikeFrom: number,
): readonly { readonly text: string; readonly bulk: boolean }[] {
  const key = menu.match.at(-1) ?? '';
  // A number in an array is a place in it.
  const isName = (match: Row): boolean => /\D/.test(match[key] ?? '');
  const groups = [...Map.groupBy(matches.filter(isName), (match) => JSON.stringify({ ...match, [key]: '' })).values()];
  const single = [
    ...groups.filter((group) => group.length < alikeFrom).flat(),
    ...matches.filter((match) => !isName(match)),
  ];
  return [
    ...groups
      .filter((group) => group.length >= alikeFrom)
      .flatMap((group) => inParts(menu, group, key, mostBytes).map((text) => ({ text, bulk: true }))),
    ...single.map((match) => ({ text: guarded(singleCommands(menu, match)), bulk: false })),
  ];
}

function singleCommands(menu: Menu, match: Row): string {
  const time = `[:tostr [${commandPath(menu)} get $rgId ${menu.timedBy ?? ''}]]`;
  const each = `:if ([:len ${time}] > 0) do={${commandPath(menu)} remove $rgId}`;
  return `${countedRows(findTimed(menu, match), 0)}; :foreach rgId in=$rgIds do={${each}}`;
}

function inParts(menu: Menu, group: readonly Row[], key: string, mostBytes: number): readonly string[] {
  const text = bulkText(menu, group, key);
  if (group.length === 1 || scriptSizeBytes(text) <= mostBytes) return [text];
  const middle = Math.ceil(group.length / 2);
  return [group.slice(0, middle), group.slice(middle)].flatMap((half) => inParts(menu, half, key, mostBytes));
}

function bulkText(menu: Menu, group: readonly Row[], key: string): string {
  const path = commandPath(menu);
  const wanted = group.map((match) => `${quote(match[key] ?? '')}=1`);
  const shared = Object.entries(group[0] ?? {}).filter(([name]) => name !== key);
  const where = [...shared.map(([name, value]) => `${name}=${quote(value)}`), `${menu.skipWhen[0] ?? ''}=yes`];
  const keep =
    ':if ([:typeof ($rgI->$rgK)] = "nothing") do={:set ($rgI->$rgK) ($rgR->".id")} else={:set ($rgJ->$rgK) 1}';
  const ours = `:local rgV ($rgW->$rgK); :if ([:typeof $rgV] != "nothing") do={:if ([:len [:tostr ($rgR->"${menu.timedBy ?? ''}")]] > 0) do={${keep}}}`;
  const remove = `:if ([:typeof ($rgJ->$rgK)] != "nothing") do={:error "rg-count"}; ${path} remove $rgId`;
  return guarded(
    [
      '',
      `:local rgW {${wanted.join(';')}}`,
      ':local rgI [:toarray ""]',
      ':local rgJ [:toarray ""]',
      `:foreach rgR in=[${path} print as-value where ${where.join(' and ')}] do={:local rgK [:tostr ($rgR->"${key}")]; ${ours}}`,
      `:foreach rgK,rgId in=$rgI do={${guarded(remove)}}`,
      '',
    ].join('\n'),
  );
}
