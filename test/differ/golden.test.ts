import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkPlan, type DesiredState, driftOf, type LiveState, makePlan, type PlanInput } from '#differ';
import { renderDriftText, renderPlanCommands, renderPlanText } from '#differ/render';
import { CATALOGUE, type MenuPath } from '#routeros';

const CASES = join(import.meta.dirname, '..', 'cases');

const LIMITS = {
  maxChanges: 1_000,
  maxDeletions: 1_000,
  protectedRows: [],
  allowedMenus: Object.keys(CATALOGUE) as MenuPath[],
};

function inputOf(name: string): PlanInput {
  const base = join(CASES, name, 'base.yaml');
  return {
    desired: parse(readFileSync(join(CASES, name, 'desired.yaml'), 'utf8')) as DesiredState,
    base: existsSync(base) ? (parse(readFileSync(base, 'utf8')) as DesiredState) : null,
    live: JSON.parse(readFileSync(join(CASES, name, 'live.json'), 'utf8')) as LiveState,
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
  ].join('\n');
}

describe('the plan of each case in test/cases reads as its plan.txt', () => {
  test.each(readdirSync(CASES).filter((name) => existsSync(join(CASES, name, 'live.json'))))('%s', (name) => {
    expect(renderedOf(inputOf(name))).toBe(readFileSync(join(CASES, name, 'plan.txt'), 'utf8'));
  });
});
