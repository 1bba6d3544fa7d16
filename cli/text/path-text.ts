import type { ExplainedPath } from '../json/fleet-outputs.ts';
import type { Style } from '../output.ts';
import { indented } from './lines.ts';
import { printable, sentence } from './table.ts';

/** The way to a router: each chain of rows on a line, then who of it is on which list, then what is not known. */
export function pathText(
  { device, controllers, addresses, chains, lists, unclear }: ExplainedPath,
  style: Style,
): string {
  const from = controllers.length === 0 ? 'an address that is not known' : controllers.join(', ');
  const to = addresses.length === 0 ? 'an address that is not known' : addresses.join(', ');
  const parts = [
    style.strong(`The controller comes from ${printable(from)} and talks to ${printable(to)} of ${printable(device)}.`),
  ];
  if (chains.length > 0)
    parts.push(
      `Changes of these are refused:\n${indented(chains.map((chain) => printable(chain.join(' → '))).join('\n'))}`,
    );
  const listed = lists.map(({ list, interface: name, usedBy }) => printable(`${name} on ${list}, used by ${usedBy}`));
  if (listed.length > 0) parts.push(`Interface lists that count:\n${indented(listed.join('\n'))}`);
  if (unclear.length > 0)
    parts.push(`Not known, so what depends on it is refused:\n${indented(unclear.map(sentence).join('\n'))}`);
  return parts.join('\n\n');
}
