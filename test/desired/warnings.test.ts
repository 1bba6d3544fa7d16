import { expect, test } from 'vitest';
import { warningsOf } from '#controller';
import { configYaml, deviceYaml, inventoryOf, policyYaml, inFile } from '#test/documents.ts';

const DEVICES = {
  'r1.yaml': deviceYaml('r1', 'site: vie', 'role: edge'),
  'r2.yaml': deviceYaml('r2', 'site: gra', 'role: core'),
};

function warnings(files: Readonly<Record<string, string>>): readonly unknown[] {
  return warningsOf(inventoryOf({ ...DEVICES, ...files }))
    .map(inFile)
    .map(({ line, path, message, hint }) => ({
      place: `${String(line)} ${path}`,
      message: message.replace(/, so this.*/, ''),
      hint,
    }));
}

function config(labels: string): Readonly<Record<string, string>> {
  return { 'c.yaml': configYaml('c', 1, 'dns: {}', `{matchLabels: {${labels}}}`) };
}

test.each(['role: edge', 'role: edge, site: vie', 'name: r2', 'environment: lab'])(
  '%s matches: no warning',
  (labels) => {
    expect(warnings(config(labels))).toEqual([]);
  },
);

test.each([
  ['role: egde', 'no device has the label "role: egde"', 'did you mean "edge"?'],
  ['role: access', 'no device has the label "role: access"', 'devices have core, edge'],
  ['roel: edge', 'no device has the label "roel"', 'did you mean "role"?'],
  ['site: vie, name: r3', 'no device has the label "name: r3"', 'did you mean "r1"?'],
])('%s matches nothing: the nearest word is named', (labels, message, hint) => {
  const field = labels.split(': ').at(-2)?.split(' ').at(-1) ?? '';
  expect(warnings(config(labels))).toEqual([{ place: `6 spec.selector.matchLabels.${field}`, message, hint }]);
});

test('a policy for an environment without devices is no warning, a misspelt environment is', () => {
  const policy = (environment: string): Readonly<Record<string, string>> => ({
    'p.yaml': policyYaml(
      'ApprovalPolicy',
      'p',
      `selector: {matchLabels: {environment: ${environment}}}
approvers: {roles: [approver]}`,
    ),
  });
  expect(warnings(policy('staging'))).toEqual([]);
  expect(warnings(policy('stagign'))).toMatchObject([{ message: 'no device has the label "environment: stagign"' }]);
  expect(warnings(config('environment: staging'))).toMatchObject([
    { message: 'no device has the label "environment: staging"' },
  ]);
});

test('labels that exist, but on no device together', () => {
  expect(warnings(config('role: edge, site: gra'))).toEqual([
    { place: '6 spec.selector.matchLabels', message: 'no device has all of these labels at once', hint: undefined },
  ]);
});

test('policies are looked at as well, and each says what follows', () => {
  const files = {
    ...DEVICES,
    ...config('role: egde'),
    'p.yaml': policyYaml('RolloutPolicy', 'p', 'selector: {matchLabels: {role: egde}}'),
    'q.yaml': policyYaml('ApprovalPolicy', 'q', 'selector: {matchLabels: {environment: lab, role: egde}}\nauto: true'),
  };
  expect(
    warningsOf(inventoryOf(files))
      .map(inFile)
      .map(({ file, message }) => [file, message.split(', so ')[1]]),
  ).toEqual([
    ['c.yaml', 'this RouterConfig matches none: it declares nothing, and rows it declared before are let go'],
    ['q.yaml', 'this ApprovalPolicy matches none: it has no effect'],
    ['p.yaml', 'this RolloutPolicy matches none: it has no effect'],
  ]);
});
