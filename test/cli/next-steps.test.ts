import { describe, expect, it } from 'vitest';
import { FAILURES, REASONS } from '#controller';
import { parseCommandLine } from '../../cli/command-line/arguments.ts';
import { COMMANDS } from '../../cli/command-line/command-table.ts';
import { UNCOUNTED } from '../../controller/policy/consent.ts';

/** Every sentence that tells somebody what to do next, and what it belongs to. */
const STEPS: readonly { readonly of: string; readonly step: string }[] = [
  ...Object.entries(REASONS).flatMap(([of, { next }]) => (next === null ? [] : [{ of, step: next }])),
  ...Object.entries(UNCOUNTED).map(([of, { next }]) => ({ of, step: next })),
  ...Object.entries(FAILURES).map(([of, { hint }]) => ({ of, step: hint })),
];

const COMMAND_LINES = STEPS.flatMap(({ of, step }) =>
  [...step.matchAll(/[`"](rosctl [^`"]+)[`"]/g)].map(([, line = '']) => ({ of, line })),
);

describe('a next step', () => {
  it.each(COMMAND_LINES)('of $of names a command that exists: $line', async ({ line }) => {
    const [, name = '', ...words] = line.split(' ');
    const row = COMMANDS.find((each) => each.name === name);
    if (row === undefined) throw new Error(`there is no command ${name}`);
    await expect(parseCommandLine(row, words)).resolves.toBeDefined();
  });

  it('names each command where it can be told from the words', () => {
    const named = STEPS.flatMap(({ step }) => step.match(/(?<!a )\brosctl\b/g) ?? []).length;
    expect(COMMAND_LINES).toHaveLength(named);
  });

  it('is there for every reason that does not pass by itself, and is an approval where one clears it', () => {
    const lacking = Object.entries(REASONS).filter(
      ([, { clears, next }]) =>
        (clears !== 'itself' && next === null) || (clears === 'approval' && !next.includes('`rosctl approve')),
    );
    expect(lacking.map(([code]) => code)).toEqual([]);
  });
});
