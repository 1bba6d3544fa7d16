import { describeRow, type Plan } from '#differ';
import { holdsSecret, type OwnSecrets } from '#routeros';
import { menuOf, type MenuPath, type Row } from '#routeros';
import type { Reason } from '../reasons.ts';

/** Rows of one match tuple, as a plan names them. */
interface Touched {
  readonly menu: MenuPath;
  readonly match: Row | null;
  readonly rows: readonly Row[];
}

const MOST_TOLD = 20;

/**
 * Why a plan that touches rows with a secret of ours is refused, menu and row by name: planned, it would be shown, stored and put into a script on the
 * router. None: it touches no such row.
 */
export function secretReasons(plan: Plan, secrets: Pick<OwnSecrets, 'cutRows'>): readonly Reason[] {
  const messages = new Set<string>();
  for (const { menu, match, rows } of touchedBy(plan)) {
    if (![...rows, match ?? {}].some((row) => holdsSecret(row, secrets))) continue;
    const [shown] = match === null ? [null] : secrets.cutRows([match]);
    messages.add(
      `${describeRow(menuOf(menu), shown ?? null)}: the row holds a password or token that the controller uses. Take it out there, on the router or in the files; if it was meant as one, change the password.`,
    );
  }
  const reasons = [...messages].map((message) => ({ code: 'SecretInRow', message }));
  const more = reasons.length - MOST_TOLD;
  const rest = more > 0 ? [{ code: 'SecretInRow', message: `So do ${more} more rows.` }] : [];
  return [...reasons.slice(0, MOST_TOLD), ...rest];
}

function* touchedBy({ changes, inverse, touched }: Plan): Generator<Touched> {
  for (const change of changes) {
    const { menu, match } = change;
    if (change.kind === 'create') yield { menu, match, rows: [change.fields] };
    else if (change.kind === 'remove') yield { menu, match, rows: [change.before] };
    else if (change.kind === 'set') yield { menu, match, rows: [change.fields, change.before] };
    else yield { menu, match, rows: change.beforeMatch === null ? [] : [change.beforeMatch] };
  }
  for (const { menu, match, rows, order } of inverse) {
    yield { menu, match, rows };
    for (const row of order ?? []) yield { menu, match: row, rows: [] };
  }
  yield* touched;
}
