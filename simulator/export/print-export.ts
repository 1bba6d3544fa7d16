import { printedRow } from '../engine/print.ts';
import { tableOf } from '../engine/table.ts';
import { bool } from '../kinds/kind.ts';
import type { Caller, Properties } from '../model/console.ts';
import { system } from '../model/policies.ts';
import type { Menu, RouterState } from '../model/state.ts';
import { type Argument, commandLines } from './export-text.ts';

/** `compact` is what `/export` prints without a word. */
export type ExportForm = 'compact' | 'verbose' | 'terse';

/** Menus that no export holds: users and their secrets, files, what is only state. */
const LEFT_OUT: ReadonlySet<string> = new Set(['/user', '/user/active', '/file', '/system/script/job', '/interface']);

/** Secrets are in no export without `show-sensitive`. */
const READER: Caller = { ...system, policies: new Set(['read']) };

/** Rows that the router made. */
const OWN_FLAGS = ['dynamic', 'builtin', 'default'] as const;

/** Values that exports spell with a unit (exports in public: `cache-size=2048KiB`). */
const UNITS: Readonly<Record<string, Readonly<Record<string, string>>>> = { '/ip/dns': { 'cache-size': 'KiB' } };

/**
 * What `/export`, `/export verbose` or `/export terse` prints on this router, for the menus that are simulated. Written
 * after exports in public of RouterOS 7.12 to 7.24: menus in the order of their names, arguments by theirs; a default is
 * left out but with `verbose`, which names what is not set by `!name`.
 */
export function exportText(router: RouterState, form: ExportForm): string {
  const menus = [...router.profile.menus.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const blocks = menus.flatMap((menu) => {
    const commands = commandsOf(router, menu, form);
    if (commands.length === 0) return [];
    const path = wordsOf(menu.path);
    return form === 'terse' ? commands.map((command) => `${path} ${command}`) : [path, ...commands];
  });
  return [...headOf(router), ...ethernetOf(router, form), ...blocks, ''].join('\n');
}

function wordsOf(path: string): string {
  return `/${path.slice(1).replaceAll('/', ' ')}`;
}

function headOf({ clock, clockOffset, facts }: RouterState): readonly string[] {
  const time = new Date(clock.now() + clockOffset).toISOString().replace('T', ' ').slice(0, 19);
  const who = facts.chr
    ? ['# system id = ' + facts.serial]
    : ['# software id = SIMU-LATE', '#', '# model = RB5009UG+S+', `# serial number = ${facts.serial}`];
  return [`# ${time} by RouterOS ${facts.version}`, ...who, ...(facts.chr ? ['#'] : [])];
}

/** Ports of the hardware are rows of /interface; exports tell of them by `default-name`. */
function ethernetOf(router: RouterState, form: ExportForm): readonly string[] {
  const menu = router.profile.menus.get('/interface');
  if (menu === undefined) return [];
  const commands = tableOf(router, menu.path).rows.flatMap((row) => {
    const { name = '', disabled = 'false', comment = '', 'default-name': original } = row.values;
    if (original === undefined) return [];
    const args: Argument[] = [
      ...(comment === '' && form !== 'verbose' ? [] : [{ name: 'comment', value: comment }]),
      ...(disabled === 'true' || form === 'verbose' ? [{ name: 'disabled', value: yesNo(disabled) }] : []),
      ...(name !== original || form === 'verbose' ? [{ name: 'name', value: name }] : []),
    ];
    return args.length === 0 ? [] : [commandLines(`set [ find default-name=${original} ]`, args, widthOf(form))];
  });
  if (commands.length === 0) return [];
  return form === 'terse'
    ? commands.map((command) => `/interface ethernet ${command}`)
    : ['/interface ethernet', ...commands];
}

function commandsOf(router: RouterState, menu: Menu, form: ExportForm): readonly string[] {
  const { rows: kind = 'all', shape } = menu.spec;
  if (LEFT_OUT.has(menu.path) || kind === 'readOnly' || kind === 'removeOnly') return [];
  return tableOf(router, menu.path).rows.flatMap((row) => {
    const printed = printedRow(router, menu, row, READER);
    if (OWN_FLAGS.some((flag) => printed[flag] === 'true')) return [];
    const args = argumentsOf(menu, printed, form);
    if (args.length === 0) return [];
    const named = kind === 'fixed' ? ` ${printed['name'] ?? ''}` : '';
    if (named !== '' && args.every(({ name }) => name === 'name')) return [];
    return [commandLines(shape === 'settings' || kind === 'fixed' ? `set${named}` : 'add', args, widthOf(form))];
  });
}

function argumentsOf(menu: Menu, printed: Properties, form: ExportForm): readonly Argument[] {
  const args = [...menu.fields].flatMap(([name, field]): readonly Argument[] => {
    const value = printed[name];
    if (field.readOnly === true || field.show === 'never') return [];
    if (value === undefined) return form === 'verbose' ? [{ name, value: name === 'comment' ? '' : null }] : [];
    if (value === field.default && form !== 'verbose') return [];
    return [{ name, value: speltOut(menu, name, field.kind === bool ? yesNo(value) : value) }];
  });
  return args.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** A single address is exported without its length (exports in public). */
function speltOut({ path }: Menu, name: string, value: string): string {
  if (path === '/ip/address' && name === 'address') return value.replace(/\/32$/, '');
  return value === '' ? value : value + (UNITS[path]?.[name] ?? '');
}

function yesNo(value: string): string {
  return value === 'true' ? 'yes' : value === 'false' ? 'no' : value;
}

function widthOf(form: ExportForm): 'wrapped' | 'terse' {
  return form === 'terse' ? 'terse' : 'wrapped';
}
