import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { BadPlace } from './bad-places-process.ts';

const ROSCTL = path.join(import.meta.dirname, '../../bin/rosctl.mjs');

async function ranThere(count: number): Promise<readonly BadPlace[]> {
  const script = path.join(import.meta.dirname, 'bad-places-process.ts');
  const child = spawn(process.execPath, [script, String(count)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the process that tries them ended with ${String(code)}:\n${said.err}`);
  return said.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as BadPlace);
}

test('every command tells what is wrong with every place that it is given', { timeout: 900_000 }, async () => {
  const tried = await ranThere(80);
  expect(tried.length).toBeGreaterThan(120);
  const defects = tried.filter(({ code, stderr }) => code === 70 || /defect|\n\s+at /.test(stderr));
  expect(defects).toEqual([]);
  const named = tried.filter(({ stderr }) => /\(E[A-Z]+\)/.test(stderr));
  // An assistant's client starts the MCP server, which goes on without its controller, and says so.
  const waiting = named.filter(({ about, code }) => about.startsWith('mcp') && code === 0);
  expect(waiting.filter(({ stderr }) => !/^The controller at [^\n]+ does not answer: [^\n]+\n$/.test(stderr))).toEqual(
    [],
  );
  const refused = named.filter((each) => !waiting.includes(each));
  expect(refused.filter(({ code }) => code !== 66 && code !== 69)).toEqual([]);
  // A message, and below it the next step.
  expect(refused.filter(({ stderr }) => !/^rosctl: [^\n]+\n {2}\S/m.test(stderr))).toEqual([]);
  const checkouts = tried.filter(({ about }) => about.startsWith('validate a checkout'));
  expect(checkouts.map(({ code }) => code)).toEqual([66, 0]);
  expect(checkouts[0]?.stderr).toMatch(
    /git can not look into own state, which it does not ignore.*\n.*: \/own state\/$/m,
  );
  const codeOf = (about: RegExp): readonly number[] =>
    tried.filter((each) => about.test(each.about)).map(({ code }) => code);
  expect(new Set(codeOf(/listen 127.0.0.1:\d{3}|listen 203|listen .2001|listen nobody/))).toEqual(new Set([69]));
  expect(codeOf(/port that is taken|full disk/)).toEqual([69, 69]);
});

function shell(command: string): { readonly code: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  return { code: status, stderr };
}

const RUN = `"${process.execPath}" "${ROSCTL}"`;

test('a reader that has seen enough is no failure', () => {
  expect(shell(`set -o pipefail; ${RUN} --help | true`)).toEqual({ code: 0, stderr: '' });
  expect(shell(`set -o pipefail; ${RUN} nonsense 2>&1 >/dev/null | true`).code).toBe(64);
});

test.each([
  ['a full disk', `${RUN} --help > /dev/full`, /no space is left there \(ENOSPC\)/],
  ['a folder that is gone', `cd "$(mktemp -d)" && rmdir "$PWD" && ${RUN} validate`, /does not exist \(ENOENT\)/],
])('%s is told with the next step', (_, command, words) => {
  const { code, stderr } = shell(command);
  expect([66, 69]).toContain(code);
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/defect|\n\s+at /);
});

test('too few open files leave a message', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rosctl-few-'));
  for (const files of [24, 28, 32, 40]) {
    const { stderr } = shell(`ulimit -n ${files}; cd "${folder}"; ${RUN} validate .`);
    expect(stderr).not.toMatch(/defect/);
  }
  rmSync(folder, { recursive: true });
});
