import type { PlansView } from '#controller';
import { type CommandContext, optionPath, optionText } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { type ControlClient, controlClient } from '../control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { groupsHeading, indented, paintedPlan } from '../fleet-text.ts';
import type { Style } from '../output.ts';
import { printable } from '../table.ts';

/** `rosctl plan`: what would change now, from the controller; with --from or --save without one. */
export async function run(context: CommandContext): Promise<number> {
  const device = optionText(context, 'device');
  const from = optionPath(context, 'from');
  const save = optionPath(context, 'save');
  if (from !== undefined && save !== undefined) {
    throw new CommandError(
      'usage',
      '--from and --save exclude each other',
      'save first, then plan from what was saved',
    );
  }
  if (from === undefined && save === undefined) return await planOnline(context, device);
  if (device === undefined)
    throw new CommandError('usage', '--device is missing', 'saved state is planned device by device: --device DEVICE');
  const { planOffline, saveLiveState } = await import('../offline-plan.ts');
  return save === undefined
    ? await planOffline(context, device, from ?? '.')
    : await saveLiveState(context, device, save);
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
  const view = await client.plans();
  if (device === undefined) {
    const shown = commands ? await commandsOf(client, view) : new Map<string, string>();
    await output.result(view, () => groupsText(view, shown, output.style));
    return view.plans.length === 0 ? EXIT.ok : EXIT.changes;
  }
  if (view.plans.every((plan) => plan.device !== device)) {
    await mustKnow(client, device);
    await output.result(null, () => `no plan for ${device}: nothing to change`);
    return EXIT.ok;
  }
  const plan = await client.plan(device);
  await output.result(plan, () => {
    const waits = plan.waitingFor.map((reason) => `waits for: ${printable(reason)}`);
    return [paintedPlan(plan.text, output.style), ...(commands ? [indented(plan.commands)] : []), ...waits].join(
      '\n\n',
    );
  });
  return EXIT.changes;
}

/** Commands of one device of each group: the others get the same. */
async function commandsOf(client: ControlClient, { groups }: PlansView): Promise<ReadonlyMap<string, string>> {
  const shown = new Map<string, string>();
  for (const { devices, offline } of groups) {
    const device = devices.find((name) => !offline.includes(name));
    if (device !== undefined) shown.set(devices.join(), (await client.plan(device)).commands);
  }
  return shown;
}

function groupsText(view: PlansView, commands: ReadonlyMap<string, string>, style: Style): string {
  const parts = view.groups.map(({ devices, offline, text }) => {
    const gone = offline.length === 0 ? '' : ` (offline: ${offline.join(', ')})`;
    const typed = commands.get(devices.join());
    const lines = [style.strong(`${devices.join(', ')}${gone}`), indented(paintedPlan(text, style))];
    return [...lines, ...(typed === undefined ? [] : ['', indented(typed)])].join('\n');
  });
  return [style.strong(groupsHeading(view)), ...parts].join('\n\n');
}

async function mustKnow(client: ControlClient, device: string): Promise<void> {
  const { devices } = await client.status();
  if (devices.some((known) => known.name === device)) return;
  throw new CommandError(
    'usage',
    `the controller has no device ${JSON.stringify(device)}`,
    'see the names: rosctl devices',
  );
}
