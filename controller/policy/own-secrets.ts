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
 * Why a plan that touches rows with a secret of ours is refused, menu and row by name: planned, it would be shown,
 * stored and put into a script on the router. None: it touches no such row.
 */
export function secretReasons(plan: Plan, secrets: Pick<OwnSecrets, 'cutRows'>): readonly Reason[] {
  const rows = new Set<string>();
  for (const { menu, match, rows: touched } of touchedBy(plan)) {
    if (![...touched, match ?? {}].some((row) => holdsSecret(row, secrets))) continue;
    const [shown] = match === null ? [null] : secrets.cutRows([match]);
    rows.add(describeRow(menuOf(menu), shown ?? null));
  }
  const reasons = [...rows].map((row): Reason => ({ code: 'SecretInRow', row }));
  const more = reasons.length - MOST_TOLD;
  const rest: readonly Reason[] = more > 0 ? [{ code: 'SecretInRow', more }] : [];
  return [...reasons.slice(0, MOST_TOLD), ...rest];
}

function* touchedBy({ changes, inverse, touched, heldBack = [] }: Plan): Generator<Touched> {
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
  // Their other fields stand nowhere in the plan.
  for (const { menu, match, because } of heldBack) yield { menu, match, rows: [{ because }] };
}
