import {
  type DeviceSession,
  planCostOf,
  readLive,
  type Target,
  targetOf,
  type UndoSize,
  undoSizeOf,
} from '#controller';
import {
  checkPlan,
  type DesiredState,
  type LiveState,
  makePlan,
  maskPlan,
  namersOf,
  type Plan,
  timedIn,
  type TimedRows,
  type Violation,
} from '#differ';
import { renderPlanCommands, renderPlanText } from '#differ/render';
import { Failure } from '#failure';
import { menuAvailable, menuOf, type MenuPath, type Row } from '#routeros';
import { routerosVersion } from '../command-line/routeros-version.ts';
import { type CommandContext, optionPath, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { indented, paintedPlan } from '../text/lines.ts';
import { undoText } from '../text/undo-text.ts';
import { knownDevice, readFleet } from './read-fleet.ts';
import { openRouterAccess } from './router-access.ts';
import { readSavedState, saveState } from './saved-state.ts';

/**
 * `rosctl plan DEVICE --from FOLDER`: makes the plan from files alone; it has no id and nobody can approve it.
 */
export async function planOffline(context: CommandContext, device: string, from: string): Promise<number> {
  const { output } = context;
  const target = await targetIn(context, device, optionText(context, 'fleet') ?? '.');
  const baseFolder = optionText(context, 'base');
  const base = baseFolder === undefined ? null : await desiredIn(context, device, baseFolder);
  const version = routerosVersion(context);
  const menus = Object.keys(target.desired.menus) as MenuPath[];
  const lacking = menus.filter((menu) => version !== undefined && !menuAvailable(menuOf(menu), version));
  const saved = await readSavedState(
    from,
    device,
    menus.filter((menu) => !lacking.includes(menu)),
  );
  const live = { menus: { ...saved.menus, ...Object.fromEntries(lacking.map((menu) => [menu, []])) } };
  const secrets = { because: NO_SECRETS, unbound: {} };
  const input = { desired: target.desired, base, live, secrets, ...(version === undefined ? {} : { version }) };
  const plan = makePlan(input);
  const { rollout, protectedRows, allowedMenus } = target;
  const violations = checkPlan(plan, input, { ...rollout, protectedRows, allowedMenus });
  const undo = undoSizeOf(plan, null);
  const cost = planCostOf(plan);
  const typed = renderPlanCommands(plan);
  const commands = context.options['commands'] === true ? typed : null;
  const shown = { plan: maskPlan(plan), text: renderPlanText(plan), commands: typed };
  await output.result('plan --from', { device, id: null, base: base !== null, ...shown, undo, cost, violations }, () =>
    offlineText(plan, undo, violations, commands, context),
  );
  if (base === null) {
    output.note(
      'note: without --base nothing is removed: what an earlier revision declared and this one does not is left alone',
    );
  }
  const namers = Object.keys(namersOf(plan.changes, input));
  if (namers.length > 0) {
    output.note(
      `note: whether a row of ${namers.slice(0, 3).join(', ')}${namers.length > 3 ? ` or ${namers.length - 3} other menus` : ''} names what goes is not known here; the controller asks the router, and leaves what is named`,
    );
  }
  return plan.changes.length === 0 && plan.heldBack === undefined ? EXIT.ok : EXIT.changes;
}

/** Saved state never holds any. */
const NO_SECRETS =
  'saved state holds no secrets, so none is compared; the controller plans this row: rosctl plan DEVICE';

/** `rosctl plan DEVICE --save FOLDER`: reads what the plan needs from the router, and nothing else. */
export async function saveLiveState(context: CommandContext, device: string, folder: string): Promise<number> {
  const { output, signal } = context;
  const target = await targetIn(context, device, optionText(context, 'fleet') ?? '.');
  const access = await openRouterAccess(context);
  try {
    const { session } = await access.connect(target);
    try {
      const live = await readWhatIsThere(session, target.allowedMenus, timedIn([target.desired]), signal);
      const file = await saveState(folder, device, live);
      const menus = Object.fromEntries(Object.entries(live.menus).map(([menu, rows]) => [menu, rows.length]));
      await output.result('plan --save', { device, file, rows: menus }, () =>
        output.style.good(`saved ${Object.keys(menus).join(', ')} of ${device} in ${file}`),
      );
    } finally {
      await session.close();
    }
  } finally {
    await access.close();
  }
  return EXIT.ok;
}

async function targetIn(context: CommandContext, device: string, folder: string): Promise<Target> {
  const { inventory, revision } = await readFleet(context, folder);
  const target = targetOf(
    inventory,
    await knownDevice(inventory, device),
    `folder:${optionPath(context, 'fleet') ?? folder}`,
    revision,
  );
  if (target === null) throw new Error(`no target for ${device}`);
  return target;
}

/** Menus of other versions and packages are left out, so that a plan that needs one says that it was not read. */
async function readWhatIsThere(
  session: DeviceSession,
  menus: readonly MenuPath[],
  timed: TimedRows,
  signal: AbortSignal,
): Promise<LiveState> {
  const live: Record<MenuPath, readonly Row[]> = {};
  for (const menu of menus) {
    try {
      Object.assign(live, (await readLive(session, [menu], timed, signal)).menus);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'NoSuchMenu') throw error;
    }
  }
  return { menus: live };
}

/** What another state of the fleet wants of the device; nothing when it did not have it. */
async function desiredIn(context: CommandContext, device: string, folder: string): Promise<DesiredState> {
  const { inventory, revision } = await readFleet(context, folder);
  return targetOf(inventory, device, `folder:${folder}`, revision)?.desired ?? { menus: {} };
}

function offlineText(
  plan: Plan,
  undo: UndoSize,
  violations: readonly Violation[],
  commands: string | null,
  { output: { style } }: CommandContext,
): string {
  const parts = [paintedPlan(renderPlanText(plan), style)];
  if (undo.parts > 0) parts.push(`The undo: ${undoText(undo)}.`);
  if (violations.length > 0) {
    const lines = violations.map(({ code, message }) => `${code}: ${message}`).join('\n');
    parts.push(`${style.bad('The controller would refuse it:')}\n${indented(lines)}`);
  }
  if (commands !== null) parts.push(`RouterOS commands:\n${indented(commands)}`);
  return parts.join('\n\n');
}
