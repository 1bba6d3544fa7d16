import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAILURES } from '#controller';
import { settle, type ArmedState, type LiveRelation } from '../../controller/policy/settle.ts';
import type { AttemptStep } from '../../controller/records/attempts.ts';
import { createMetrics } from '../../controller/telemetry/metrics.ts';
import { ROOT, tableBelow, textOf } from './markdown.ts';

/** Text between backticks. */
function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

describe('docs/reference/errors.md', () => {
  it('has one row for each failure code, in the order of the table', () => {
    const rows = tableBelow('docs/reference/errors.md', '# Failure codes');
    expect(rows.map(([code = '']) => codesIn(code)[0])).toEqual(Object.keys(FAILURES));
    expect(rows.map(([, summary, , hint]) => ({ summary, hint }))).toEqual(
      Object.values(FAILURES).map(({ summary, hint }) => ({ summary, hint })),
    );
  });
});

describe('docs/guides/operations.md', () => {
  it('tells what to do for every reason that the code can give a device', () => {
    const files = [
      'controller/{policy,apply,fleet,observed,reconcile,rollouts,visits}/**/*.ts',
      'controller/operations/*-views.ts',
      'controller/visits/*.ts',
      'differ/*.ts',
      'controller/gates/*.ts',
    ].flatMap((glob) => globSync(glob, { cwd: ROOT }));
    const said = files.flatMap((file) => {
      const source = readFileSync(path.join(ROOT, file), 'utf8');
      const patterns = [
        /\bcode: '([A-Z]\w+)'/g,
        /closed\(\s*'([A-Z]\w+)'/g,
        /\bstatus\(\s*'\w+',\s*'([A-Z]\w+)'/g,
        /\breason: '([A-Z]\w+)'/g,
      ];
      return patterns.flatMap((pattern) => [...source.matchAll(pattern)].map(([, code = '']) => code));
    });
    const documented = tableBelow('docs/guides/operations.md', '## Status reasons').flatMap(([reason = '']) =>
      codesIn(reason),
    );
    expect(said.length).toBeGreaterThan(20);
    expect([...new Set(said)].filter((code) => !documented.includes(code)).toSorted()).toEqual([]);
    expect(documented.filter((code) => !said.includes(code))).toEqual([]);
  });
});

interface Claim extends ArmedState {
  readonly revoked?: string;
}

describe('docs/architecture.md', () => {
  const STEPS: readonly AttemptStep[] = [
    'arming',
    'armed',
    'applying',
    'applied',
    'verdict-healthy',
    'verdict-unhealthy',
    'undoing',
    'disarming',
  ];
  const CLAIMS: Readonly<Record<string, Claim>> = {
    armed: { claim: 'armed', undoRunning: false },
    'armed, revoked': { claim: 'armed', undoRunning: false, revoked: 'its key was revoked' },
    fired: { claim: 'fired', undoRunning: false },
    'fired, undo running': { claim: 'fired', undoRunning: true },
    confirmed: { claim: 'confirmed', undoRunning: false },
    none: { claim: 'none', undoRunning: false },
  };
  const LIVES: readonly LiveRelation[] = ['before', 'after', 'mixed'];

  it('has the settlement table as the code decides', () => {
    const short = (step: AttemptStep, armed: Claim, live: LiveRelation): string => {
      const settlement = settle(step, armed, live, armed.revoked ?? null);
      return settlement.action === 'close' ? settlement.end : settlement.action;
    };
    const cellOf = (step: AttemptStep, armed: Claim): string => {
      const ends = LIVES.map((live) => short(step, armed, live));
      return new Set(ends).size === 1 ? (ends[0] ?? '') : ends.join(' / ');
    };
    const expected = STEPS.map((step) => [`\`${step}\``, ...Object.values(CLAIMS).map((armed) => cellOf(step, armed))]);
    expect(tableBelow('docs/architecture.md', '## Settlement of an open attempt')).toEqual(expected);
  });

  it('names every table of the store', () => {
    const source = readFileSync(path.join(ROOT, 'controller/store/tables.ts'), 'utf8');
    const tables = [...source.matchAll(/^ {2}readonly (\w+): (?:\{|\w+Columns;)/gm)].map(([, name = '']) => name);
    const documented = tableBelow('docs/architecture.md', '## Store').flatMap(([name = '']) => codesIn(name));
    expect(documented.toSorted()).toEqual(tables.toSorted());
  });
});

describe('docs/reference/metrics.md', () => {
  it('lists every metric of our own, and no other', async () => {
    const metrics = createMetrics();
    metrics.observeFleet(() => ({ byOutcome: new Map(), sourceFault: null }));
    metrics.observeAccess(() => Promise.resolve(true));
    metrics.observeDrift(() => Promise.resolve(0));
    metrics.observeRollouts(() => new Map());
    metrics.observeReads(() => 0);
    metrics.observeDevices(() => []);
    const { body } = await metrics.page();
    const served = [...body.matchAll(/^# TYPE (routeros_gitops_\w+) (\w+)$/gm)].map(
      ([, name = '', type = '']) => `${name} ${type}`,
    );
    const rows = tableBelow('docs/reference/metrics.md', '## Metrics');
    expect(rows.map(([name = '', type = '']) => `${codesIn(name)[0]} ${type}`).toSorted()).toEqual(served.toSorted());
  });
});

describe('docs/reference/lab-list.md', () => {
  const rows = tableBelow('docs/reference/lab-list.md', '## The list');

  it('says for each item what is assumed, what happens if that is false, and how to try it', () => {
    expect(rows.length).toBeGreaterThanOrEqual(9);
    for (const cells of rows) {
      expect(cells).toHaveLength(4);
      expect(cells.every((cell) => cell.length > 0)).toBe(true);
    }
  });

  it('numbers the items, and the guide for real routers refers to the list', () => {
    expect(rows.map(([number]) => number)).toEqual(rows.map((_, index) => String(index + 1)));
    expect(textOf('docs/guides/real-routers.md')).toContain('reference/lab-list.md');
  });
});
