import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseCommandLine } from '../../cli/command-line/arguments.ts';
import { COMMANDS, loadCommand } from '../../cli/command-line/command-table.ts';
import { EXIT, EXIT_MEANINGS, type ExitName } from '../../cli/exit-codes.ts';
import { configYaml, deviceYaml } from '#test/documents.ts';
import { rosctl } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rosctl-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('help', () => {
  test('lists the commands of this release and no others', async () => {
    const { code, stdout } = await rosctl(['--help']);
    expect(code).toBe(EXIT.ok);
    const listed = readdirSync('cli/commands').filter((file) => stdout.includes(`\n  ${file.replace('.ts', '')} `));
    expect(listed).toEqual(readdirSync('cli/commands'));
    expect(COMMANDS.map((row) => `${row.name}.ts`).toSorted()).toEqual(listed.toSorted());
    expect(COMMANDS.map((row) => row.name)).toEqual(expect.arrayContaining(['validate', 'explain', 'completion']));
  });

  test.each(COMMANDS)('$name --help shows usage, every option and an example', async (row) => {
    expect((await loadCommand(row.name)).row).toEqual(row);
    const { code, stdout } = await rosctl([row.name, '--help']);
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain(`Usage: rosctl ${row.name}`);
    for (const option of row.options ?? []) expect(stdout).toContain(`--${option.name}`);
    expect(stdout).toContain('--output FORMAT');
    expect(stdout).toContain('Examples:\n  ');
    expect(await rosctl(['help', row.name])).toMatchObject({ code: EXIT.ok, stdout });
  });

  test('without a command it is shown as well, and the exit code says that none was given', async () => {
    const { code, stdout } = await rosctl([]);
    expect(code).toBe(EXIT.usage);
    expect(stdout).toContain('Commands:');
  });

  test('loads only what it prints', async () => {
    const hook = `import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { console.error('LOAD ' + url); return next(url, context); } });`;
    const run = promisify(execFile)(process.execPath, [
      '--import',
      `data:text/javascript,${encodeURIComponent(hook)}`,
      'bin/rosctl.mjs',
      '--help',
    ]);
    const root = pathToFileURL(`${process.cwd()}/`).href;
    const loaded = (await run).stderr
      .split('\n')
      .filter((line) => line.startsWith('LOAD file:'))
      .map((line) => line.slice('LOAD '.length).replace(root, ''));
    expect(loaded.toSorted()).toEqual([
      'base/bytes.ts',
      'base/failure.ts',
      'base/letters.ts',
      'base/visible.ts',
      'bin/rosctl.mjs',
      'cli/command-error.ts',
      'cli/command-line/arguments.ts',
      'cli/command-line/command-table.ts',
      'cli/command-line/help.ts',
      'cli/command-line/leading-options.ts',
      'cli/command-line/options.ts',
      'cli/command-line/whole-commands.ts',
      'cli/exit-codes.ts',
      'cli/generated/commands.json',
      'cli/json/error-kinds.ts',
      'cli/main.ts',
      'cli/output.ts',
      'cli/text/os-error-text.ts',
      'cli/text/progress.ts',
      'cli/text/shell-word.ts',
      'cli/text/table.ts',
      // Measures the columns.
      'node_modules/ansi-regex/index.js',
      'node_modules/get-east-asian-width/index.js',
      'node_modules/get-east-asian-width/lookup-data.js',
      'node_modules/get-east-asian-width/lookup.js',
      'node_modules/get-east-asian-width/utilities.js',
      'node_modules/string-width/index.js',
      'node_modules/strip-ansi/index.js',
    ]);
  });

  test('--version is the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await rosctl(['--version'])).toMatchObject({ code: EXIT.ok, stdout: `${version}\n` });
  });
});

describe('the command line', () => {
  test.each([
    [['validat'], 'there is no command "validat"', 'did you mean: rosctl validate'],
    [['zzzzzz'], 'there is no command "zzzzzz"', 'see: rosctl --help'],
    [['--versoin'], 'there is no option "--versoin"', 'see: rosctl --help'],
    [['explain'], 'DEVICE is missing', 'see: rosctl explain --help'],
    [['explain', 'r1', 'r2'], 'unexpected argument "r2"', 'see: rosctl explain --help'],
    [['explain', 'r1', '--flet', 'x'], 'rosctl explain has no option --flet', 'did you mean --fleet?'],
    [['explain', 'r1', '--zzzzzz'], 'rosctl explain has no option --zzzzzz', 'see: rosctl explain --help'],
    [['explain', 'r1', '--fleet'], '--fleet needs a value: --fleet FOLDER', 'see: rosctl explain --help'],
    [
      ['validate', '-o', 'xml'],
      '--output must be one of table, wide, json, yaml, not "xml"',
      'see: rosctl validate --help',
    ],
    [
      ['completion', 'tcsh'],
      'SHELL must be one of bash, zsh, fish, words, not "tcsh"',
      'see: rosctl completion --help',
    ],
    [['validate', '--help=yes'], '--help takes no value', 'see: rosctl validate --help'],
  ])('%j is answered with the next step', async (args, message, hint) => {
    expect(await rosctl(args)).toEqual({ code: EXIT.usage, stdout: '', stderr: `rosctl: ${message}\n  ${hint}\n` });
  });

  test.each([
    ['signers', 'list'],
    ['roster', 'list'],
    ['credentials', 'list'],
    ['plans', 'list'],
    ['rollouts', 'list'],
    ['trust', 'show'],
  ])('%s alone does what it does with %s', async (name, action) => {
    const row = COMMANDS.find((each) => each.name === name) as (typeof COMMANDS)[number];
    expect(await parseCommandLine(row, ['-o', 'json'])).toEqual(await parseCommandLine(row, [action, '-o', 'json']));
    await expect(parseCommandLine(row, ['zzz'])).rejects.toThrow('ACTION must be one of');
  });

  test('a reader that has gone before the first word is no failure', () => {
    const command = `set -o pipefail; "${process.execPath}" bin/rosctl.mjs explain edge-vie-01 -f devices.example | true`;
    expect(() => execFileSync('bash', ['-c', command], { stdio: 'pipe' })).not.toThrow();
  });

  test('docs/reference/exit-codes.md is the table of exit codes', () => {
    const page = readFileSync('docs/reference/exit-codes.md', 'utf8');
    const rows = (Object.keys(EXIT) as ExitName[]).map(
      (name) => `| ${String(EXIT[name])} | ${name} | ${EXIT_MEANINGS[name]} |`,
    );
    expect(page.split('\n').filter((line) => /^\| \d/.test(line))).toEqual(rows);
  });
});

describe('validate', () => {
  test('a valid fleet is said to be, in every format', async () => {
    const { code, stdout } = await rosctl(['validate', 'devices.example']);
    expect(code).toBe(EXIT.ok);
    expect(stdout).toMatch(/^devices\.example is valid: 12 devices, 16 RouterConfigs, 6 policies in 10 files\n$/);
    const json = await rosctl(['validate', 'devices.example', '-o', 'json']);
    const yaml = await rosctl(['validate', 'devices.example', '--output=yaml']);
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: true, faults: [], devices: 12 });
    expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout));
  });

  test('every fault is printed with its place, and the exit code says so', async () => {
    writeFileSync(join(folder, 'a.yaml'), deviceYaml('r1', 'sreial: X'));
    writeFileSync(join(folder, 'b.yaml'), configYaml('c', 1, 'addresses: [{address: 192.0.2.1, interface: a}]'));
    const { code, stdout, stderr } = await rosctl(['validate', folder]);
    expect(code).toBe(EXIT.faultyInput);
    expect(stdout).toBe(
      [
        'a.yaml:10:3: spec.sreial: unknown field "sreial"',
        '    did you mean "serial"?',
        'b.yaml:8:25: spec.addresses[0].address: the prefix length is missing',
        '    for a single address write "192.0.2.1/32"',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe(`2 faults in ${folder}\n`);
    const json = await rosctl(['validate', folder, '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, faults: [{ line: 10, column: 3 }, { line: 8 }] });
    const explained = await rosctl(['explain', 'r1', '--fleet', folder]);
    expect(explained).toMatchObject({ code: EXIT.faultyInput, stdout: '' });
    expect(explained.stderr).toContain('b.yaml:8:25');
  });

  test('a folder without YAML is no valid fleet', async () => {
    const { code, stderr } = await rosctl(['validate', 'bin']);
    expect(code).toBe(EXIT.noInput);
    expect(stderr).toContain('[EmptySource]\n  Check the path');
  });
});

describe('explain', () => {
  test('every desired value has its file and line', async () => {
    const { code, stdout } = await rosctl(['explain', 'edge-vie-01', '--fleet', 'devices.example', '--section', 'dns']);
    expect(code).toBe(EXIT.ok);
    const [heading, first] = stdout.split('\n');
    expect(heading).toMatch(/^SECTION +ROW +FIELD +VALUE +FROM +ROUTERCONFIG$/);
    const place = /(\S+\.yaml):(\d+)/.exec(first ?? '');
    const line = readFileSync(join('devices.example', place?.[1] ?? ''), 'utf8').split('\n')[Number(place?.[2]) - 1];
    expect(line).toContain('servers');
  });

  test('json holds the same values', async () => {
    const { stdout } = await rosctl(['explain', 'edge-vie-01', '-f', 'devices.example', '-o', 'json']);
    const { device, items: values } = JSON.parse(stdout) as {
      device: string;
      items: { section: string; line: number }[];
    };
    expect(device).toBe('edge-vie-01');
    expect(new Set(values.map((value) => value.section)).size).toBe(6);
    expect(values.every((value) => value.line > 0)).toBe(true);
  });

  test.each([
    [['explain', 'edge-vie-1'], 'there is no device "edge-vie-1"\n  did you mean edge-vie-01?'],
    [['explain', 'edge-vie-01', '--section', 'dnss'], 'there is no section "dnss"\n  did you mean dns?'],
    [['explain', 'edge-vie-01', '--section', 'ntp'], 'there is no section "ntp"\n  sections are identity, dns'],
  ])('%j is answered with what there is', async (args, message) => {
    const { code, stderr } = await rosctl([...args, '--fleet', 'devices.example']);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain(message);
  });
});

describe('colours', () => {
  const ESCAPE = String.fromCharCode(27);

  test.each([
    [true, {}, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ])('on a terminal: %s with %j → %s', async (tty, env, coloured) => {
    const { stdout } = await rosctl(['validate', 'devices.example'], { tty, env });
    expect(stdout.includes(ESCAPE)).toBe(coloured);
  });

  test('machines get none even on a terminal', async () => {
    const { stdout } = await rosctl(['validate', 'devices.example', '-o', 'json'], { tty: true });
    expect(stdout).not.toContain(ESCAPE);
  });
});
