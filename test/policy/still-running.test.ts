import { expect, it } from 'vitest';
import type { Change } from '#differ';
import { stillRunning } from '../../controller/policy/still-running.ts';

const RUNNING = ['ether1', 'bridge9', 'wifi1'];

function remove(menu: Change['menu'], name: string): Change {
  return { kind: 'remove', menu, match: { name }, nth: 0, before: { name }, reason: 'dropped' };
}

function set(menu: Change['menu'], name: string, disabled: string): Change {
  return { kind: 'set', menu, match: { name }, nth: 0, fields: { disabled }, before: {}, reason: 'declared' };
}

it.each<[string, readonly Change[], readonly string[]]>([
  ['nothing', [], RUNNING],
  ['a bridge that goes', [remove('/interface/bridge', 'bridge9')], ['ether1', 'wifi1']],
  ['a radio that is switched off', [set('/interface/wifi', 'wifi1', 'true')], ['ether1', 'bridge9']],
  ['an interface that is switched off', [set('/interface', 'ether1', 'true')], ['bridge9', 'wifi1']],
  ['one that is switched on', [set('/interface', 'ether1', 'false')], RUNNING],
  ['a row of that name elsewhere', [remove('/ip/pool', 'bridge9')], RUNNING],
])('does not expect to run: %s', (_, changes, expected) => {
  expect(stillRunning({ changes }, RUNNING)).toEqual(expected);
});
