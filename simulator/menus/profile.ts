import type { CommandSpec, FieldSpec, Menu, MenuSpec, Profile } from '../model/state.ts';
import { existsOn } from '../model/version.ts';
import { commandSpecs, menuSpecs } from './index.ts';

const built = new Map<string, Profile>();

/** The profile of a version, for a RouterBOARD or a CHR, with these packages besides the base. */
export function profileOf(version: string, hardware: 'board' | 'chr', packages: readonly string[]): Profile {
  const name = [version, hardware, ...packages].join(' ');
  const known = built.get(name) ?? buildProfile(version, hardware, packages);
  built.set(name, known);
  return known;
}

function buildProfile(version: string, hardware: 'board' | 'chr', packages: readonly string[]): Profile {
  const menus = new Map<string, Menu>();
  const directories = new Set<string>(['']);
  const referrers = new Map<string, [string, string][]>();
  for (const spec of menuSpecs) {
    const isBrought = spec.package === undefined || packages.includes(spec.package);
    if (!isBrought || !existsOn(version, spec) || (spec.on !== undefined && spec.on !== hardware)) {
      continue;
    }
    const menu = menuOf(spec, version);
    menus.set(spec.path, menu);
    addDirectories(directories, spec.path);
    for (const [name, field] of menu.fields) {
      for (const target of [field.kind.reference, field.kind.orReference]) {
        if (target === undefined) {
          continue;
        }
        referrers.set(target, [...(referrers.get(target) ?? []), [spec.path, name]]);
      }
    }
  }
  const commands = new Map<string, CommandSpec>();
  for (const command of commandSpecs) {
    if (existsOn(version, command)) {
      commands.set(command.path, command);
      addDirectories(directories, command.path.slice(0, command.path.lastIndexOf('/')));
    }
  }
  return { version, menus, commands, directories, referrers };
}

function addDirectories(directories: Set<string>, path: string): void {
  const words = path.split('/');
  for (let count = 1; count <= words.length; count += 1) {
    directories.add(words.slice(0, count).join('/'));
  }
}

function menuOf(spec: MenuSpec, version: string): Menu {
  const fields = new Map(Object.entries(spec.fields).filter(([, field]) => existsOn(version, field)));
  const printed = [...fields.keys()].filter((name) => fields.get(name)?.show !== 'never').toSorted(byPrintOrder);
  return { spec, path: spec.path, fields, printed, verbs: verbsOf(spec, fields, version), named: fields.has('name') };
}

/** Code-unit order puts `.` before letters, which is the order REST prints. */
function byPrintOrder(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

const printList =
  'append as-value count-only detail file follow follow-only interval proplist show-ids terse value-list where without-paging';
const printSettings = 'as-value file interval without-paging';

function verbsOf(spec: MenuSpec, fields: ReadonlyMap<string, FieldSpec>, version: string): Menu['verbs'] {
  const writable = [...fields].filter(([, field]) => field.readOnly !== true).map(([name]) => name);
  const verbs = new Map<string, ReadonlySet<string>>();
  function verb(name: string, args: readonly string[]): void {
    verbs.set(name, new Set(args));
  }
  if (spec.shape === 'settings') {
    verb('print', printSettings.split(' '));
    verb('get', ['as-string', 'as-string-value', 'value-name']);
    if (writable.length > 0 && spec.rows !== 'readOnly') {
      verb('set', writable);
    }
    return verbs;
  }
  verb(
    'print',
    printList.split(' ').filter((name) => name !== 'value-list' || spec.noValueList !== true),
  );
  verb('get', ['as-string', 'as-string-value', 'number', 'value-name']);
  verb('find', ['where']);
  if (spec.rows === undefined || spec.rows === 'removeOnly') {
    verb('remove', ['numbers']);
  }
  if (spec.rows === undefined) {
    const copies = existsOn(version, { until: spec.copyFromUntil }) ? ['copy-from'] : [];
    verb('add', [...writable, ...copies, ...(spec.shape === 'orderedList' ? ['place-before'] : [])]);
    if (spec.shape === 'orderedList') {
      verb('move', ['destination', 'numbers']);
    }
  }
  if (spec.rows === undefined || spec.rows === 'fixed') {
    const settable = writable.filter((name) => existsOn(version, { since: fields.get(name)?.setSince }));
    verb('set', [...settable, 'numbers']);
    verb('reset', [...settable, 'numbers']);
    if (writable.includes('comment')) {
      verb('comment', ['comment', 'numbers']);
    }
    if (writable.includes('disabled')) {
      verb('enable', ['numbers']);
      verb('disable', ['numbers']);
    }
    if (spec.unsetSince !== undefined && existsOn(version, { since: spec.unsetSince })) {
      verb('unset', ['numbers', 'value-name']);
    }
  }
  if (spec.resetCounters === true) {
    verb('reset-counters', ['numbers']);
  }
  return verbs;
}
