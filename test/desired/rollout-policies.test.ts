import { describe, expect, test } from 'vitest';
import { targetOf } from '#controller';
import { deviceYaml, faultsOf, inventoryOf, messagesOf, policyYaml } from '#test/documents.ts';

const DEVICES = {
  'a.yaml': deviceYaml('edge-a', 'timeZone: Europe/Vienna'),
  'b.yaml': deviceYaml('edge-b', '', 'role: core'),
};

function messages(spec: string): readonly string[] {
  return messagesOf({ ...DEVICES, 'p.yaml': policyYaml('RolloutPolicy', 'usual', `selector: {}\n${spec}`) });
}

function hints(spec: string): readonly (string | undefined)[] {
  return faultsOf({ ...DEVICES, 'p.yaml': policyYaml('RolloutPolicy', 'usual', `selector: {}\n${spec}`) }).map(
    ({ hint }) => hint,
  );
}

function rulesOf(device: string, spec: string) {
  const inventory = inventoryOf({
    ...DEVICES,
    'p.yaml': policyYaml('RolloutPolicy', 'usual', `selector: {}\n${spec}`),
  });
  const rules = targetOf(inventory, device, 'folder:/f', 'rev-1')?.rollout;
  if (rules === undefined) throw new Error('no target');
  return rules;
}

describe('waves of a RolloutPolicy', () => {
  const WAVES =
    'waves: [{name: canary, selector: {names: [edge-b]}}, {name: edges, selector: {matchLabels: {role: edge}}}]';

  test('a device goes with the first that selects it, else with the last one', () => {
    expect(rulesOf('edge-b', WAVES)).toMatchObject({ wave: 0, waves: { waves: ['canary', 'edges', 'rest'] } });
    expect(rulesOf('edge-a', WAVES).wave).toBe(1);
    expect(rulesOf('edge-a', WAVES.replace('role: edge', 'role: none')).wave).toBe(2);
    expect(rulesOf('edge-a', '')).toMatchObject({ policy: 'usual', wave: 0, waves: { waves: ['rest'] } });
  });

  test('what they say enters the digest of the policy, and with it every plan id', () => {
    const digests = ['', WAVES, 'maxUnavailable: 3', 'maxUnavailable: "3%"', 'failureBudget: 1', 'soakSeconds: 1'].map(
      (spec) => rulesOf('edge-a', spec).digest,
    );
    expect(new Set(digests).size).toBe(digests.length);
    expect(rulesOf('edge-a', 'maxUnavailable: "10%"').digest).toBe(digests[0]);
  });

  test('a wave twice, the last one’s name, and devices that are not there are faults', () => {
    expect(
      messages(
        'waves: [{name: one, selector: {names: [edge-c]}}, {name: one, selector: {}}, {name: rest, selector: {}}]',
      ),
    ).toEqual([
      'spec.waves[0].selector.names[0]: there is no RouterDevice named "edge-c"',
      'spec.waves[1].name: a wave named "one" is declared twice',
      'spec.waves[2].name: "rest" is the wave of the devices that no other wave selects; it comes last by itself',
    ]);
    expect(messages('waves: [{name: one, selector: {names: [edge-a], matchLabels: {role: edge}}}]')).toEqual([
      'spec.waves[0].selector: matchLabels and names exclude each other',
    ]);
  });
});

describe('numbers of devices', () => {
  test('may be numbers or shares', () => {
    expect(rulesOf('edge-a', 'maxUnavailable: 2\nfailureBudget: "5%"').waves).toMatchObject({
      maxUnavailable: 2,
      failureBudget: '5%',
    });
  });

  test.each([
    ['maxUnavailable: 0', 'spec.maxUnavailable: must be at least 1, not 0'],
    ['maxUnavailable: "0%"', 'spec.maxUnavailable: must be a number of devices, or a share from "1%" to "100%"'],
    ['maxUnavailable: "two"', 'spec.maxUnavailable: must be a number of devices, or a share from "1%" to "100%"'],
    ['maxUnavailable: true', 'spec.maxUnavailable: must be a number or a share such as "10%", not true'],
    ['failureBudget: "101%"', 'spec.failureBudget: must be a number of devices, or a share from "0%" to "100%"'],
  ])('%s is a fault', (spec, message) => {
    expect(messages(spec)).toEqual([message]);
  });
});

describe('maintenance windows', () => {
  test('open every day unless days are named, by the clock of the site', () => {
    const rules = rulesOf(
      'edge-a',
      'windows: [{days: [tue], from: "22:00", to: "04:00"}, {from: "12:00", to: "13:00"}]',
    );
    expect(rules.windows).toMatchObject([{ timeZone: 'Europe/Vienna' }]);
    expect(rules.windows[0]?.windows.map(({ days }) => days.length)).toEqual([1, 7]);
    expect(rulesOf('edge-b', '').windows).toMatchObject([{ timeZone: 'UTC' }]);
  });

  test('of no length, or shorter than a change may need, are faults', () => {
    expect(
      messages('windows: [{from: "10:00", to: "10:00"}, {from: "10:00", to: "10:04"}, {from: "23:58", to: "00:04"}]'),
    ).toEqual([
      'spec.windows[0].to: the window closes when it opens',
      'spec.windows[1].to: the window lasts 240 s, but a change may need confirmWithinSeconds, 300 s',
    ]);
    expect(hints('windows: [{from: "10:00", to: "10:00"}]')).toEqual([
      'for a whole day write from: "00:00" and to: "24:00"',
    ]);
    expect(messages('confirmWithinSeconds: 240\nwindows: [{from: "10:00", to: "10:04"}]')).toEqual([]);
  });

  test.each([
    [
      'windows: [{from: "25:00", to: "10:00"}]',
      'spec.windows[0].from: must be a time from "00:00" to "23:59", in quotes',
    ],
    [
      'windows: [{from: "9:00", to: "10:00"}]',
      'spec.windows[0].from: must be a time from "00:00" to "23:59", in quotes',
    ],
    [
      'windows: [{from: "09:00", to: "24:01"}]',
      'spec.windows[0].to: must be a time from "00:00" to "24:00", in quotes',
    ],
    ['windows: [{from: "09:00"}]', 'spec.windows[0]: "to" is missing'],
    [
      'windows: [{days: [Monday], from: "09:00", to: "10:00"}]',
      'spec.windows[0].days[0]: must be one of "mon", "tue", "wed", "thu", "fri", "sat", "sun", not "Monday"',
    ],
  ])('%s is one fault', (spec, message) => {
    expect(messages(spec)).toEqual([message]);
  });
});

describe('drift rules of a RolloutPolicy', () => {
  const RULES = `drift: propose
driftRules:
  - {sections: [dns, addresses], selector: {names: [edge-b]}, drift: correct, deletions: allow}
  - {sections: [dns], drift: ignore}
  - {selector: {matchLabels: {role: core}}, drift: alert}`;

  test('the first that means a section of a device counts, else what the policy says of drift', () => {
    const correct = { mode: 'correct', deletions: 'allow' };
    const alert = { mode: 'alert', deletions: 'refuse' };
    const usual = { mode: 'propose', deletions: 'refuse' };
    const ignore = { mode: 'ignore', deletions: 'refuse' };
    expect(rulesOf('edge-a', RULES).drift).toEqual({ usual, sections: { dns: ignore } });
    const { sections } = rulesOf('edge-b', RULES).drift;
    expect(sections).toMatchObject({ dns: correct, addresses: correct, identity: alert, addressLists: alert });
    expect(rulesOf('edge-a', 'drift: correct').drift).toEqual({ usual: { ...usual, mode: 'correct' }, sections: {} });
  });

  test('enter plan ids where they let that device be written to, and nowhere else', () => {
    const digest = (device: string, drift: string): string => rulesOf(device, drift).digest;
    const plain = digest('edge-a', '');
    expect(digest('edge-a', 'driftRules: [{sections: [dns], drift: ignore}, {drift: propose}]')).toBe(plain);
    expect(digest('edge-a', 'driftRules: [{selector: {names: [edge-b]}, drift: correct}]')).toBe(plain);
    const words = [
      '{sections: [dns], drift: correct}',
      '{sections: [dns], drift: correct, deletions: allow}',
      '{sections: [identity], drift: correct}',
    ].map((rule) => digest('edge-a', `driftRules: [${rule}]`));
    expect(new Set([plain, ...words]).size).toBe(4);
  });

  test('devices that are not there, sections that are none, and deletions without correct are faults', () => {
    expect(
      messages('driftRules: [{selector: {names: [edge-c]}, drift: alert}, {drift: alert, deletions: allow}]'),
    ).toEqual([
      'spec.driftRules[0].selector.names[0]: there is no RouterDevice named "edge-c"',
      'spec.driftRules[1].deletions: deletions says what `correct` may do, and this rule says `alert`',
    ]);
    expect(messages('driftRules: [{sections: [dnss], drift: alert}]').join()).toContain(
      'spec.driftRules[0].sections[0]',
    );
    expect(messages('driftRules: [{sections: [dns]}]').join()).toContain('drift');
  });
});
