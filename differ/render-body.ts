import { CATALOGUE } from '#routeros';
import type { Catalogue } from './canonical.ts';
import { mapChange, mapSecrets, maskPlan } from './mask.ts';
import type { Plan, PlanBody, TouchedRows } from './plan.ts';
import { touchedDigestOf } from './plan-id.ts';
import { commandLines } from './render-commands.ts';
import { notesOn, planText } from './render-text.ts';

/** What a plan id is made of besides the changes. What is long stands here as its digest. */
export interface PlanFacts extends Pick<PlanBody, 'source' | 'device' | 'confirmWithinSeconds' | 'policyDigest'> {
  /** Over the touched rows as they were read. */
  readonly touchedDigest: string;
}

/** The facts of a body: with its changes, everything that its id is made of. */
export function factsOf({ source, device, confirmWithinSeconds, policyDigest, touched }: PlanBody): PlanFacts {
  return { source, device, confirmWithinSeconds, policyDigest, touchedDigest: touchedDigestOf(touched) };
}

/** The body as it may be shown to programs: of each sealed secret the first digits. */
export function shownBody(body: PlanBody, catalogue: Catalogue = CATALOGUE): PlanBody {
  return { ...body, operations: shownChanges(body, catalogue), touched: shownTouched(body.touched, catalogue) };
}

/** The changes of a body for people, whole: two bodies whose changes differ never read alike. Of each sealed secret the first digits are shown. */
export function renderBodyText(body: Pick<PlanBody, 'operations'>, catalogue: Catalogue = CATALOGUE): string {
  return planText(shownChanges(body, catalogue), []);
}

/** As `renderBodyText`, with the notes of the plan that the body was made of. */
export function renderProposalText(plan: Plan, body: PlanBody, catalogue: Catalogue = CATALOGUE): string {
  return planText(shownChanges(body, catalogue), notesOn(maskPlan(plan, catalogue)));
}

/** The changes of a body as commands, as `renderPlanCommands` gives those of a plan. */
export function renderBodyCommands(body: Pick<PlanBody, 'operations'>, catalogue: Catalogue = CATALOGUE): string {
  return commandLines(shownChanges(body, catalogue));
}

function shownChanges({ operations }: Pick<PlanBody, 'operations'>, catalogue: Catalogue): PlanBody['operations'] {
  return operations.map((change) => mapChange(change, (row) => mapSecrets(catalogue[change.menu], row, digitsOf)));
}

function shownTouched(touched: readonly TouchedRows[], catalogue: Catalogue): readonly TouchedRows[] {
  return touched.map(({ menu, match, rows }) => ({
    menu,
    match: match === null ? null : mapSecrets(catalogue[menu], match, digitsOf),
    rows: rows.map((row) => mapSecrets(catalogue[menu], row, digitsOf)),
  }));
}

/** Enough to tell a rotated secret; from an HMAC under the controller's key nothing can be guessed. */
function digitsOf(sealed: string): string {
  return sealed === '' ? '' : `(secret:${sealed.slice(0, 8)})`;
}
