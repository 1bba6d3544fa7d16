import { expect, test } from 'vitest';
import { configYaml, deviceYaml, faultsOf } from '#test/documents.ts';

const BOTH = 'capabilities: {sections: [bridges, interfaces]}';

function faults(bridge: string, entry: string): readonly string[] {
  return faultsOf({
    'r1.yaml': `${deviceYaml('r1')}  ${BOTH}\n`,
    'a.yaml': configYaml('a', 100, `bridges: [{${bridge}}]`),
    'b.yaml': configYaml('b', 200, `interfaces: [{${entry}}]`),
  }).map(({ message }) => message);
}

test.each([
  ['comment', 'name: lan, comment: one', 'name: lan, comment: two'],
  ['disabled', 'name: lan, disabled: false', 'name: lan, disabled: true'],
  ['disabled', 'name: lan', 'name: lan, disabled: true'],
])('%s of a bridge is not declared otherwise by bridges than by interfaces (%s; %s)', (field, bridge, entry) => {
  expect(faults(bridge, entry)).toEqual([
    expect.stringMatching(
      new RegExp(`^"a" \\(a.yaml:\\d+\\) sets ${field}=\\S+ in bridges, here it is \\S+: both are one row`),
    ),
  ]);
});

test.each([
  ['name: lan, disabled: true', 'name: lan, comment: one'],
  ['name: lan, comment: one', 'name: ether1, comment: two'],
  ['name: lan', 'name: lan, disabled: false'],
  ['name: lan, comment: one', 'name: lan, comment: one'],
])('the same, other fields, and other interfaces may be declared by both (%s; %s)', (bridge, entry) => {
  expect(faults(bridge, entry)).toEqual([]);
});
