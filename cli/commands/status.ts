import type { CommandContext } from '../command.ts';
import { controlClient } from '../control-client.ts';
import { deviceText } from '../device-text.ts';
import { EXIT } from '../exit-codes.ts';
import { statusText } from '../fleet-text.ts';
import { deviceOf } from '../known-name.ts';

/** `rosctl status [DEVICE]`: why something is happening, or nothing. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [name] = context.positionals;
  const status = await controlClient(context).status();
  if (name === undefined) {
    await output.result(status, () => statusText(status, output.style));
    return EXIT.ok;
  }
  const device = await deviceOf(status, name);
  await output.result(device, () => deviceText(device, status, output.style));
  return EXIT.ok;
}
