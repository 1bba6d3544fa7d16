import { describe, expect, test } from 'vitest';
import { type Inventory, layersFor } from '#controller';
import { configYaml, deviceYaml, faultsOf, inventoryOf, messagesOf, policyYaml } from '#test/documents.ts';
import { fitTogether } from '../../controller/desired/check-layers.ts';
import { gatherInventory, piecesOf } from '../../controller/desired/pieces.ts';
import { takeTurns } from '../../base/turns.ts';

function listOf(count: number, from = 0): string {
  const row = (index: number): string =>
    `  - {list: a, address: 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}}`;
  return ['addressLists:', ...Array.from({ length: count }, (_, index) => row(from + index))].join('\n');
}

describe('faults', () => {
  test('are told up to a number that people read, and how many there are besides', () => {
    const lines = Array.from({ length: 400 }, (_, index) => `k${index}: 1`).join('\n');
    const faults = faultsOf({ 'f.yaml': configYaml('c', 1, lines) });
    expect(faults).toHaveLength(201);
    expect(faults.at(-1)).toMatchObject({ line: 208, message: 'here and after it are 200 more faults' });
  });

  test('are cut where a name is long, and never in the middle of a character', () => {
    const name = `k${'\u{1f600}'.repeat(490)}`;
    const faults = faultsOf({ 'f.yaml': configYaml('c', 1, `"${name}": 1`) });
    expect(faults.map(({ message }) => message.isWellFormed() && message.length < 1100)).toEqual([true]);
  });
});

describe('numbers of things', () => {
  test('the RouterConfigs of a device hold no more entries of a list together than one may', () => {
    const files = {
      'r1.yaml': deviceYaml('r1'),
      'a.yaml': configYaml('a', 1, listOf(60_000)),
      'b.yaml': configYaml('b', 2, listOf(60_000, 60_000)),
    };
    expect(messagesOf(files)).toEqual([
      'metadata.name: its RouterConfigs hold more than 100000 entries of addressLists together',
    ]);
  });

  test.each(['ApprovalPolicy', 'RolloutPolicy'] as const)('there are at most 200 of the kind %s', (kind) => {
    const spec = 'selector: {names: [r1]}';
    const policies = Array.from({ length: 201 }, (_, index) => policyYaml(kind, `p${index}`, spec));
    expect(messagesOf({ 'r1.yaml': deviceYaml('r1'), 'p.yaml': policies.join('---\n') })).toEqual([
      `kind: there are more than 200 objects of the kind ${kind}`,
    ]);
  });
});

test('an inventory that went over in pieces is the same', () => {
  const inventory = inventoryOf({
    'r1.yaml': deviceYaml('r1', 'site: vie'),
    'r2.yaml': deviceYaml('r2'),
    'a.yaml': configYaml(
      'a',
      1,
      `${listOf(1201)}\ndns: {servers: [192.0.2.1]}\nunlisted: {addressLists: prune}\nunlistedIn: {addressLists: {a: tolerate}}`,
    ),
    'b.yaml': configYaml('b', 2, 'dnsStatic: []\nidentity: {name: b}', '{names: [r2]}'),
    'roster.yaml': policyYaml('Roster', 'people', 'people: [{name: ana, roles: [approver]}]'),
    'p.yaml': policyYaml('RolloutPolicy', 'usual', 'selector: {}'),
    'q.yaml': policyYaml('ApprovalPolicy', 'lab', 'selector: {matchLabels: {environment: lab}}\nauto: true'),
  });
  const pieces = [...piecesOf(inventory)];
  const gathering = gatherInventory();
  for (const piece of pieces) gathering.add(piece);
  const there = gathering.inventory();
  const plain = ({ devices, configs, roster, approvalPolicies, rolloutPolicies }: Inventory): unknown =>
    JSON.parse(
      JSON.stringify({
        devices: [...devices],
        configs: configs.map((config) => ({ ...config, sections: [...config.sections] })),
        roster,
        approvalPolicies,
        rolloutPolicies,
      }),
    );
  expect(plain(there)).toEqual(plain(inventory));
  for (const name of ['r1', 'r2']) expect(layersFor(there, name)).toEqual(layersFor(inventory, name));
});

describe('the inventory of one revision with the RouterConfigs of another', () => {
  const before = inventoryOf({
    'r1.yaml': deviceYaml('r1', 'capabilities: {sections: [dns, identity]}'),
  });
  const fits = async (files: Readonly<Record<string, string>>): Promise<boolean> => {
    const { configs } = inventoryOf({ 'r2.yaml': deviceYaml('r2', '', 'role: other'), ...files });
    return await fitTogether({ ...before, configs }, takeTurns());
  };

  test.each([
    ['fits', true, 'dns: {servers: [192.0.2.1]}', 'identity: {name: b}'],
    ['does not: they disagree', false, 'dns: {servers: [192.0.2.1]}', 'dns: {servers: [192.0.2.2]}'],
    ['does not: a section that the device does not allow', false, 'dns: {}', 'addresses: []'],
    [
      'does not: they disagree on what is unlisted',
      false,
      'unlisted: {dnsStatic: prune}',
      'unlisted: {dnsStatic: tolerate}',
    ],
    [
      'does not: they disagree on what is unlisted in one part',
      false,
      'unlistedIn: {addressLists: {a: prune}}',
      'unlistedIn: {addressLists: {a: tolerate}}',
    ],
  ])('%s', async (_, fit, one, other) => {
    const edge = '{matchLabels: {role: edge}}';
    expect(await fits({ 'a.yaml': configYaml('a', 1, one, edge), 'b.yaml': configYaml('b', 1, other, edge) })).toBe(
      fit,
    );
  });
});
