import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createOutput } from '../../cli/output.ts';
import { displayWidth, printable, table } from '../../cli/text/table.ts';

function sink(isTTY: boolean): { readonly stream: Writable & { isTTY: boolean }; text(): string } {
  let written = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY }), text: () => written };
}

describe('tables', () => {
  test('columns are aligned by what the terminal shows', () => {
    expect(
      table(
        ['name', 'note'],
        [
          ['r1', 'a'],
          ['Müller', '路由器'],
          ['e\u0301', 'b'],
        ],
      ),
    ).toBe(['NAME    NOTE', 'r1      a', 'Müller  路由器', 'e\u0301       b'].join('\n'));
  });

  test('colours fill no cells, wide characters fill two', () => {
    expect(displayWidth('\u001B[31mred\u001B[39m')).toBe(3);
    expect(displayWidth('路由器')).toBe(6);
    expect(displayWidth('👍')).toBe(2);
  });

  test('text from a router can not steer the terminal', () => {
    expect(printable('a\u001B]0;x\u0007\nb\u202E')).toBe('a\\u{1b}]0;x\\u{7}\\u{a}b\\u{202e}');
  });
});

describe('output', () => {
  test('results go to standard output, words about them to standard error', async () => {
    const stdout = sink(false);
    const stderr = sink(false);
    const output = createOutput('table', { stdout: stdout.stream, stderr: stderr.stream }, {});
    await output.result('credentials list', { items: [] }, () => 'one');
    output.raw('two\n');
    output.note('three');
    expect([stdout.text(), stderr.text()]).toEqual(['one\ntwo\n', 'three\n']);
  });

  test('yaml means the same to every reader', async () => {
    const stdout = sink(false);
    const output = createOutput('yaml', { stdout: stdout.stream, stderr: sink(false).stream }, {});
    const row = { disabled: 'no', time: '1:30', on: 'y', none: undefined };
    await output.result('explain', { device: 'no', items: [row, row] as never }, () => '');
    const expected = { disabled: 'no', time: '1:30', on: 'y' };
    for (const version of ['1.1', '1.2'] as const)
      expect(parse(stdout.text(), { version })).toEqual({ device: 'no', items: [expected, expected] });
  });

  test('a progress bar is drawn on a terminal and taken away again', () => {
    const stderr = sink(true);
    const output = createOutput('table', { stdout: sink(true).stream, stderr: stderr.stream }, {});
    const progress = output.progress('devices', 2);
    progress.step('r1');
    progress.step();
    progress.end();
    expect(stderr.text()).toContain('devices [############------------] 1/2 r1');
    expect(stderr.text()).toContain('devices [########################] 2/2');
    expect(stderr.text().endsWith('\r\u001B[K')).toBe(true);
  });

  test('into a file or pipe no bar is drawn', () => {
    const stderr = sink(false);
    const output = createOutput('table', { stdout: sink(true).stream, stderr: stderr.stream }, {});
    const progress = output.progress('devices', 2);
    progress.step('r1');
    progress.end();
    expect(stderr.text()).toBe('');
  });
});
