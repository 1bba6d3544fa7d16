import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RolloutView } from '#controller';
import { runs } from '#test/sample.ts';
import { createOutput } from '../../cli/output.ts';
import { groupedLines } from '../../cli/text/grouped-lines.ts';
import { shortId, withShortIds } from '../../cli/text/ids.ts';
import { endedText, leftText, rolloutScreen } from '../../cli/text/rollout-screen.ts';
import { columns, cutTo, displayWidth, table } from '../../cli/text/table.ts';

const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
const { style } = createOutput('table', { stdout: terminal, stderr: terminal }, { TERM: 'xterm' });

/** Texts that fill one cell, two, or none with each character: Latin, Han, Hangul, emoji, marks that join. */
const cell = fc
  .array(fc.constantFrom('a', 'Z', '7', '-', 'é', 'e\u0301', '路', '由', '한', '👍', '👩‍🚒', 'ก', 'ｱ', '\u0301', ' '), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''));
const painted = fc
  .tuple(cell, fc.constantFrom('good', 'bad', 'dim', 'strong', 'plain'))
  .map(([text, name]) => (name === 'plain' ? text : style[name as 'good'](text)));
const rowsOf = (width: number) => fc.array(fc.array(painted, { minLength: width, maxLength: width }), { maxLength: 8 });
const tables = fc.integer({ min: 1, max: 10 }).chain((width) =>
  fc.record({
    headings: fc.array(fc.stringMatching(/^[a-z ]{1,12}$/), { minLength: width, maxLength: width }),
    rows: rowsOf(width),
    room: fc.integer({ min: 1, max: 200 }),
    spared: fc.integer({ min: 0, max: width - 1 }),
  }),
);

describe('a table on a terminal', () => {
  test('never has a line that is wider, loses no row, and says which columns it leaves out', () => {
    fc.assert(
      fc.property(tables, ({ headings: names, rows, room, spared }) => {
        const headings = names.map((name, index) => `${name}${String(index)}`);
        const spare = headings.slice(0, spared);
        const lines = table(headings, rows, { width: room, spare }).split('\n');
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(room);
        const hint = lines.length === rows.length + 2;
        expect(lines.length - (hint ? 1 : 0)).toBe(rows.length + 1);
        if (!hint && spared > 0 && room > 60)
          for (const name of spare) expect(lines[0]).toContain(name.toUpperCase().trim());
      }),
      runs(400),
    );
  });

  test('is the same as without one where there is room, and everywhere with -o wide', () => {
    fc.assert(
      fc.property(tables, ({ headings, rows }) => {
        const whole = columns([headings.map((each) => each.toUpperCase()), ...rows]);
        expect(table(headings, rows)).toBe(whole);
        const widest = Math.max(...whole.split('\n').map(displayWidth)) + 700;
        expect(table(headings, rows, { width: widest, spare: headings })).toBe(whole);
      }),
      runs(200),
    );
  });

  test('a cell that is cut says so and keeps its colours', () => {
    fc.assert(
      fc.property(painted, fc.integer({ min: 1, max: 70 }), (text, width) => {
        const cut = cutTo(text, width);
        expect(displayWidth(cut)).toBeLessThanOrEqual(width);
        expect(cut.split('\u001b').length).toBe(text.split('\u001b').length);
        if (displayWidth(text) > width) expect(cut).toContain('…');
        else expect(cut).toBe(text);
      }),
      runs(400),
    );
  });

  test('times, ids and names up to 25 cells stay whole while another cell can be cut', () => {
    const row = ['edge-vie-01', '2026-03-01 12:00:05Z', '3f2a9c81d2e4', 'x'.repeat(200)];
    const lines = table(['device', 'when', 'plan', 'reason'], [row], { width: 80 }).split('\n');
    for (const each of row.slice(0, 3)) expect(lines[1]).toContain(each);
    expect(displayWidth(lines[1] ?? '')).toBe(80);
  });
});

const STATES = [
  'pending',
  'released',
  'undoing',
  'confirmed',
  'failed',
  'deferred',
  'undone',
  'skipped',
  'superseded',
] as const;
const STEPS = [
  null,
  'arming',
  'armed',
  'applying',
  'applied',
  'verdict-healthy',
  'verdict-unhealthy',
  'undoing',
  'disarming',
] as const;
const NOW = Date.UTC(2026, 2, 1, 12);

const DEVICE = { device: 'r1', planId: `sha256:${'c'.repeat(64)}`, wave: 0, since: NOW, reason: '' } as const;

const member = fc.record({ state: fc.constantFrom(...STATES), step: fc.constantFrom(...STEPS), reason: cell });
const views = fc
  .record({ members: fc.array(member, { maxLength: 60 }), waves: fc.integer({ min: 1, max: 9 }), reason: cell })
  .map(({ members, waves, reason }): RolloutView => {
    const names = Array.from({ length: waves }, (_, index) => `wave-${String(index)}`);
    const counts = Object.fromEntries(
      STATES.map((state) => [state, members.filter((each) => each.state === state).length]),
    );
    return {
      id: 'ro-3f2a9c81d2e4',
      policy: 'prod',
      revision: 'a'.repeat(40),
      state: 'running',
      ended: false,
      reason,
      createdAt: NOW - 60_000,
      since: NOW - 30_000,
      wave: waves - 1,
      waves: names,
      devices: members.length,
      counts,
      now: NOW,
      rules: {
        waves: names,
        maxUnavailable: 4,
        failureBudget: 0,
        soakSeconds: 0,
        pauseSeconds: 0,
        betweenWaves: 'continue',
        onFailure: 'device',
      },
      waveViews: names.map((name) => ({ name, counts })),
      members: members.map((each, index) => ({
        device: `router-${String(index)}`,
        planId: `sha256:${'b'.repeat(64)}`,
        wave: 0,
        state: each.state,
        since: NOW - index * 1000,
        reason: each.reason,
      })),
      underWay: members.flatMap(({ state, step }, index) =>
        state === 'released' || state === 'undoing'
          ? [{ device: `router-${String(index)}`, step, since: NOW - 5000, undoAt: NOW + 200_000 }]
          : [],
      ),
      slots: 4,
      failures: { count: 0, budget: 0 },
      nextWave: null,
      advice: null,
    };
  });

describe('the live view of a rollout', () => {
  test('fits whatever terminal, with what happens first and what waits counted', () => {
    fc.assert(
      fc.property(views, fc.integer({ min: 20, max: 160 }), fc.integer({ min: 8, max: 60 }), (view, width, rows) => {
        const lines = rolloutScreen(view, { columns: width, rows }, 'said', style).split('\n');
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        const at = (state: string): readonly number[] =>
          view.members.flatMap((each, index) => {
            const found = lines.findIndex((line) => line.startsWith(`router-${String(index)} `));
            return each.state === state && found >= 0 ? [found] : [];
          });
        expect(Math.max(0, ...at('released'))).toBeLessThanOrEqual(Math.min(rows, ...at('failed'), ...at('confirmed')));
        expect(at('pending')).toEqual([]);
        const pending = view.counts.pending ?? 0;
        if (pending > 0) expect(lines.some((line) => line.includes(`${String(pending)} pending`))).toBe(true);
      }),
      runs(200),
    );
  });

  test.each([
    ['arming', 'arming'],
    ['applying', 'writing'],
    ['applied', 'checking'],
    ['verdict-healthy', 'confirming'],
    ['verdict-unhealthy', 'undoing'],
  ] as const)('step %s is told as %s, with the time of the undo', (step, word) => {
    const [sampled] = fc.sample(views, 1);
    if (sampled === undefined) throw new Error('no view');
    const view: RolloutView = {
      ...sampled,
      members: [{ ...DEVICE, state: 'released' }],
      underWay: [{ device: 'r1', step, since: NOW - 3000, undoAt: NOW + 240_000 }],
    };
    expect(rolloutScreen(view, { columns: 80, rows: 24 }, '', style)).toMatch(
      new RegExp(`^r1 .*${word}.*3 s ago.*undone in 4 min`, 'm'),
    );
    expect(leftText(view)).toContain(
      `r1 is armed (${word}): unless it is confirmed, the router takes the change back by itself at 2026-03-01 12:04:00Z, in 4 min`,
    );
    expect(endedText({ ...view, ended: true, state: 'done' }, style)).toContain(
      'next: rosctl rollouts show ro-3f2a9c81d2e4',
    );
  });
});

describe('ids', () => {
  test('are twelve digits wherever people read them', () => {
    const [plan, commit] = ['3f2a9c81d2e47b60'.repeat(4), '0b1c2d3e4f'.repeat(4)];
    expect([shortId(`sha256:${plan}`), shortId(commit)]).toEqual(['3f2a9c81d2e4', '0b1c2d3e4f0b']);
    expect(withShortIds(`plan sha256:${plan} at ${commit}, ro-${plan.slice(0, 12)}`)).toBe(
      'plan 3f2a9c81d2e4 at 0b1c2d3e4f0b, ro-3f2a9c81d2e4',
    );
    expect(withShortIds(`x${commit} ${commit}0 ${plan}f`)).toBe(`x${commit} ${commit}0 ${plan}f`);
  });
});

/** What `groupedLines` was made of, read back from it. */
function ungrouped(text: string): string {
  return text
    .replaceAll(/\n {4}/g, '\n\u0000')
    .replaceAll('\n\u0000', ' ')
    .split('\n')
    .flatMap((line) => {
      const [, before = '', values, after = ''] =
        /^((?:[^{"]|"(?:[^"\\]|\\.)*")*)\{([^}]*)\}(.*) \(\d+ rows\)$/.exec(line) ?? [];
      return values === undefined ? [line] : values.split(' ').map((value) => `${before}${value}${after}`);
    })
    .join('\n');
}

const word = fc.constantFrom('192.0.2.1', '192.0.2.2', 'a,b', 'x', '"two words"', '"{1 2}"', '"a\\"b"');
const planLine = fc
  .record({
    sign: fc.constantFrom('+', '-', '~', 'Missing'),
    menu: fc.constantFrom('/ip/dns/static', '/ip/firewall/address-list'),
    list: fc.constantFrom('a', 'b'),
    address: word,
    rest: fc.constantFrom('', ' with disabled=false', ' with comment="x {y z} (3 rows)"', '  (no longer declared)'),
  })
  .map(({ sign, menu, list, address, rest }) => `${sign} ${menu} list=${list} address=${address}${rest}`);
const summary = fc.constantFrom(
  '',
  '3 to add, 0 to change, 0 to remove.',
  'Released, so from now on unmanaged:',
  '  /ip/dns x=1',
);

describe('like lines of a plan', () => {
  test('are told as one with all their values, and read back as they were', () => {
    const lines = fc.array(fc.oneof({ arbitrary: planLine, weight: 5 }, summary), { maxLength: 12 });
    const repeated = fc.tuple(
      lines,
      fc.array(fc.ipV4(), { maxLength: 60 }),
      fc.constantFrom('', '  (no longer declared)'),
    );
    fc.assert(
      fc.property(repeated, lines, ([before, addresses, why], after) => {
        const adds = addresses.map(
          (address) => `+ /ip/firewall/address-list list=l address=${address} with disabled=false${why}`,
        );
        const text = [...before, ...adds, ...after].join('\n');
        expect(ungrouped(groupedLines(text))).toBe(text);
      }),
      runs(800),
    );
  });

  test('500 addresses of a list fill no more than a fifth of their lines', () => {
    const text = Array.from(
      { length: 500 },
      (_, index) => `+ /ip/firewall/address-list list=block address=10.0.${String(index >> 8)}.${String(index & 255)}`,
    ).join('\n');
    const grouped = groupedLines(text);
    expect(grouped.split('\n').length).toBeLessThan(110);
    expect(grouped).toMatch(/^\+ \/ip\/firewall\/address-list list=block address=\{10\.0\.0\.0 10\.0\.0\.1 .*\n/);
    expect(grouped).toMatch(/10\.0\.1\.243\} \(500 rows\)$/);
    for (const line of grouped.split('\n')) expect(line.length).toBeLessThanOrEqual(76);
  });
});
