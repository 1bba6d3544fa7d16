import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COSTLY, ODD_TEXTS, wholeDocuments, yamlWith } from '#test/candidates.ts';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import type { Entry } from '#test/git-writer.ts';
import { configYaml, deviceYaml, outcomeOf, seed } from '#test/rig.ts';
import { runs, sampleOf } from '#test/sample.ts';

type Files = Readonly<Record<string, Entry>>;

let rig: GitRig;

beforeAll(async () => {
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod', 60),
      'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.53]}'),
    }),
    [seed('p1', { tls: true })],
  );
  await rig.approve('bob', await rig.planOf('p1'));
  await outcomeOf(rig, 'p1', 'InSync');
});

afterAll(async () => await rig.close());

/**
 * Has a contributor push these files, and asks the controller for its status until it has judged them. @returns the
 * longest that anybody waited for an answer, in ms.
 */
async function pushed(files: Files): Promise<number> {
  const judged = rig.change(files).then(() => true);
  let longest = 0;
  do {
    const asked = performance.now();
    expect(await rig.status()).toContain('fleet.git');
    longest = Math.max(longest, performance.now() - asked);
  } while (!(await Promise.race([judged, setImmediate(false)])));
  return longest;
}

let honest = 0;

/**
 * A candidate is taken or refused with a reason that people are told everywhere, and the next honest commit is taken.
 */
async function isJudged(files: Files): Promise<'taken' | 'refused'> {
  const { fleet } = rig.controller.api;
  const audits = (await rig.audited('source.refused')).length;
  // Far from what held it before, minutes, and from what a busy machine adds.
  expect(await pushed(files)).toBeLessThan(5000);
  const { fault } = fleet;
  const reasons = fleet.sourceStatus()?.refusals ?? [];
  if (fault !== null) {
    expect(reasons.length).toBeGreaterThan(0);
    expect(fault.message).not.toBe('');
    expect(await rig.status()).toContain(fault.code);
    const [newest, ...older] = await rig.audited('source.refused');
    expect(newest).toMatchObject({ reasons });
    expect(older.length).toBe(audits);
  } else expect(reasons).toEqual([]);
  honest += 1;
  const gone = Object.fromEntries(Object.keys(files).map((name) => [name, null]));
  const next = await rig.change({ ...gone, 'README.md': `honest ${honest}` });
  expect(fleet.fault).toBeNull();
  expect(fleet.sourceStatus()?.trust?.head).toBe(next);
  return fault === null ? 'taken' : 'refused';
}

describe('whatever a contributor signs', () => {
  const costly = [
    'a scalar of underscores',
    '64,000 unknown keys',
    '16 MB of tiny documents',
    '390 kB of tags',
    '20,000 rows with faults',
  ];
  test.each(sampleOf('costly', costly, 2))('%s: refused', { timeout: 600_000 }, async (name) => {
    expect(await isJudged(COSTLY[name]?.files() ?? {})).toBe('refused');
  });

  const takenBack = ['a scalar of underscores', '390 kB of tags', '16 MB of tiny documents'];
  test.each(sampleOf('taken back', takenBack, 1))(
    '%s, taken back in the next commit: the head of the range is taken',
    { timeout: 600_000 },
    async (name) => {
      const { git, keys } = rig;
      await git.push({ key: keys.carol, message: 'Hostile\n', files: { ...rig.files(), ...COSTLY[name]?.files() } });
      expect(await isJudged({ 'README.md': `after ${name}` })).toBe('taken');
    },
  );

  test('half a character in an annotation: refused', async () => {
    const router = rig.fleet.router('p1');
    const odd = deviceYaml(router, 'p2').replace('{name: p2}', String.raw`{name: p2, annotations: {note: "\ud800"}}`);
    expect(await isJudged({ 'odd.yaml': odd })).toBe('refused');
  });

  const documents = wholeDocuments();
  const field = fc
    .constantFrom(...documents)
    .chain(({ document, texts }) =>
      fc
        .tuple(fc.constantFrom(...texts), fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary' })))
        .map(([path, odd]) => yamlWith(document, path, odd)),
    );
  const word = fc.oneof(
    fc.constantFrom('apiVersion: routeros-gitops.dev/v1alpha1\n', 'kind: RouterConfig\n', 'spec:\n', '  - ', '---\n'),
    fc.constantFrom(
      '&a ',
      '*a',
      '!!str ',
      '? ',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '|\n',
      '>-\n',
      '%YAML 1.1\n',
      '...\n',
    ),
    fc.constantFrom('<<: ', '\t', '  ', '\n', '#', '012', 'no', '1:30', '\u2028', '\r'),
    fc.string({ maxLength: 6 }),
  );
  const soup = fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => words.join(''));
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });

  test.each([
    ['bytes', bytes],
    ['pieces of YAML', soup],
    ['a text in any field', field],
  ] as const)('%s: taken or refused', { timeout: 900_000 }, async (_, contents: fc.Arbitrary<string | Uint8Array>) => {
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        expect(['taken', 'refused']).toContain(await isJudged({ 'odd.yaml': content }));
      }),
      { ...runs(12), endOnFailure: true },
    );
  });

  test('and after all that nothing was written to the router, and it is as it was', async () => {
    expect(rig.fleet.router('p1').rows('/ip/dns')[0]?.['servers']).toBe('192.0.2.53');
    await rig.visited();
    expect(rig.controller.api.visitOf('p1')?.outcome.kind).toBe('InSync');
  });
});
