import { globSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { CommandContext, InputStream } from '../../cli/command.ts';
import { parseCommandLine } from '../../cli/command-line/arguments.ts';
import { COMMANDS } from '../../cli/command-line/command-table.ts';
import { type DeviceView, REASONS } from '#controller';
import { messageForAll } from '../../cli/text/message-for-all.ts';
import { readableLogLine } from '../../cli/text/log-line.ts';
import { nextStep } from '../../cli/text/next-steps.ts';
import { createOutput } from '../../cli/output.ts';
import { readSecretInput } from '../../cli/input/secret-input.ts';
import { agoText, durationText, momentText } from '../../cli/text/when.ts';

describe('time', () => {
  test.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [7_200_000, '2 h'],
    [200_000_000, '2 d'],
  ])('%i ms is %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });

  test('moments are told from now, or as they are', () => {
    expect(agoText(1000, 61_000)).toBe('1 min ago');
    expect(agoText(71_000, 61_000)).toBe('in 10 s');
    expect(agoText(61_400, 61_000)).toBe('0 s ago');
    expect(agoText(null, 5)).toBe('never');
    expect(momentText(1_700_000_000_123)).toBe('2023-11-14 22:13:20Z');
    expect(momentText(1_700_000_000_123, 'Europe/Vienna')).toBe('2023-11-14 23:13:20+01:00');
    expect(momentText(1_700_000_000_123, 'Europe/London')).toBe('2023-11-14 22:13:20+00:00');
    expect(momentText(1_700_000_000_123, 'No/Such')).toBe('2023-11-14 22:13:20Z');
  });
});

describe('a message for several devices', () => {
  const device = {
    name: 'r1',
    address: 'http://r1.example/',
    serial: 'S1',
    ready: 'Unknown',
    message: 'GET /x at http://r1.example: no way (connect ECONNREFUSED 192.0.2.1:80), next try in 12 s; r12 of S1',
  } as DeviceView;

  test('names none of them nor the request that failed, wherever it is, and leaves longer names alone', () => {
    expect(messageForAll(device)).toBe(
      'a request at ADDRESS: no way (connect ECONNREFUSED ADDRESS), next try in some s; r12 of SERIAL',
    );
  });

  test('keeps addresses that it is about', () => {
    expect(messageForAll({ ...device, ready: 'False', message: 'r1 would lose 192.0.2.9' })).toBe(
      'DEVICE would lose 192.0.2.9',
    );
  });
});

describe('log lines for a terminal', () => {
  const { style } = createOutput('table', { stdout: new PassThrough(), stderr: new PassThrough() }, {});

  test('time, level and message come first, then the fields', () => {
    const line =
      '{"level":40,"time":"2026-03-01T12:00:05.000Z","device":"r1","detail":"two words","changes":2,"msg":"device visited"}\n';
    expect(readableLogLine(line, style)).toBe('12:00:05 warn  device visited device=r1 detail="two words" changes=2');
  });

  test('what a router said can not steer the terminal, and what is no log line stays readable', () => {
    expect(readableLogLine('{"level":30,"time":"x","msg":"a\\u001b[2J"}', style)).toContain(String.raw`a\u{1b}[2J`);
    expect(readableLogLine('plain\u0007\n', style)).toBe(String.raw`plain\u{7}`);
  });
});

describe('next steps', () => {
  test('name the device', () => {
    expect(nextStep('ApprovalMissing', ['r1'])).toEqual({
      command: 'rosctl approve r1',
      words: 'read it and approve it, in your clone',
    });
    expect(nextStep('Unreachable', ['r1'])).toBeUndefined();
  });

  test('are one command for all devices that wait for the same, where one yes is enough', () => {
    expect(nextStep('ApprovalMissing', ['r1', 'r2'])?.command).toBe('rosctl approve');
    expect(nextStep('RolledBack', ['r1', 'r2'])?.command).toContain(' r1');
    expect(nextStep('OverChangeBudget', ['r1', 'r2'])?.command).toBe('rosctl approve r1');
  });

  test.each(Object.keys(REASONS))('%s: names no approval where none helps', (reason) => {
    for (const instead of ['folder', 'nobody'] as const) {
      const told = JSON.stringify(nextStep(reason, ['r1'], instead) ?? '');
      expect(told).not.toMatch(/rosctl (approve|plans retry)|approve it (anew|by itself)/);
      expect(told).not.toContain('"words":"","command":null');
    }
    expect(nextStep(reason, ['r1'], 'retry')?.command ?? '').not.toContain('rosctl approve');
  });

  test('a plan that was undone under an auto policy is retried', () => {
    expect(nextStep('RolledBack', ['r1'], 'retry')?.command).toBe('rosctl plans retry r1');
  });

  test.each(Object.keys(REASONS))('%s: what looks like a command is one, whole', async (reason) => {
    const step = nextStep(reason, ['r1']);
    const lines = [step?.command ?? '', ...(step?.words.matchAll(/rosctl [^;,]+/g) ?? []).map(([line]) => line)];
    for (const line of lines.filter((each) => each !== '')) {
      const [, name, ...rest] = line.trim().split(' ');
      const row = COMMANDS.find((each) => each.name === name);
      expect({ line, known: row !== undefined }).toEqual({ line, known: true });
      if (row !== undefined) await expect(parseCommandLine(row, rest)).resolves.toBeDefined();
    }
    expect(step?.command ?? 'rosctl x').toMatch(/^rosctl [a-z]/);
    expect(step?.command ?? '').not.toMatch(/[A-Z]{2,}/);
  });

  test('there is one for every reason that the controller gives of a device', () => {
    // What is wrong with a source, an approval, a proposal, a request or a diagnostic is no reason of a device: it has its own step.
    const apart =
      /^controller\/(trust|signatures|source|doors|diagnose|proposals|edits|store\/diagnostics|operations\/(obstacles|judge-commit|approvable-ids|fleet-view))\b/;
    const sources = ['controller', 'differ']
      .flatMap((folder) => globSync(`${folder}/**/*.ts`))
      .filter((file) => !apart.test(file));
    const codes = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\b(?:code: |closed\(\s*)'([A-Z][A-Za-z]+)'/g)].map(
        (match) => match[1] ?? '',
      ),
    );
    expect(codes.length).toBeGreaterThan(20);
    expect([...new Set(codes)].filter((code) => nextStep(code, ['r1']) === undefined)).toEqual([]);
  });
});

describe('a password typed on a terminal', () => {
  interface Terminal {
    readonly input: PassThrough;
    readonly raw: boolean[];
    readonly shown: () => string;
    readonly secret: Promise<string>;
  }

  function terminal(): Terminal {
    const input = new PassThrough();
    const raw: boolean[] = [];
    const stderr = new PassThrough();
    const said: string[] = [];
    stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    const stdin: InputStream = Object.assign(input, { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
    const output = createOutput('table', { stdout: new PassThrough(), stderr }, {});
    const context = {
      stdin: () => stdin,
      output,
      signal: new AbortController().signal,
    } as Partial<CommandContext> as CommandContext;
    return { input, raw, shown: () => said.join(''), secret: readSecretInput(context, 'Password:') };
  }

  test('is not shown, and the terminal is as before', async () => {
    const { input, raw, shown, secret } = terminal();
    input.write('hunterX');
    input.write('\u007F2\r');
    expect(await secret).toBe('hunter2');
    expect(shown()).toBe('Password:\n');
    expect(raw).toEqual([true, false]);
  });

  test('Ctrl-C ends it, and the terminal is as before', async () => {
    const { input, raw, secret } = terminal();
    input.write('hun\u0003');
    await expect(secret).rejects.toThrow('stopped');
    expect(raw).toEqual([true, false]);
  });

  test('nothing typed is no password', async () => {
    const { input, secret } = terminal();
    input.write('\r');
    await expect(secret).rejects.toThrow('the password is empty');
  });
});
