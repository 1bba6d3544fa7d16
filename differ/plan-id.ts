import { createHash } from 'node:crypto';
import { CATALOGUE, type Menu, type Row } from '#routeros';
import { writeCanonicalJson } from '#canonical-json';
import { type Catalogue, isAtDefault, withoutDefaults } from './canonical.ts';
import type { Change } from './change.ts';
import { mapChange, mapHeldBack, mapSecrets } from './mask.ts';
import type { Plan, PlanBody, PlanId } from './plan.ts';

/**
 * SHA-256 over a domain prefix and RFC 8785 JSON whose leaves are all strings (approval.md §3). The order of keys does
 * not matter, that of operations does.
 */
export function planIdOf(body: PlanBody): PlanId {
  return digestOf('routeros-gitops plan v1\n', body);
}

/**
 * The id of all plans of one revision: a digest over the sorted list of (device, plan id). @throws {TypeError} when a
 * device has two plans.
 */
export function fleetPlanIdOf(plans: readonly { readonly device: string; readonly planId: PlanId }[]): PlanId {
  const pairs = plans
    .map(({ device, planId }) => ({ device, planId }))
    .toSorted((a, b) => (a.device < b.device ? -1 : 1));
  for (const [index, { device }] of pairs.entries()) {
    if (pairs[index + 1]?.device === device) throw new TypeError(`${device} has two plans in one fleet plan`);
  }
  return digestOf('routeros-gitops fleet plan v1\n', pairs);
}

/** Of the touched rows as read, for people: they can be many, and the lines of a plan show only what it changes. */
export function touchedDigestOf(touched: PlanBody['touched']): string {
  return digestOf('routeros-gitops touched rows v1\n', touched);
}

/**
 * What enters the plan id. `seal` turns a secret into its HMAC under a key of the controller: a rotated secret makes
 * another plan, and nothing can be guessed from an id. An empty one stays empty, so that people see that it is
 * cleared. A default that a router spells out is the same as one that it leaves out: an undo may have spelt it, and
 * the same change has the same id then.
 */
export function planBodyOf(
  facts: Omit<PlanBody, 'operations' | 'touched' | 'heldBack'> & { readonly plan: Plan },
  seal: (secret: string) => string,
  catalogue: Catalogue = CATALOGUE,
): PlanBody {
  const { plan, ...rest } = facts;
  const sealed = (secret: string): string => (secret === '' ? '' : seal(secret));
  return {
    ...rest,
    operations: plan.changes.map((change) =>
      mapChange(foldedChange(catalogue[change.menu], change), (row) => mapSecrets(catalogue[change.menu], row, sealed)),
    ),
    touched: plan.touched.map(({ menu, match, rows }) => ({
      menu,
      match: match === null ? null : mapSecrets(catalogue[menu], match, sealed),
      rows: rows.map((row) => mapSecrets(catalogue[menu], foldedRow(catalogue[menu], match, row), sealed)),
    })),
    ...(plan.heldBack === undefined
      ? {}
      : {
          heldBack: plan.heldBack.map((row) =>
            mapHeldBack(row, (match) => mapSecrets(catalogue[row.menu], match, sealed)),
          ),
        }),
  };
}

function foldedChange(menu: Menu | undefined, change: Change): Change {
  if (menu === undefined) return change;
  if (change.kind === 'remove') return { ...change, before: foldedRow(menu, change.match, change.before) };
  if (change.kind !== 'set') return change;
  // Of a field that is set, people see from which value.
  const before = Object.keys(change.fields).flatMap((name) => {
    const held = isAtDefault(menu, change.before, name) ? menu.fields[name]?.default : change.before[name];
    return held === undefined ? [] : [[name, held]];
  });
  return { ...change, before: Object.fromEntries(before) };
}

/** Match fields as the tuple has them, and of the others those that are not at their default. */
function foldedRow(menu: Menu | undefined, match: Row | null, row: Row): Row {
  return menu === undefined ? row : { ...withoutDefaults(menu, row), ...match };
}

const CHUNK = 65_536;

function digestOf(domain: string, content: unknown): PlanId {
  const hash = createHash('sha256').update(domain);
  let chunk = '';
  writeCanonicalJson(content, (part) => {
    chunk += part;
    if (chunk.length < CHUNK) return;
    hash.update(chunk);
    chunk = '';
  });
  return `sha256:${hash.update(chunk).digest('hex')}`;
}
