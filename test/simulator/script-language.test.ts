import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { scriptRig } from '../support/script-rig.ts';

async function printed(script: string): Promise<string> {
  return await scriptRig().run(script);
}

describe('strings', () => {
  it.each([
    [String.raw`:put "a\"b\\c\$d\_e\41"`, String.raw`a"b\c$d eA`],
    [':put "tab\\tline\\nend"', 'tab\tline\nend'],
    [':local n 5; :put "n=$n, n+1=$($n + 1), length=$[:len "abc"]"', 'n=5, n+1=6, length=3'],
    [':local "my name" x; :put $"my name"', 'x'],
    [':put "one \\\n   line"', 'one line'],
  ])('%j prints %j', async (script, text) => {
    expect(await printed(script)).toBe(text);
  });

  it('lose what looks like a variable that nobody declared', async () => {
    expect(await printed(':put "cs$x|..."')).toBe('cs|...');
  });

  it('end the name of a variable at the first character that is no letter or digit', async () => {
    expect(await printed(':local rg 1; :put "$rg_x $rg-y"')).toBe('1_x 1-y');
    expect(await printed(':local my_name 1')).toBe('expected end of command (line 1 column 16)');
  });

  it.each([':put "open', ':put "\\q"', ':put "\\4g"', ':put "100$"'])('%j is refused', async (script) => {
    expect(await printed(script)).toMatch(/\(line 1 column \d+\)$/);
  });

  it('print any ASCII text of which backslash, quote and dollar are escaped', async () => {
    const rig = scriptRig();
    const ascii = fc.string({ unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)) });
    await fc.assert(
      fc.asyncProperty(ascii, async (text) => {
        expect(await rig.run(`:put "${text.replaceAll(/[\\"$]/g, String.raw`\$&`)}"`)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('values', () => {
  it.each([
    ['5', 'num', '5'],
    ['0x1F', 'num', '31'],
    ['yes', 'bool', 'true'],
    ['1d2h', 'time', '1d02:00:00'],
    ['00:10:00', 'time', '00:10:00'],
    ['1w', 'time', '1w00:00:00'],
    ['250ms', 'time', '00:00:00.250'],
    ['10.0.0.1', 'ip', '10.0.0.1'],
    ['10.0.0.0/24', 'ip-prefix', '10.0.0.0/24'],
    ['fe80::1', 'ip6', 'fe80::1'],
    ['2001:db8::/32', 'ip6-prefix', '2001:db8::/32'],
    ['*1f', 'id', '*1F'],
    ['word', 'str', 'word'],
    ['"5"', 'str', '5'],
    ['{1;2}', 'array', '1;2'],
    ['[:nothing]', 'nothing', ''],
    ['$undeclared', 'nothing', ''],
  ])('%s is of type %s and prints %s', async (literal, type, text) => {
    expect(await printed(`:put [:typeof ${literal}]; :put ${literal}`)).toBe(`${type}\r\n${text}`);
  });

  it.each([
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['7 / 2', '3'],
    ['7 % 2', '1'],
    ['-5 + 2', '-3'],
    ['5-3', '2'],
    ['1m + 30s', '00:01:30'],
    ['10s * 3', '00:00:30'],
    ['10.0.0.15 + 10', '10.0.0.25'],
    ['10.0.0.15 - 10.0.0.3', '12'],
    ['"a" . "b" . 1', 'ab1'],
    ['"x=" . {1;2}', 'x=1;x=2'],
    ['{1;2}, 3', '1;2;3'],
    ['2 > 1 and !(1 > 2)', 'true'],
    ['false or true && false', 'false'],
    ['not true || true', 'true'],
    ['"abc" ~ "^a.c$"'.replace('$', String.raw`\$`), 'true'],
    ['10.1.2.3 in 10.0.0.0/8', 'true'],
    ['11.1.2.3 in 10.0.0.0/8', 'false'],
    ['10m = 00:10:00', 'true'],
    ['1 = "1"', 'true'],
    ['10.0.0.0/8 = "10.0.0.0/8"', 'false'],
    ['$undeclared = ""', 'true'],
    ['"b" > "a"', 'true'],
    ['10.0.0.2 < 10.0.0.10', 'true'],
    ['{1;"k"=2}->"k"', '2'],
    ['{4;5}->1', '5'],
  ])('(%s) is %s', async (expression, value) => {
    expect(await printed(`:put (${expression})`)).toBe(value);
  });

  it.each([
    [':put (1 / 0)', 'division by zero (:put; line 1)'],
    [':put ("a" + 1)', 'cannot apply + to string and integer number (:put; line 1)'],
    [':put ("a" ~ "(")', 'bad regular expression (:put; line 1)'],
  ])('%s fails with %s', async (script, error) => {
    expect(await printed(script)).toBe(error);
  });

  it('keep unnamed elements in order and sort named ones', async () => {
    expect(await printed(':local a {3;"z"=1;1;"b"=2}; :put $a; :set ($a->"b") 9; :set ($a->0) 7; :put $a')).toBe(
      '3;1;b=2;z=1\r\n7;1;b=9;z=1',
    );
  });

  it('know no empty array literal', async () => {
    expect(await printed(':put {}')).toBe('syntax error (line 1 column 7)');
    expect(await printed(':put [:len [:toarray ""]]')).toBe('0');
  });

  it.each([
    [':put [:len "abc"]; :put [:len {1;2}]; :put [:len $nothing]', '3\r\n2\r\n0'],
    [':put [:pick "abcdef" 1 3]; :put [:pick {7;8;9} 1]; :put [:pick {7;8;9} 0 2]', 'bc\r\n8\r\n7;8'],
    [':put [:find "hello" "l"]; :put [:find "hello" "l" 2]; :put [:typeof [:find "a" "b"]]', '2\r\n3\r\nnil'],
    [':put [:find {5;6} 6]', '1'],
    [':put ([:tonum "42"] + 1); :put [:typeof [:tonum "x"]]; :put [:tostr 42]', '43\r\nnil\r\n42'],
    [':foreach x in=[:toarray "a,b"] do={:put $x}', 'a\r\nb'],
    [':put [:resolve router.lan]', '192.168.88.1'],
    [':put [:resolve nowhere.lan]', 'failure: dns name does not exist (:resolve; line 1)'],
  ])('%s', async (script, text) => {
    expect(await printed(script)).toBe(text);
  });
});

describe('control', () => {
  it.each([
    [':if (1 = 1) do={:put yes1} else={:put no1}; :if (1 = 2) do={:put yes2} else={:put no2}', 'yes1\r\nno2'],
    [':if (1 = 1) \\\n do={\n :put a\n}', 'a'],
    [':for i from=1 to=3 do={:put $i}', '1\r\n2\r\n3'],
    [':for i from=4 to=0 step=-2 do={:put $i}', '4\r\n2\r\n0'],
    [':foreach k,v in={1;"a"=2} do={:put "$k=$v"}', '0=1\r\na=2'],
    [':local n 0; :while ($n < 2) do={:set n ($n + 1)}; :put $n', '2'],
    [':do {:put once} while=(false)', 'once'],
    [':put a; # comment ; :put b\n# :put c\n:put d', 'a\r\nd'],
    ['{:local x 1; :put $x}; :put "[$x]"', '1\r\n[]'],
    [':local x 1; {:set x 2}; :put $x', '2'],
    [':put a; :return 1; :put b', 'a'],
    ['put hello', 'hello'],
  ])('%s', async (script, text) => {
    expect(await printed(script)).toBe(text);
  });

  it('on-error catches what goes wrong in its block and nothing else', async () => {
    expect(
      await printed(
        ':do {:put a; :error "x"; :put b} on-error={:put caught}; :do {:put c} on-error={:put d}; :error "end"',
      ),
    ).toBe('a\r\ncaught\r\nc\r\nend (:error; line 1)');
  });

  it('on-error catches a command this version does not have', async () => {
    expect(await printed(':do {/no/such/menu add x=1} on-error={:put caught}')).toBe('caught');
  });

  it('functions see their arguments and declared globals, not the locals around them', async () => {
    const script = `:local hidden 1; :global shared 5
:local add do={:global shared; :return ($1 + $x + $shared + [:len $hidden])}
:put [$add 1 x=2]`;
    expect(await printed(script)).toBe('8');
  });

  it('a function that calls itself for ever ends with an error', async () => {
    expect(await printed(':global f do={:global f; $f}; $f')).toBe('too many nested calls');
  });

  it('globals outlive the script, but are seen only after they are declared', async () => {
    const rig = scriptRig();
    await rig.run(':global kept 7');
    expect(await rig.run(':put "[$kept]"; :global kept; :put "[$kept]"')).toBe('[]\r\n[7]');
    rig.jobs.reboot();
    expect(await rig.run(':global kept; :put "[$kept]"')).toBe('[]');
  });

  it(':set needs a declared variable', async () => {
    expect(await printed(':set nobody 1')).toBe('unknown variable nobody (:set; line 1)');
  });

  it(':error names the line of its statement', async () => {
    expect(await printed(':put a\n\n:if (true) do={\n  :error "x"\n}')).toBe('a\r\nx (:error; line 4)');
  });

  it(':time tells simulated time', async () => {
    const rig = scriptRig();
    const answer = rig.run(':put [:time {:delay 90s}]');
    await rig.clock.advance(90_000);
    expect(await answer).toBe('00:01:30');
  });

  it.each([
    [':delay 5', 5000],
    [':delay 2m', 120_000],
    [':delay 00:00:30', 30_000],
    [':local d "10s"; :delay $d', 10_000],
    [':delay', 1000],
  ])('%s takes %d ms', async (script, milliseconds) => {
    const rig = scriptRig();
    let ended = false;
    const answer = rig.run(script).then(() => (ended = true));
    await rig.clock.advance(milliseconds - 1);
    expect(ended).toBe(false);
    await rig.clock.advance(1);
    expect(await answer).toBe(true);
  });

  it(':delay has a longest time', async () => {
    expect(await printed(':delay 10w')).toContain('value of delay-time out of range');
  });

  it(':log writes with the topic of the script', async () => {
    const rig = scriptRig();
    await rig.run(':log info "one"; /log warning message="two"; :log error ("th" . "ree")');
    expect(rig.router.lines).toEqual([
      { topics: 'script,info', message: 'one' },
      { topics: 'script,warning', message: 'two' },
      { topics: 'script,error', message: 'three' },
    ]);
  });
});

describe('versions', () => {
  it(':onerror is a bad command name up to 7.12 and works from 7.13 on', async () => {
    const script = ':put a; :onerror e in={:error "x"} do={:put "caught $e"}; :put b';
    expect(await scriptRig([7, 12, 2]).run(script)).toBe('a\r\nbad command name onerror (line 1 column 10)');
    expect(await scriptRig([7, 13, 0]).run(script)).toBe('a\r\ncaught x (:error; line 1)\r\nb');
  });

  it.each([
    [[7, 12, 2] as const, 'syntax error (line 2 column 22)'],
    [[7, 22, 3] as const, 'syntax error (line 2 column 22)'],
    [[7, 23, 0] as const, 'a\r\nbad parameter bogus (line 2 column 22)'],
    [[7, 24, 0] as const, 'a\r\nbad parameter bogus (line 2 column 22)'],
  ])('a bad parameter on %j gives %j', async (version, text) => {
    expect(await scriptRig(version).run(':put a\n/ip/address add bogus=1; :put b')).toBe(text);
  });
});
