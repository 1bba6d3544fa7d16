import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { OutputName } from '../../cli/json/outputs.ts';
import { createOutput, type OutputStreams, type WantedFormat } from '../../cli/output.ts';
import { page, pagerIn } from '../../cli/pager.ts';
import { displayWidth } from '../../cli/text/table.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'rosctl-pager-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LONG = Array.from({ length: 30 }, (_, index) => `line ${String(index)}`).join('\n');
const env = { PATH: process.env['PATH'] ?? '' };

/** What a result is written as, and what a pager is given, on a terminal of 24 lines. */
async function shown(
  text: string,
  more: { format?: WantedFormat; isTTY?: boolean; name?: OutputName; found?: boolean },
): Promise<{ readonly written: string; readonly paged: readonly string[] }> {
  const { format = 'table', isTTY = true, name = 'explain', found = true } = more;
  const paged: string[] = [];
  let written = '';
  const write = (chunk: Buffer, _: unknown, done: () => void): void => {
    written += chunk.toString();
    done();
  };
  const stdout = Object.assign(new Writable({ write }), { isTTY, columns: 80, rows: 24 });
  const streams: OutputStreams = {
    stdout,
    stderr: stdout,
    page: async (each) => (paged.push(each), await Promise.resolve(found)),
  };
  await createOutput(format, streams, {}).result(name, { device: 'r1', items: [] }, () => text);
  return { written, paged };
}

describe('a result on a terminal', () => {
  test('that is longer than the screen goes through the pager, whole and once', async () => {
    expect(await shown(LONG, {})).toEqual({ written: '', paged: [`${LONG}\n`] });
    // Lines that are wider than the screen fill several of it.
    const wide = Array.from({ length: 12 }, () => 'x'.repeat(170)).join('\n');
    expect((await shown(wide, { format: 'wide' })).paged).toHaveLength(1);
    expect((await shown(LONG.split('\n').slice(0, 23).join('\n'), {})).paged).toEqual([]);
  });

  test.each([
    { isTTY: false },
    { format: 'json' },
    { format: 'yaml' },
    { name: 'rollouts watch' },
    { name: 'simulator' },
  ] as const)('none with %j', async (more) => {
    const { written, paged } = await shown(LONG, more);
    expect(paged).toEqual([]);
    expect(written).not.toBe('');
  });

  test('is written where there is no such pager', async () => {
    expect((await shown(LONG, { found: false })).written).toBe(`${LONG}\n`);
  });
});

describe('the pager', () => {
  test.each([
    [{}, 'less'],
    [{ PAGER: 'more' }, 'more'],
    [{ PAGER: 'more', ROSCTL_PAGER: 'most -w' }, 'most -w'],
    [{ PAGER: 'more', ROSCTL_PAGER: '' }, null],
    [{ PAGER: 'cat' }, null],
    [{ TERM: 'dumb' }, null],
    [{ SUDO_USER: 'ana', PAGER: 'sh -c id', ROSCTL_PAGER: 'sh' }, 'less'],
  ])('of %j is %s', (variables, pager) => {
    expect(pagerIn(variables)).toBe(pager);
  });

  test('gets the text and how less is to behave, and may end before it has read all', async () => {
    const file = path.join(folder, 'seen');
    expect(await page(LONG, `cat > '${file}'; echo "$LESS" >> '${file}'`, env)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(`${LONG}FRX\n`);
    expect(await page(LONG.repeat(10_000), 'true', env)).toBe(true);
    expect(await page(LONG, 'no-such-pager-anywhere 2> /dev/null', env)).toBe(false);
    expect(await page(LONG, 'false', env)).toBe(false);
    expect(await page(LONG, 'kill -9 $$', env)).toBe(false);
  });

  test('opens no shell to whoever may run rosctl as another user', async () => {
    const file = path.join(folder, 'secure');
    const command = `cat > /dev/null; echo "$LESSSECURE" > '${file}'`;
    expect(await page(LONG, command, { ...env, SUDO_USER: 'ana', LESSSECURE: '0' })).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('1\n');
  });

  test('is used on a real terminal, not with --no-pager, and what is shown is as wide as it', async () => {
    const file = path.join(folder, 'terminal');
    const command = `'${process.execPath}' bin/rosctl.mjs explain edge-vie-01 --fleet devices.example`;
    const at = async (line: string): Promise<string> => {
      const args = ['-qec', `stty cols 80 rows 24; ${line}`, '/dev/null'];
      const variables = { ...process.env, TERM: 'xterm', NO_COLOR: '1', ROSCTL_PAGER: `cat > '${file}'` };
      return (await promisify(execFile)('script', args, { env: variables })).stdout;
    };
    expect(await at(command)).not.toContain('192.0.2');
    const text = readFileSync(file, 'utf8');
    expect(text.split('\n').length).toBeGreaterThan(24);
    for (const each of text.split('\n')) expect(displayWidth(each)).toBeLessThanOrEqual(80);
    expect((await at(`${command} --no-pager`)).replaceAll('\r', '')).toBe(text);
  });
});
