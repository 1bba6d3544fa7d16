import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Inventory, renderDiagnostics, revisionOf, targetOf } from '#controller';
import { ODD_TEXTS, wholeDocuments, yamlWith } from '#test/candidates.ts';
import { runs, sampleOf } from '#test/sample.ts';
import { gatherInventory, piecesOf } from '../../controller/desired/pieces.ts';
import { controlPlanOf } from '../../controller/trust/control-plan.ts';

const NOTHING: Inventory = {
  devices: new Map(),
  configs: [],
  roster: null,
  approvalPolicies: [],
  rolloutPolicies: [],
};

/**
 * It has faults that can be told, or everything that is made of an inventory can be made of it. @returns whether it
 * was taken.
 */
function refusedOrUsable(text: string): boolean {
  const revision = revisionOf({ 'f.yaml': text });
  if (!revision.ok) {
    expect(revision.faults.length).toBeGreaterThan(0);
    expect(renderDiagnostics(revision.faults).isWellFormed()).toBe(true);
    expect(renderDiagnostics(revision.faults).length).toBeLessThan(1_000_000);
    return false;
  }
  const gathering = gatherInventory();
  for (const piece of piecesOf(revision.inventory)) gathering.add(piece);
  const inventory = gathering.inventory();
  for (const name of inventory.devices.keys()) targetOf(inventory, name, 'source', 'revision');
  expect(JSON.stringify(controlPlanOf('source', NOTHING, inventory)).isWellFormed()).toBe(true);
  expect(controlPlanOf('source', inventory, inventory)).toBeNull();
  return true;
}

describe.each(wholeDocuments())('$kind', ({ kind, document, texts, maps }) => {
  test('has texts', () => {
    expect(texts.length).toBeGreaterThan(3);
  });

  const tried = sampleOf(`texts of ${kind}`, texts, 8);
  test.each(tried.map((path) => [path.join('.'), path] as const))('%s may hold any text', (_, path) => {
    const taken = ODD_TEXTS.filter((odd) => refusedOrUsable(yamlWith(document, path, odd)));
    expect(taken).not.toContain('\ud800');
  });

  test.each(maps.map((path) => [path.join('.'), path] as const))('%s may hold any name', (_, path) => {
    const taken = ODD_TEXTS.filter((odd) =>
      refusedOrUsable(yamlWith(document, path, Object.fromEntries([[odd, 'a']]))),
    );
    expect(taken).not.toContain('\ud800');
  });

  test('any text in any place', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(...ODD_TEXTS),
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), text, (path, odd) => {
        const taken = refusedOrUsable(yamlWith(document, path, odd));
        expect(taken && !odd.isWellFormed()).toBe(false);
      }),
      runs(300),
    );
  });
});

const DEVICE = (annotation: string): string =>
  `{"apiVersion": "routeros-gitops.dev/v1alpha1", "kind": "RouterDevice", "metadata": {"name": "r1", "annotations": {"note": ${annotation}}}, "spec": {"address": "https://192.0.2.1", "credentialsRef": "c", "environment": "lab"}}\n`;

test('half a pair of surrogates is a fault of the file, and both halves are a character', () => {
  expect(refusedOrUsable(DEVICE('"\\ud83d\\ude00"'))).toBe(true);
  for (const half of ['\\ud83d', '\\ude00', '\\ude00\\ud83d', 'a\\ud800b']) {
    const revision = revisionOf({ 'f.yaml': DEVICE(`"${half}"`) });
    expect(revision.ok ? [] : revision.faults.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expect.stringMatching(/^metadata\.annotations\.note: it holds U\+D[89A-F][0-9A-F]{2}, which is no printable/),
    ]);
  }
});

test('what YAML calls no printable character is a fault, everything else is none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }), (text) => {
      // YAML 1.2, c-printable.
      const printable = Array.from(text).every((character) => {
        const code = character.codePointAt(0) ?? 0;
        return (
          [0x9, 0xa, 0xd, 0x85].includes(code) ||
          (code >= 0x20 && code <= 0x7e) ||
          (code >= 0xa0 && code <= 0xd7ff) ||
          (code >= 0xe000 && code <= 0xfffd) ||
          code >= 0x10000
        );
      });
      expect(refusedOrUsable(DEVICE(JSON.stringify(text)))).toBe(printable);
    }),
    runs(2000),
  );
});
