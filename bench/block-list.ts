import { makePlan, planBodyOf, planIdOf, type DesiredState, type PlanId } from '#differ';
import { SECTIONS, type Row } from '#routeros';

const MENU = SECTIONS.addressLists.menus[0].menu.path;
/** One row in so many differs between the router and what is desired. */
const CHANGED_EVERY = 100;

/**
 * The answer of a router with an address list of so many rows, as REST sends it: the properties that a pass asks for.
 */
export function blockListAnswer(rows: number): string {
  return JSON.stringify(Array.from({ length: rows }, (_, index) => liveRow(index)));
}

function liveRow(index: number): Row {
  return {
    '.id': `*${(index + 1).toString(16).toUpperCase()}`,
    ...fieldsAt(index),
    disabled: 'false',
    dynamic: 'false',
  };
}

function fieldsAt(index: number): Row {
  const address = `${20 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.${1 + (index % 250)}`;
  return { list: 'blocklist', address, comment: `feed ${index % 7}, seen ${index % 365} days ago` };
}

/** What is desired of that list, canonical: one row in a hundred has another comment. */
export function blockListDesired(rows: number): DesiredState {
  const desired = Array.from({ length: rows }, (_, index) => {
    const fields = fieldsAt(index);
    const comment = index % CHANGED_EVERY === 0 ? 'reported again' : (fields['comment'] ?? '');
    return { fields: { ...fields, comment }, owners: ['fleet'] };
  });
  return { menus: { [MENU]: { shape: 'list', declaredBy: ['fleet'], unlisted: 'tolerate', rows: desired } } };
}

/** Canonicalises, compares and digests: all that a pass does with the rows once they are parsed. */
export function planBlockList(desired: DesiredState, base: DesiredState, live: readonly Row[]): PlanId {
  const plan = makePlan({ desired, base, live: { menus: { [MENU]: live } } });
  if (plan.changes.length !== Math.ceil(live.length / CHANGED_EVERY))
    throw new Error(`planned ${plan.changes.length} changes of ${live.length} rows`);
  const body = planBodyOf(
    {
      plan,
      source: 'folder:/bench',
      device: { name: 'edge', serial: 'BENCH', address: 'https://192.0.2.1/', credential: 'bench' },
      confirmWithinSeconds: 240,
      policyDigest: '0',
    },
    (secret) => secret,
  );
  return planIdOf(body);
}
