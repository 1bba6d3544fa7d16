import {
  CUT,
  fieldAvailable,
  formatVersion,
  type Menu,
  menuAvailable,
  type MenuPath,
  restoreFault,
  type Row,
  type ScriptFault,
  type Version,
  writeFault,
} from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { Change } from './change.ts';
import type { HeldBackRow, Plan, PlanInput } from './plan.ts';
import { namesIn } from './references.ts';
import { valueText } from './row-text.ts';

/**
 * Rows that a plan changes and that the router, or a script on it, could not hold: what it writes, or what brings them
 * back. Nothing is written that could not be undone.
 */
export function unwritableRows(
  { changes, inverse }: Plan,
  { version }: Pick<PlanInput, 'version'>,
  catalogue: Catalogue,
): readonly HeldBackRow[] {
  const unwritten = changes.flatMap((change): readonly HeldBackRow[] => {
    const secret = secretFault(menuIn(catalogue, change.menu), change);
    if (secret !== null) return [{ menu: change.menu, match: change.match, because: secret }];
    if (change.kind !== 'create' && change.kind !== 'set') return [];
    const because = notWritten(menuIn(catalogue, change.menu), change, version, catalogue);
    return because === null ? [] : [{ menu: change.menu, match: change.match, because }];
  });
  const unrestored = inverse.flatMap(({ menu: path, match, rows, order }): readonly HeldBackRow[] => {
    // A row with a secret of ours stops the device (decision 33): it is not for a plan to pass it by.
    if (order !== undefined || [...rows, match ?? {}].some(holdsCut)) return [];
    const fault = restoreFault(menuIn(catalogue, path), { match, rows });
    return fault === null ? [] : [{ menu: path, match, because: notUndone(fault, rows) }];
  });
  return [...unwritten, ...unrestored];
}

/**
 * Rows of menus with secrets are added without one, and else left alone: a secret is never read, so no undo could bring
 * it back.
 */
function secretFault(menu: Menu, change: Change): string | null {
  if (menu.keepsSecrets !== true || change.kind === 'move') return null;
  const secrets = Object.keys(menu.fields).filter((name) => menu.fields[name]?.secret === true);
  if (change.kind !== 'create')
    return `rows of ${menu.path} can hold secrets, which no undo could bring back yet; change it on the router by hand`;
  const written = secrets.find((name) => (change.fields[name] ?? '') !== '');
  if (written !== undefined) return `its ${written} is a secret, and none is written yet; set it on the router by hand`;
  const fixed = menu.fixedWithout;
  if (fixed === undefined || (change.fields[fixed] ?? '') !== '') return null;
  return `the router has no such radio, and none can be added; name one that is there, or give it ${fixed}`;
}

function holdsCut(row: Row): boolean {
  return Object.values(row).some((text) => text.includes(CUT));
}

function notWritten(
  menu: Menu,
  { fields }: { readonly fields: Row },
  version: PlanInput['version'],
  catalogue: Catalogue,
): string | null {
  if (version !== undefined) {
    const missing = Object.keys(fields).filter(
      (name) => menu.fields[name] !== undefined && !fieldAvailable(menu.fields[name], version),
    );
    if (missing.length > 0)
      return `RouterOS ${formatVersion(version)} does not have ${missing.join(', ')}; take it out for this device, or upgrade the router`;
    const named = nameInVain(menu, fields, version, catalogue);
    if (named !== undefined)
      return `RouterOS ${formatVersion(version)} has no ${named.target}, so its ${named.field} cannot name ${valueText(named.name)}; name something else, or upgrade the router`;
  }
  const fault = writeFault(menu, fields);
  if (fault?.kind !== 'value') return null;
  return `its ${fault.field} as declared is not ${fault.expects}; declare another value`;
}

/** A field that names a row of a menu which this version does not have. */
function nameInVain(
  menu: Menu,
  fields: Row,
  version: Version,
  catalogue: Catalogue,
): { readonly field: string; readonly name: string; readonly target: MenuPath } | undefined {
  for (const field of Object.keys(fields)) {
    const target = menu.fields[field]?.reference;
    const referred = target === undefined ? undefined : catalogue[target];
    if (target === undefined || referred === undefined || menuAvailable(referred, version)) continue;
    const [name] = namesIn(menu, fields, field);
    if (name !== undefined) return { field, name, target };
  }
  return undefined;
}

/** `rows`: what the router holds of the tuple; none: the plan creates it. */
function notUndone(fault: ScriptFault, rows: readonly Row[]): string {
  const remedy =
    rows.length === 0 ? 'change that where it is declared' : 'change that on the router, or the row by hand';
  switch (fault.kind) {
    case 'value':
      return `no script could write its ${valueText(fault.field)} back, because that is not ${fault.expects}; ${remedy}`;
    case 'row':
      return `no script could find it again, for that takes ${fault.expects}; ${remedy}`;
    case 'size':
      return `its undo alone would be longer than the ${fault.mostBytes} bytes that a script may have; ${remedy}`;
  }
}
