import type { SignersView } from '#controller';
import type { Style } from '../output.ts';
import { printable, table } from './table.ts';
import { momentAndAge } from './when.ts';

/** `rosctl signers list`: whose signatures count, and which keys are revoked. */
export function signersText({ people, revoked, now }: SignersView, style: Style): string {
  const rows = people.flatMap(({ person, roles, keys }) => {
    const cells = keys.map((each) => (each.revoked ? style.bad(`${each.key} (revoked)`) : each.key));
    const [first = style.warn('no key'), ...others] = cells;
    return [[person, roles.join(', '), first], ...others.map((key) => ['', '', key])];
  });
  const parts = [
    people.length === 0 ? style.bad('Nobody has a say: no Roster is in force.') : table(['person', 'may', 'key'], rows),
  ];
  if (revoked.length > 0) {
    const gone = revoked.map((each) => [
      each.key,
      momentAndAge(each.at, now),
      printable(each.by),
      printable(each.reason),
    ]);
    parts.push(table(['revoked', 'when', 'by', 'reason'], gone));
  }
  return parts.join('\n\n');
}
