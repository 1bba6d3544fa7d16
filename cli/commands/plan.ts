import type { PlansView } from '#controller';
import { CommandError } from '../command-error.ts';
import { ANY_DEVICE, CONTROLLER, CREDENTIALS, DEVICE_OPTION, FLEET, NOT_KNOWN } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, deviceIn, optionPath, optionText } from '../command.ts';
import { type ControlClient, controlClient } from '../control/control-client.ts';
import { deviceOf } from '../control/known-name.ts';
import { EXIT } from '../exit-codes.ts';
import { pathText } from '../text/path-text.ts';
import { onePlanText, plansText } from '../text/plan-text.ts';
import { printable, sentence } from '../text/table.ts';
import type { ToldPlan } from '../json/fleet-outputs.ts';
import { commandsOf, plansOutput, toldGroups, toldPlan } from '../text/told-plans.ts';
import { exitOf } from '../text/unknowns-text.ts';
import { momentAndAge } from '../text/when.ts';

/** `rosctl plan`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'plan',
  summary: 'show what would change, from the controller or offline from saved state',
  looksFirst: true,
  arguments: [{ ...ANY_DEVICE, summary: 'only this device' }],
  options: [
    { name: 'commands', summary: 'show the RouterOS commands as well' },
    { name: 'explain-path', summary: 'show by which way the controller reaches the router of DEVICE instead' },
    { name: 'from', value: 'FOLDER', summary: 'offline: live state saved in FOLDER as DEVICE.json' },
    { name: 'base', value: 'FOLDER', summary: 'offline: the fleet as last confirmed, the third side of the plan' },
    { name: 'routeros', value: 'VERSION', summary: 'offline: RouterOS of the device, such as 7.16.2' },
    { name: 'save', value: 'FOLDER', summary: 'only read the live state from the router and save it there' },
    FLEET,
    ...CONTROLLER,
    CREDENTIALS,
    DEVICE_OPTION,
  ],
  examples: [
    'rosctl plan',
    'rosctl plan r1 --commands',
    'rosctl plan r1 --explain-path',
    'rosctl plan r1 --fleet devices.example --save ./saved',
    'rosctl plan r1 --fleet devices.example --from ./saved --base ./last-confirmed',
  ],
  notes: [
    `Exit code 2 when there are changes or a control plan waits, 0 when there are none; from saved state also 2 when rows are held back. ${NOT_KNOWN}`,
    'Without a controller: --save reads the live state from the router and writes FOLDER/DEVICE.json, --from plans from it. The file maps menu paths to what GET /rest/<menu> answers: an object for a settings menu, an array of rows for a list.',
    "--base takes another state of the fleet's folder, such as the checkout that was last applied. What it declares and --fleet does not is removed; without it nothing is.",
  ],
};

/** `rosctl plan`: what would change now, from the controller; with --from or --save without one. */
export async function run(context: CommandContext): Promise<number> {
  const device = deviceIn(context, 0);
  const from = optionPath(context, 'from');
  const save = optionPath(context, 'save');
  if (from !== undefined && save !== undefined) {
    throw new CommandError(
      'usage',
      '--from and --save exclude each other',
      'save first, then plan from what was saved',
    );
  }
  if (context.options['explain-path'] === true) return await explainPath(context, device, from ?? save);
  if (from === undefined && save === undefined) return await planOnline(context, device);
  if (device === undefined)
    throw new CommandError(
      'usage',
      'DEVICE is missing',
      'saved state is planned device by device: rosctl plan DEVICE --from FOLDER',
    );
  const { planOffline, saveLiveState } = await import('../fleet/offline-plan.ts');
  return save === undefined
    ? await planOffline(context, device, from ?? '.')
    : await saveLiveState(context, device, save);
}

/** What the router tells now; saved state does not hold it. */
async function explainPath(context: CommandContext, device: string | undefined, offline?: string): Promise<number> {
  if (offline !== undefined)
    throw new CommandError(
      'usage',
      '--explain-path needs the router, which tells by which way the controller reaches it',
      'leave out --from and --save, and ask a running controller',
    );
  if (device === undefined)
    throw new CommandError('usage', 'DEVICE is missing', 'name one: rosctl plan DEVICE --explain-path');
  const path = await controlClient(context).ask('explainPath', { device });
  await context.output.result('plan --explain-path', { device, ...path }, () =>
    pathText({ device, ...path }, context.output.style),
  );
  return EXIT.ok;
}

async function planOnline(context: CommandContext, device: string | undefined): Promise<number> {
  const { output } = context;
  if (optionText(context, 'base') !== undefined) {
    throw new CommandError(
      'usage',
      '--base is for plans from saved state',
      'add --from FOLDER; the controller knows the base by itself',
    );
  }
  const client = controlClient(context);
  const commands = context.options['commands'] === true;
  if (device === undefined) {
    const groups = await client.ask('planGroups', {});
    const shown = commands ? await commandsOf(client, groups) : new Map<string, string>();
    const told = toldGroups(groups);
    await output.result('plan', plansOutput(told), () => plansText(told, shown, output.style));
    return exitOf(told.plans.length > 0 || told.control !== null, told);
  }
  const view = await client.ask('plans', {});
  if (view.plans.every((plan) => plan.device !== device)) return await withoutPlan(context, client, device);
  const plan = toldPlan(await client.ask('plan', { plan: device }));
  await output.result('plan --device', plan, () => {
    const waits = plan.waitingFor.map((reason) => `waits for: ${sentence(reason.message)}`);
    const read = readText(plan, view);
    const parts = [onePlanText(plan, output.style, commands ? 'with' : 'without'), ...waits];
    return [...parts, ...(read === null ? [] : [read])].join('\n\n');
  });
  return EXIT.changes;
}

/** Nothing to change, or nothing known: never the one for the other. */
async function withoutPlan({ output }: CommandContext, client: ControlClient, device: string): Promise<number> {
  const status = await client.ask('status', {});
  const { readAt, reason, message, timeZone } = await deviceOf(status, device);
  if (readAt === null) {
    const what = `whether ${printable(device)} has something to change is not known, because it was not read: ${printable(reason)}`;
    throw new CommandError('notKnown', `${what}\n  ${sentence(message)}`, `see: rosctl status ${device}`);
  }
  const read = `read ${momentAndAge(readAt, status.now, timeZone)}`;
  await output.result(
    'plan --device',
    { device, id: null, readAt },
    () => `no plan for ${printable(device)}: nothing to change (${read})`,
  );
  return EXIT.ok;
}

/** How old the plan's read is, where it is not of now. */
function readText({ device, offline, readAt, now, timeZone }: ToldPlan, { unread }: PlansView): string | null {
  const when = momentAndAge(readAt, now, timeZone);
  if (unread.some((each) => each.device === device)) return `not read since; planned ${when}`;
  return offline ? `offline, planned from its last read: ${when}` : null;
}
