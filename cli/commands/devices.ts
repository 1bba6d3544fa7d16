import type { CommandContext } from '../command.ts';
import { controlClient } from '../control-client.ts';
import { devicesText } from '../device-text.ts';
import { EXIT } from '../exit-codes.ts';

/** `rosctl devices`: the devices with their conditions. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const status = await controlClient(context).status();
  await output.result(status.devices, () => devicesText(status, output.style));
  return EXIT.ok;
}
