import { reasonsText } from '../../controller/policy/reason-text.ts';
import type { Controller, Store } from '#controller';
import type { AttemptRecord } from '../../controller/records/attempts.ts';
import { contentsOf, undoObjects, type Site } from './crash-site.ts';

/** What the touched menus may hold in the end: nothing between the two. */
export interface Ends {
  readonly before: string;
  readonly after: string;
  /** The changes that lead from one to the other, as the router's history words them. */
  readonly changes: readonly string[];
}

/** Which of the two ends the router is at. */
export function endOf(site: Site, ends: Ends): 'before' | 'after' | 'half' {
  const contents = contentsOf(site.router);
  if (contents === ends.before) return 'before';
  return contents === ends.after ? 'after' : 'half';
}

/**
 * What is wrong with a site whose controller has nothing left to do; empty when all invariants hold: fully changed and
 * confirmed or fully restored, nothing left of the undo, nothing applied twice, no write without a waiting undo, every
 * attempt ended and every step audited.
 */
export async function faultsOf(site: Site, controller: Controller, ends: Ends): Promise<readonly string[]> {
  const { store } = controller.api;
  const faults: string[] = [];
  const end = endOf(site, ends);
  const attempts = (await store.attempts.list('r1', 20)).toReversed();
  const last = attempts.at(-1)?.end;
  const record = await store.devices.get('r1');

  const outcome = controller.api.visitOf('r1')?.outcome;
  if (outcome?.kind === 'Stalled') faults.push(`stalled: ${reasonsText(outcome.reasons)}`);
  if (end === 'half') faults.push(`half changed:\n${contentsOf(site.router)}`);
  if (end === 'after' && last !== 'confirmed') faults.push(`changed, but the last attempt is ${last}`);
  if (end === 'before' && last !== 'undone') faults.push(`restored, but the last attempt is ${last}`);
  if ((end === 'after') !== (record?.baseRevision !== 'old')) faults.push(`the base is of ${record?.baseRevision}`);
  faults.push(...undoObjects(site.router).map((object) => `left on the router: ${object}`));
  faults.push(...ledgerFaults(site));
  const strange = site.effects.filter((effect) => !ends.changes.includes(effect));
  faults.push(...strange.map((effect) => `not in the plan: ${effect}`));
  if (end === 'after' && site.effects.length !== ends.changes.length) faults.push('not every change is in the history');
  if (attempts.some((attempt) => attempt.end === null)) faults.push('an attempt is still open');
  if (attempts.some((attempt) => attempt.end === 'stalled')) faults.push('an attempt stalled');
  if (attempts.filter((attempt) => attempt.end !== 'closed').length > 1) faults.push('more than one attempt wrote');

  faults.push(...(await auditFaults(store, 'r1', attempts)));
  return faults;
}

/** What was written without a waiting undo, or twice. */
export function ledgerFaults({ effects, unarmed }: Pick<Site, 'effects' | 'unarmed'>): readonly string[] {
  const twice = effects.filter((effect, index) => effects.indexOf(effect) !== index);
  return [
    ...unarmed.map((write) => `written without a waiting undo: ${write}`),
    ...twice.map((effect) => `applied twice: ${effect}`),
  ];
}

/** Whether the chain is whole and tells every step of these attempts, given in the order they were opened. */
export async function auditFaults(
  store: Store,
  device: string,
  attempts: readonly AttemptRecord[],
): Promise<readonly string[]> {
  const broken = (await store.audit.verify()) === null ? [] : ['the audit chain is broken'];
  return [...broken, ...(await trailFaults(store, device, attempts))];
}

/**
 * Whether the audit tells every step of these attempts, given in the order they were opened. Walks no chain, which is
 * one for all devices.
 */
export async function trailFaults(
  store: Store,
  device: string,
  attempts: readonly AttemptRecord[],
): Promise<readonly string[]> {
  const audited = (await store.audit.list({ device, limit: 1000 }))
    .toReversed()
    .filter(({ action }) => action.startsWith('attempt.'))
    .map(({ action, detail }) => `${String(detail['attempt'])} ${action}`);
  // One attempt after the other: an opening before the last end would show here.
  const expected = attempts.flatMap((attempt) => [
    // Of a plan in parts each later one begins anew.
    ...attempt.steps.map(({ step }, at) => `${attempt.id} attempt.${step === 'arming' && at > 0 ? 'part' : step}`),
    `${attempt.id} attempt.${attempt.end}`,
  ]);
  if (audited.join('\n') === expected.join('\n')) return [];
  return [`audited:\n${audited.join('\n')}\nexpected:\n${expected.join('\n')}`];
}
