import { ANY_DEVICE, CONTROLLER } from '../command-line/options.ts';
import type { CommandContext, CommandRow } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { deviceOf } from '../control/known-name.ts';
import { EXIT } from '../exit-codes.ts';
import { deviceOutput, statusOutput } from '../json/device-output.ts';
import { deviceText } from '../text/device-text.ts';
import { statusText } from '../text/fleet-text.ts';

/** `rosctl status`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'status',
  summary: 'why is something happening, or nothing',
  looksFirst: true,
  arguments: [ANY_DEVICE],
  options: [...CONTROLLER],
  examples: ['rosctl status', 'rosctl status edge-vie-01', 'rosctl status -o json'],
};

/** `rosctl status [DEVICE]`: why something is happening, or nothing. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [name] = context.positionals;
  const status = await controlClient(context).ask('status', {});
  if (name === undefined) {
    await output.result('status', statusOutput(status), () => statusText(status, output.style));
    return EXIT.ok;
  }
  const device = await deviceOf(status, name);
  await output.result('status DEVICE', deviceOutput(device), () => deviceText(device, status, output.style));
  return EXIT.ok;
}
