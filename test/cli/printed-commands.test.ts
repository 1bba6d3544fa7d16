import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePorts } from '#test/free-port.ts';
import { openTerminal, type Terminal } from '#test/terminal.ts';
import { newcomer, type Newcomer } from './newcomer.ts';

/* What rosctl init prints and writes is typed as it stands, in the order in which it stands. */

let who: Newcomer;
let terminal: Terminal;

beforeEach(async () => {
  who = newcomer();
  await who.makeKey('id_ed25519');
  const bin = path.join(who.folder, 'bin');
  mkdirSync(bin);
  const program = `#!/bin/sh\nexec '${process.execPath}' '${path.resolve('bin/rosctl.mjs')}' "$@"\n`;
  writeFileSync(path.join(bin, 'rosctl'), program, { mode: 0o755 });
  terminal = openTerminal(who.folder, {
    ...who.env,
    PATH: `${bin}:${who.env['PATH'] ?? ''}`,
    TERM: 'dumb',
    ROUTEROS_GITOPS_CLOCK_SPEED: '20',
  });
});
afterEach(async () => {
  await terminal[Symbol.asyncDispose]();
  who[Symbol.dispose]();
});

async function typed(line: string): Promise<string> {
  const foreground = /^(\w+=\S+ )*rosctl (simulator|controller)\b/.test(line);
  // Somebody else may serve probes at the usual port.
  if (foreground) await terminal.start(line.replace(/controller\b/, 'controller --listen off'), /Ctrl-C ends|started/);
  const asks = line.startsWith('rosctl approve');
  const { code, output } = foreground
    ? { code: 0, output: '' }
    : asks
      ? await terminal.consent(line)
      : await terminal.run(line);
  // Of one device alone nothing may be known yet, or nothing be left to do.
  expect({ line, code, output: [0, 75].includes(code) ? '' : output }).toEqual({ line, code, output: '' });
  return output;
}

/** Lines that are indented below a heading that ends with a colon. */
function printedIn(text: string): readonly string[] {
  return [...text.matchAll(/^ {2}(\S.*)$/gm)].map(([, line = '']) => line);
}

test('what init prints leads to an approved fleet, with another branch and another state folder', async () => {
  const ports = await freePorts(13);
  mkdirSync(path.join(who.folder, 'work'));
  await terminal.run('cd work');
  const options = '--branch team/dev --state "../there and here"';
  const { code, output } = await terminal.run(`rosctl init --example fleet ${options}`);
  expect(code).toBe(0);
  const moves = ports.map((port, index) => `s/:210${String(index).padStart(2, '0')}$/:${port}/`).join(';');
  await terminal.run(`sed -i '${moves}' fleet/devices/*.yaml`);
  const lines = printedIn(output);
  expect(lines.length).toBeGreaterThan(7);
  const start = (await terminal.run('pwd')).output.trim();
  const said: string[] = [];
  for (const line of lines) {
    if (line.startsWith('cd ')) await terminal.run(`cd '${start}'`);
    said.push(await typed(line));
  }
  expect(said.join('\n')).toContain('approved ');
  expect(said.join('\n')).toContain('12 in the fleet');
});

test('what init writes into the README of a real fleet is typed there as well', async () => {
  await terminal.run('rosctl init real --branch dev --state away');
  const { output } = await terminal.run('cd real; cat README.md');
  const lines = [...output.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, body = '']) => body.trim().split('\n'));
  expect(lines).toContain('git add -A && git commit -S -m "Add our first router"');
  for (const line of lines) {
    // Nothing was changed, so there is nothing to commit, and nobody whose word is missing.
    if (/^git |approve control$/.test(line)) continue;
    await typed(line);
  }
  expect((await terminal.run(`rosctl --state ${who.folder}/away trust show`)).output).toContain('#dev');
});

test('the CI file asks no registry for a name that nobody has claimed', async () => {
  await terminal.run('rosctl init fleet');
  const { output } = await terminal.run('cat fleet/.github/workflows/*');
  const counts = output.split('\n').filter((line) => !/^\s*#/.test(line));
  expect(counts.join('\n')).not.toMatch(/\brun:|rosctl|routeros-gitops/);
  expect(output).toMatch(/^on: workflow_dispatch$/m);
  expect(output).toMatch(/^ +# - run: npm install --global \.\/routeros-gitops-\d/m);
});
