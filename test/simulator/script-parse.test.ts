import { describe, expect, it } from 'vitest';
import { runs } from '#test/sample.ts';
import * as fc from 'fast-check';
import { Jobs } from '../../simulator/script/jobs.ts';
import { parseScript } from '../../simulator/script/parse.ts';
import { ScriptSyntaxError } from '../../simulator/script/syntax.ts';
import { memoryConsole } from '../support/memory-console.ts';
import { scriptRig } from '../support/script-rig.ts';
import { steppedClock } from '../support/stepped-clock.ts';

function report(script: string, version: readonly [number, number, number] = [7, 20, 8]): string {
  return new Jobs(memoryConsole(version), steppedClock()).parseReport(script);
}

describe('what :parse says', () => {
  it.each([
    [':put hello', '(evl /putmessage=hello)'],
    [
      '/ip/address/add address=10.9.9.9/32 interface=ether1',
      '(evl /ip/address/addaddress=10.9.9.9/32;interface=ether1)',
    ],
    ['/ip address\nadd address=10.9.9.9/32 disabled=yes', '(evl /ip/address/addaddress=10.9.9.9/32;disabled=true)'],
    [':delay 200ms; :put "now=$now"', '(evl /delaydelay-time=00:00:00.200);(evl /putmessage=(. "now=" $now))'],
    [
      ':if ($a = 1) do={:put x} else={:put y}',
      '(evl /ifcondition=(= $a 1);do=;(evl /putmessage=x);else=;(evl /putmessage=y))',
    ],
    [
      '/ip/dns/static/remove [find where name="x" and !disabled]',
      '(evl /ip/dns/static/remove(evl /ip/dns/static/findwhere=(and (= $name x) (! $disabled))))',
    ],
    ['', ''],
    ['# only a comment', ''],
  ])('%j is read as %j', (script, dump) => {
    expect(report(script)).toBe(dump);
  });

  it.each([
    [':put "open', 'missing closing quote (line 1 column 6)'],
    [':put (1 + 2', 'missing closing parenthesis (line 1 column 12)'],
    [':put [:len "x"', 'missing closing bracket (line 1 column 15)'],
    [':do {\n:put x', 'expected closing brace (line 2 column 7)'],
    [':put a b', 'expected end of command (line 1 column 8)'],
    [':put (1 +)', 'syntax error (line 1 column 10)'],
    ['}', 'expected end of command (line 1 column 1)'],
    ['/ip/dns/static {add name=x', 'expected closing brace (line 1 column 27)'],
    ['/ip dns static add comment=first host', 'expected end of command (line 1 column 34)'],
    ['/ip dns set 0 servers=1.1.1.1', 'expected end of command (line 1 column 13)'],
    ['/ip dns static set *1 *2 ttl=1s', 'expected end of command (line 1 column 23)'],
  ])('%j is refused: %s', (script, error) => {
    expect(report(script)).toBe(error);
  });

  it.each([
    [[7, 12, 2] as const, 'syntax error (line 1 column 28)'],
    [[7, 20, 8] as const, 'syntax error (line 1 column 28)'],
    [[7, 23, 1] as const, '(evl bad parameter no-such-arg (line 1 column 28) /ip/address/add)'],
    [[7, 24, 0] as const, '(evl bad parameter no-such-arg (line 1 column 28) /ip/address/add)'],
  ])('a bad parameter on %j: %s', (version, text) => {
    expect(report('/ip/address/add no-such-arg=x', version)).toBe(text);
  });

  it('an unknown command is no error of the script as a whole', () => {
    expect(report(':put a; /no/such add x={:put 1}')).toBe(
      '(evl /putmessage=a);(<%% bad command name no (line 1 column 10))',
    );
    expect(report(':onerror e in={:put 1} do={}', [7, 12, 2])).toBe('(<%% bad command name onerror (line 1 column 2))');
    expect(report(':onerror e in={:put 1} do={}', [7, 16, 2])).toMatch(/^\(evl \/onerror/);
  });

  it('reaches the one who asks as text in a success, never as an error', async () => {
    const rig = scriptRig();
    rig.addScript('s', ':put (1');
    expect(await rig.run(':put [:parse ":put hello"]')).toBe('(evl /putmessage=hello)');
    expect(await rig.run(':put [:parse ":put (1"]; :put after')).toBe(
      'missing closing parenthesis (line 1 column 8)\r\nafter',
    );
    expect(await rig.run(':put [:parse [/system script get [find where name="s"] source]]')).toContain(
      'missing closing parenthesis',
    );
  });

  it('what :parse gave can be run', async () => {
    const rig = scriptRig();
    expect(await rig.run(':local f [:parse ":put (1 + \\$x)"]; $f x=2; :put [:typeof $f]')).toBe('3\r\ncode');
  });
});

describe('any text', () => {
  const pieces =
    ':put |:local a |:if (|) do={|} else={|:do {|} on-error={|}|[|]|(|)|{|;|\n|$a|"|\\|/ip/dns/static |find where |name=|"x"| and |10.0.0.0/8|*1|->|#|=|..|!|,';
  const words = fc.constantFrom(...pieces.split('|'));
  const scripts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(words, { maxLength: 25 }).map((parts) => parts.join('')),
  );

  it('is read or refused with a place, and nothing else happens', () => {
    const tree = memoryConsole();
    function refusal(text: string): unknown {
      try {
        parseScript(text, tree);
        return null;
      } catch (error) {
        return error;
      }
    }
    fc.assert(
      fc.property(scripts, (text) => {
        const error = refusal(text);
        const isPlaced = error instanceof ScriptSyntaxError && / \(line \d+ column \d+\)$/.test(error.message);
        expect(error === null || isPlaced).toBe(true);
      }),
      runs(5000),
    );
  });

  it('is read the same way twice', () => {
    fc.assert(
      fc.property(scripts, (text) => {
        expect(report(text)).toBe(report(text));
      }),
      runs(200),
    );
  });

  it('nested too deeply is refused', () => {
    for (const bracket of ['(', '[', '{', '(!', ':do {', '[:put (', '"$(']) {
      expect(report(`:put ${bracket.repeat(20_000)}`).slice(-60)).toMatch(/\(line 1 column \d+\)$/);
    }
  });
});
