import type { CommandContext } from '../command.ts';
import { controlClient } from '../control-client.ts';
import { fleetText } from '../device-text.ts';
import { exitOf, unknownsIn } from '../unknowns-text.ts';

/** `rosctl devices`: the devices with their conditions. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const status = await controlClient(context).status();
  const unknowns = unknownsIn(status);
  await output.result(status.devices, () => fleetText(status, unknowns, output.style));
  return exitOf(false, unknowns);
}
