import { CATALOGUE } from '#routeros';
import type { Catalogue } from './canonical.ts';
import { mapChange, mapHeldBack, mapSecrets } from './mask.ts';
import type { Plan, PlanBody } from './plan.ts';

/** What a plan does, holds back and leaves alone, as it may be shown: all that its text is made of. */
export type ShownPlan = Pick<Plan, 'changes' | 'heldBack' | 'extras' | 'released' | 'frozen' | 'left'>;

/** The body as it may be shown: of each sealed secret the first digits, so that people see when one is another. */
export function shownBody(body: PlanBody, catalogue: Catalogue = CATALOGUE): PlanBody {
  const touched = body.touched.map(({ menu, match, rows }) => ({
    menu,
    match: match === null ? null : mapSecrets(catalogue[menu], match, digitsOf),
    rows: rows.map((row) => mapSecrets(catalogue[menu], row, digitsOf)),
  }));
  return { ...body, operations: shownChanges(body, catalogue), touched, ...shownHeldBack(body, catalogue) };
}

/** What a body holds back, as `shownBody` has it; without the field where that is nothing. */
export function shownHeldBack(
  { heldBack }: Pick<PlanBody, 'heldBack'>,
  catalogue: Catalogue = CATALOGUE,
): Pick<PlanBody, 'heldBack'> {
  return heldBack === undefined
    ? {}
    : {
        heldBack: heldBack.map((row) => mapHeldBack(row, (match) => mapSecrets(catalogue[row.menu], match, digitsOf))),
      };
}

/** The changes of a body alone, as `shownBody` has them. */
export function shownChanges(
  { operations }: Pick<PlanBody, 'operations'>,
  catalogue: Catalogue = CATALOGUE,
): PlanBody['operations'] {
  return operations.map((change) => mapChange(change, (row) => mapSecrets(catalogue[change.menu], row, digitsOf)));
}

/** Enough to tell a rotated secret; from an HMAC under the controller's key nothing can be guessed. */
function digitsOf(sealed: string): string {
  return sealed === '' ? '' : `(secret:${sealed.slice(0, 8)})`;
}
