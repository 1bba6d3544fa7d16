import type { Menu } from '../catalogue/menu.ts';
import { guardedScript } from './bulk.ts';
import { commandPath } from './statements.ts';
import { quote } from './text.ts';

/** Says to people what the row is for. */
const COMMENT = 'routeros-gitops keeps this for the undo of a change';

/**
 * Copies the row named `from` on the router itself, secrets included, under another name, unless the script
 * `guardScriptName` (the armed undo) is gone. What stands by that name goes first: it was copied before, and from
 * something else. @throws {InvalidValue}
 */
export function copyRowScript(menu: Menu, from: string, name: string, guardScriptName: string): string {
  const path = commandPath(menu);
  const statements = [
    `:local rgFrom [${path} find where name=${quote(from)}]`,
    ':if ([:len $rgFrom] != 1) do={:error "rg-count"}',
    `:local rgOld [${path} find where name=${quote(name)}]`,
    `:if ([:len $rgOld] > 0) do={${path} remove $rgOld}`,
    `${path} add copy-from=$rgFrom name=${quote(name)} comment=${quote(COMMENT)}`,
  ];
  return guardedScript(statements, guardScriptName, '1 failed 0');
}
