import {
  CUT,
  fieldAvailable,
  fitsJson,
  formatVersion,
  type Menu,
  menuAvailable,
  type MenuPath,
  restoreFault,
  type Row,
  type ScriptFault,
  secretRefIn,
  setsInPlace,
  type Version,
  writeFault,
} from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { Change } from './change.ts';
import type { HeldBackRow, Plan, PlanInput, SecretTerms } from './plan.ts';
import { namesIn } from './references.ts';
import { valueText } from './row-text.ts';

/**
 * Rows that a plan changes and that the router, or a script on it, could not hold: what it writes, or what brings them
 * back. Nothing is written that could not be undone.
 */
export function unwritableRows(
  { changes, inverse }: Plan,
  { version, secrets }: Pick<PlanInput, 'version' | 'secrets'>,
  catalogue: Catalogue,
): readonly HeldBackRow[] {
  const unwritten = changes.flatMap((change): readonly HeldBackRow[] => {
    const secret = secretFault(menuIn(catalogue, change.menu), change, secrets);
    if (secret !== null) return [{ menu: change.menu, match: change.match, because: secret }];
    if (change.kind !== 'create' && change.kind !== 'set') return [];
    const missing = version === undefined ? [] : missingFields(menuIn(catalogue, change.menu), change.fields, version);
    if (change.match === null && version !== undefined && missing.length > 0)
      return [{ menu: change.menu, match: null, fields: missing.toSorted(), because: notHere(missing, version) }];
    const menu = menuIn(catalogue, change.menu);
    const because = notWritten(menu, change, version, catalogue) ?? notTakenOff(menu, change);
    return because === null ? [] : [{ menu: change.menu, match: change.match, because }];
  });
  const unrestored = inverse.flatMap(({ menu: path, match, rows, order }): readonly HeldBackRow[] => {
    // A row with a secret of ours stops the device (decision 33): it is not for a plan to pass it by.
    if (order !== undefined || [...rows, match ?? {}].some(holdsCut)) return [];
    const menu = menuIn(catalogue, path);
    const fault = restoreFault(menu, { match, rows: rows.map((row) => withoutSecrets(menu, row)) });
    return fault === null ? [] : [{ menu: path, match, because: notUndone(fault, rows) }];
  });
  return [...unwritten, ...unrestored];
}

/**
 * Why a row with secrets is left alone. Without terms none is read, so no undo could bring one back; with them a script
 * on the router takes it back out of a copy of the row, which only some menus can have.
 */
function secretFault(menu: Menu, change: Change, terms: SecretTerms | undefined): string | null {
  if (menu.keepsSecrets !== true || change.kind === 'move') return null;
  if (change.kind === 'create') {
    const fixed = menu.fixedWithout;
    if (fixed !== undefined && (change.fields[fixed] ?? '') === '')
      return `the router has no such radio, and none can be added; name one that is there, or give it ${fixed}`;
    return writtenFault(menu, change.fields, null, terms);
  }
  if (setsInPlace(menu)) return change.kind === 'set' ? setFault(menu, change, terms) : keptRow(menu);
  const because = becauseOf(terms);
  if (because !== null) return because;
  return change.kind === 'set' ? writtenFault(menu, change.fields, change.before, terms) : null;
}

function keptRow({ path }: Menu): string {
  return `rows of ${path} can hold secrets, so no undo could make it anew; declare it again, or remove it on the router by hand`;
}

/** Why no secret can be compared or written at all. */
function becauseOf(terms: SecretTerms | undefined): string | null {
  return terms === undefined ? 'no secret is read here, so none can be compared or written' : terms.because;
}

/** Of a row that no copy can be made of everything but its secrets is set, and set back. */
function setFault(
  menu: Menu,
  { fields, before }: Extract<Change, { readonly kind: 'set' }>,
  terms: SecretTerms | undefined,
): string | null {
  const fixed = menu.fixedWithout;
  if (fixed !== undefined && fixed in fields && (before[fixed] ?? '') === '')
    return `the router has it as a radio of its own, which has no ${fixed}; take that out, or name a row that is none`;
  const fault = writtenFault(menu, fields, before, terms);
  const secret = Object.keys(fields).find((name) => menu.fields[name]?.secret === true);
  if (fault !== null || secret === undefined) return fault;
  return `rows of ${menu.path} cannot be copied, so no undo could bring its ${secret} back; let it name a profile that holds the secret, or change it on the router by hand`;
}

/** `before`: what the row held of what is set; null: it is made. */
function writtenFault(menu: Menu, fields: Row, before: Row | null, terms: SecretTerms | undefined): string | null {
  for (const [name, value] of Object.entries(fields)) {
    if (menu.fields[name]?.secret !== true || (value === '' && before === null)) continue;
    const because = becauseOf(terms);
    if (because !== null) return because;
    const unbound = secretRefIn(value);
    if (unbound !== null) return terms?.unbound[unbound] ?? `no value is bound for the secret "${unbound}"`;
    if (value === '')
      return `its ${name} is not declared any more, and a network without it may be open to all; declare it, or clear it on the router by hand`;
    if (before !== null && (before[name] ?? '') === '')
      return `its ${name} is not set on the router, so there is none that an undo could bring back; set one there by hand first`;
    if (!fitsJson(fields))
      return 'it has text beyond ASCII beside a secret, and no script writes secrets; declare that text in ASCII';
  }
  return null;
}

/** What a script says of the row itself; its secrets are taken from a copy. */
function withoutSecrets(menu: Menu, row: Row): Row {
  if (menu.copiesSecrets !== true) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => menu.fields[name]?.secret !== true));
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
    const missing = missingFields(menu, fields, version);
    if (missing.length > 0) return notHere(missing, version);
    const named = nameInVain(menu, fields, version, catalogue);
    if (named !== undefined)
      return `RouterOS ${formatVersion(version)} has no ${named.target}, so its ${named.field} cannot name ${valueText(named.name)}; name something else, or upgrade the router`;
  }
  const told = Object.entries(fields).filter(([name]) => menu.fields[name]?.secret !== true);
  const fault = writeFault(menu, Object.fromEntries(told));
  if (fault?.kind !== 'value') return null;
  return `its ${fault.field} as declared is not ${fault.expects}; declare another value`;
}

/** A value that the router lacks now and would keep for good. */
function notTakenOff(menu: Menu, change: Change): string | null {
  if (change.kind !== 'set' || change.match === null) return null;
  const name = Object.keys(change.fields).find((each) => {
    const field = menu.fields[each];
    return field?.neverCleared === true && field.default === undefined && change.before[each] === undefined;
  });
  return name === undefined
    ? null
    : `it has no ${name} on the router, and no undo could take one off it again; set one there by hand first`;
}

function missingFields(menu: Menu, fields: Row, version: Version): readonly string[] {
  return Object.keys(fields).filter(
    (name) => menu.fields[name] !== undefined && !fieldAvailable(menu.fields[name], version),
  );
}

function notHere(missing: readonly string[], version: Version): string {
  return `RouterOS ${formatVersion(version)} does not have ${missing.join(', ')}; take it out for this device, or upgrade the router`;
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
