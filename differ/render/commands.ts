import { CATALOGUE, consoleCommand, InvalidValue, type Menu, type MenuPath, type Row } from '#routeros';
import { type Catalogue, isDisabled, menuIn } from '../canonical.ts';
import type { Change } from '../change.ts';
import { maskPlan } from '../mask.ts';
import type { HeldBackRow, Plan, PlanBody, TouchedRows } from '../plan.ts';
import { describeRow } from '../row-text.ts';
import { shownChanges, shownHeldBack } from '../shown.ts';
import { enabledFirst, keyOf } from '../tuple.ts';
import { heldBackLine } from './change-line.ts';

/** What commands are made of: the changes, and the rows of the tuples that they touch. */
interface Commanded {
  readonly changes: readonly Change[];
  readonly touched: readonly TouchedRows[];
  readonly heldBack?: readonly HeldBackRow[];
}

/**
 * The changes as commands for the router's terminal, one a line. Each does what its change does and no more; where no
 * command says that, its line is a comment with the reason, and so is that of each row that is held back.
 */
export function renderPlanCommands(plan: Plan, catalogue: Catalogue = CATALOGUE): string {
  return commandLines(maskPlan(plan, catalogue), catalogue);
}

/** The changes of a body as commands. */
export function renderBodyCommands(
  body: Pick<PlanBody, 'operations' | 'touched' | 'heldBack'>,
  catalogue: Catalogue = CATALOGUE,
): string {
  return commandLines(
    { changes: shownChanges(body, catalogue), touched: body.touched, ...shownHeldBack(body, catalogue) },
    catalogue,
  );
}

/**
 * The commands of devices on which the same is to be done: once, and where what stands beside the rows makes a
 * difference, for each kind of device.
 */
export function renderSharedCommands(
  plans: readonly { readonly device: string; readonly body: Pick<PlanBody, 'operations' | 'touched' | 'heldBack'> }[],
): string {
  const told = [...Map.groupBy(plans, ({ body }) => renderBodyCommands(body))];
  if (told.length < 2) return told[0]?.[0] ?? '';
  return told.map(([commands, of]) => `# ${of.map(({ device }) => device).join(', ')}\n${commands}`).join('');
}

/** The rows of a tuple while the commands run. */
interface Twins {
  /** Of each whether it is disabled, in the order that `nth` counts; null once it is removed. */
  readonly disabled: (boolean | null)[];
  /** A change of the tuple has no command: what the rows are from then on is not known. */
  isLost: boolean;
}

type TwinsOf = (match: Row) => Twins;

function commandLines({ changes, touched, heldBack = [] }: Commanded, catalogue: Catalogue): string {
  const tuples = new Map<string, Twins>();
  const twinsOf = (path: MenuPath, match: Row): Twins => {
    const key = `${path} ${keyOf(menuIn(catalogue, path), match)}`;
    const twins = tuples.get(key) ?? { disabled: [], isLost: false };
    tuples.set(key, twins);
    return twins;
  };
  for (const { menu, match, rows } of touched) {
    if (match === null) continue;
    const disabled = rows.map((row) => isDisabled(menuIn(catalogue, menu), row));
    twinsOf(menu, match).disabled.push(...enabledFirst(disabled, (is) => is));
  }
  const commands = changes.map((change) => {
    const menu = menuIn(catalogue, change.menu);
    return commandLine(menu, change, (match) => twinsOf(menu.path, match));
  });
  const remarks = heldBack.map((row) => `# held back, so no command: ${heldBackLine(row).slice(2)}`);
  return [...commands, ...remarks].map((line) => `${line}\n`).join('');
}

function commandLine(menu: Menu, change: Change, twinsOf: TwinsOf): string {
  const command = commandOf(menu, change, twinsOf);
  if ('command' in command) {
    follow(menu, change, twinsOf);
    return command.command;
  }
  if (change.match !== null) twinsOf(change.match).isLost = true;
  return `# no command for ${describeRow(menu, change.match)} (${change.kind}): ${command.why}`;
}

function commandOf(
  menu: Menu,
  change: Change,
  twinsOf: TwinsOf,
): { readonly command: string } | { readonly why: string } {
  const state = change.kind === 'create' || change.match === null ? null : stateOf(twinsOf(change.match), change.nth);
  if (state === undefined) return { why: 'rows of the router may differ from it in nothing that a command can name' };
  try {
    return { command: consoleCommand(menu, change, state) };
  } catch (error) {
    if (error instanceof InvalidValue) return { why: `a command needs ${error.expects}` };
    throw error;
  }
}

/** What tells the row from others of its tuple: nothing has to (null), or its state; undefined: nothing does. */
function stateOf({ disabled, isLost }: Twins, nth: number): 'enabled' | 'disabled' | null | undefined {
  const state = disabled[nth] ?? null;
  const held = disabled.filter((each) => each !== null);
  if (state === null || isLost) return undefined;
  if (held.length === 1) return null;
  if (held.filter((each) => each === state).length > 1) return undefined;
  return state ? 'disabled' : 'enabled';
}

function follow(menu: Menu, change: Change, twinsOf: TwinsOf): void {
  if (change.match === null) return;
  const { disabled } = twinsOf(change.match);
  if (change.kind === 'create') disabled.push(isDisabled(menu, { ...menu.addWith, ...change.fields }));
  if (change.kind === 'remove') disabled[change.nth] = null;
  if (change.kind === 'set' && change.fields['disabled'] !== undefined)
    disabled[change.nth] = change.fields['disabled'] === 'true';
}
