import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  checkPlan,
  type DesiredState,
  driftOf,
  type LiveState,
  makePlan,
  mapSecrets,
  type Plan,
  planBodyOf,
  planIdOf,
  type PlanInput,
  type SecretTerms,
  shownBody,
} from '#differ';
import { renderDriftText, renderPlanCommands, renderPlanText } from '#differ/render';
import { CATALOGUE, type MenuPath, menuOf, type Row } from '#routeros';

const CASES = join(import.meta.dirname, '..', 'cases');

const CASE_NAMES = readdirSync(CASES).filter((name) => existsSync(join(CASES, name, 'live.json')));

const LIMITS = {
  maxChanges: 1_000,
  maxDeletions: 1_000,
  protectedRows: [],
  allowedMenus: Object.keys(CATALOGUE) as MenuPath[],
};

/** `secrets.json`: on what terms secrets are compared; in rows they stand as seals. Absent: none is. */
function inputOf(name: string): PlanInput {
  const base = join(CASES, name, 'base.yaml');
  const terms = join(CASES, name, 'secrets.json');
  return {
    desired: parse(readFileSync(join(CASES, name, 'desired.yaml'), 'utf8')) as DesiredState,
    base: existsSync(base) ? (parse(readFileSync(base, 'utf8')) as DesiredState) : null,
    live: JSON.parse(readFileSync(join(CASES, name, 'live.json'), 'utf8')) as LiveState,
    ...(existsSync(terms) ? { secrets: JSON.parse(readFileSync(terms, 'utf8')) as SecretTerms } : {}),
  };
}

/** Everything that people read about a plan. */
function renderedOf(input: PlanInput): string {
  const plan = makePlan(input);
  const violations = checkPlan(plan, input, LIMITS).map(({ code, message }) => `${code}: ${message}\n`);
  return [
    renderPlanText(plan),
    `== commands\n${renderPlanCommands(plan)}`,
    `== drift from the declared state\n${renderDriftText(driftOf(input.desired, input.live, [], CATALOGUE, plan.heldBack))}`,
    `== check\n${violations.length === 0 ? 'nothing found\n' : violations.join('')}`,
    ...(input.secrets === undefined ? [] : [`== body as shown\n${bodyText(plan)}`]),
  ].join('\n');
}

/** What is approved, and shown: its id holds secrets as the HMAC of their seals, and people see the first digits. */
function bodyText(plan: Plan): string {
  const body = planBodyOf(
    {
      plan,
      source: 'folder:fleet',
      device: { name: 'r1', serial: 'S', address: 'https://192.0.2.1', credential: 'fleet' },
      confirmWithinSeconds: 240,
      policyDigest: 'none',
    },
    (seal) => createHmac('sha256', 'key').update(seal).digest('hex'),
  );
  const { operations, touched } = shownBody(body);
  return [planIdOf(body), ...[...operations, ...touched].map((each) => JSON.stringify(each))].join('\n').concat('\n');
}

/** Every seal that a case holds. */
function sealsIn({ desired, base, live }: PlanInput): ReadonlySet<string> {
  const seals = new Set<string>();
  const note = (path: string, row: Row): void =>
    void mapSecrets(menuOf(path as MenuPath), row, (seal) => {
      if (!seal.startsWith('{')) seals.add(seal);
      return seal;
    });
  for (const [path, rows] of Object.entries(live.menus)) for (const row of rows) note(path, row);
  for (const side of [desired, base])
    for (const [path, menu] of Object.entries(side?.menus ?? {}))
      if (menu.shape === 'list') for (const { fields } of menu.rows) note(path, fields);
  return seals;
}

describe('the plan of each case in test/cases reads as its plan.txt', () => {
  test.each(CASE_NAMES)('%s', (name) => {
    const input = inputOf(name);
    const text = renderedOf(input);
    expect(text).toBe(readFileSync(join(CASES, name, 'plan.txt'), 'utf8'));
    for (const seal of sealsIn(input)) expect(text).not.toContain(seal);
  });

  test('each menu of the catalogue is declared in one of them', () => {
    const declared = CASE_NAMES.flatMap((name) => Object.keys(inputOf(name).desired.menus));
    expect(Object.keys(CATALOGUE).filter((path) => !declared.includes(path))).toEqual([]);
  });
});
