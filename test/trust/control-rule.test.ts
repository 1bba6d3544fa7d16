import { describe, expect, test } from 'vitest';
import type { Inventory } from '../../controller/desired/inventory.ts';
import { revisionOf } from '../../controller/desired/revision.ts';
import type { ControlRule } from '../../controller/policy/control-approval.ts';
import { controlPlanOf } from '../../controller/trust/control-plan.ts';
import { controlRuleOf } from '../../controller/trust/control-rule.ts';

const API = 'apiVersion: routeros-gitops.dev/v1alpha1';

function device(name: string, environment: string, more = ''): string {
  return `${API}\nkind: RouterDevice\nmetadata: {name: ${name}}\nspec: {address: "https://${name}.example.net", credentialsRef: fleet, environment: ${environment}${more}}\n`;
}

function policy(name: string, selector: string, more = ''): string {
  return `${API}\nkind: ApprovalPolicy\nmetadata: {name: ${name}}\nspec: {selector: ${selector}, approvers: {roles: [approver]}${more}}\n`;
}

const ROSTER = `${API}\nkind: Roster\nmetadata: {name: people}\nspec:\n  people:\n${['ana', 'bob', 'eve']
  .map((name) => `    - {name: ${name}, roles: [contributor, approver, policy]}\n`)
  .join('')}`;

function inventoryOf(...documents: readonly string[]): Inventory {
  const revision = revisionOf({ 'fleet.yaml': [ROSTER, ...documents].join('---\n') });
  if (!revision.ok) throw new Error(JSON.stringify(revision.faults));
  return revision.inventory;
}

function ruleOf(before: Inventory, after: Inventory): ControlRule {
  const plan = controlPlanOf('git:x', before, after);
  if (plan === null) throw new Error('no control plan');
  return controlRuleOf(plan, before, after);
}

const PROD = '{matchLabels: {environment: prod}}';
const OWN = ', excludeAuthors: false';

describe('what a control plan is asked', () => {
  test('of a policy that changes, the stricter of before and after', () => {
    const strict = inventoryOf(device('r1', 'prod'), policy('prod', PROD, ', required: 3, expiresAfterHours: 2'));
    const loose = inventoryOf(device('r1', 'prod'), policy('prod', PROD, OWN));
    const stricter = { required: 3, excludeAuthors: true, expiresAfterHours: 2 };
    expect(ruleOf(strict, loose)).toEqual(stricter);
    expect(ruleOf(loose, strict)).toEqual(stricter);
  });

  test('of a device that leaves a strict policy, that policy still', () => {
    const policies = [
      policy('prod', PROD, ', required: 2'),
      policy('rest', '{matchLabels: {environment: staging}}', OWN),
    ];
    const before = inventoryOf(device('r1', 'prod'), ...policies);
    const after = inventoryOf(device('r1', 'staging'), ...policies);
    expect(ruleOf(before, after)).toEqual({ required: 2, excludeAuthors: true, expiresAfterHours: 24 });
    expect(ruleOf(after, before)).toMatchObject({ required: 2 });
  });

  test('of a device outside the lab that no policy means, somebody who did not bring it', () => {
    const policies = [policy('prod', PROD, OWN)];
    const before = inventoryOf(device('r1', 'prod'), ...policies);
    const after = inventoryOf(device('r1', 'prod'), device('r2', 'staging'), ...policies);
    expect(ruleOf(before, after).excludeAuthors).toBe(true);
    expect(ruleOf(before, inventoryOf(device('r1', 'prod'), device('r2', 'prod'), ...policies)).excludeAuthors).toBe(
      false,
    );
    expect(ruleOf(before, inventoryOf(device('r1', 'prod'), device('r2', 'lab'), ...policies)).excludeAuthors).toBe(
      false,
    );
  });
});
