import { CONTROLLER, NOT_KNOWN } from '../command-line/options.ts';
import type { CommandContext, CommandRow } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { fleetText } from '../text/device-text.ts';
import { deviceOutput } from '../json/device-output.ts';
import { exitOf, unknownsIn } from '../text/unknowns-text.ts';

/** `rosctl devices`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'devices',
  summary: 'list the devices with their conditions',
  looksFirst: true,
  options: [...CONTROLLER],
  examples: ['rosctl devices', 'rosctl devices -o json'],
  notes: [NOT_KNOWN],
};

/** `rosctl devices`: the devices with their conditions. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const status = await controlClient(context).ask('status', {});
  const unknowns = unknownsIn(status);
  const { offline: _, ...known } = unknowns;
  await output.result('devices', { items: status.devices.map(deviceOutput), ...known }, () =>
    fleetText(status, unknowns, output.style),
  );
  return exitOf(false, unknowns);
}
