import { CommandError } from '../command-error.ts';
import { ANY_DEVICE, CONTROLLER, DEVICE_OPTION } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, deviceIn, optionText } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { fleetHealthText, healthText } from '../text/health-text.ts';

/** `rosctl health`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'health',
  summary: 'show load, memory, temperature and voltage of every router now, or of one through time',
  arguments: [ANY_DEVICE],
  options: [
    {
      name: 'since',
      value: 'WHEN',
      summary: 'with DEVICE: how far back (2h, 7d, 1y), or a time in UTC (2026-11-30T22:00:00Z); default: 24h',
    },
    ...CONTROLLER,
    DEVICE_OPTION,
  ],
  examples: ['rosctl health', 'rosctl health edge-vie-01', 'rosctl health edge-vie-01 --since 90d -o json'],
  notes: [
    'Samples are kept for 48 hours, what hours come to for 90 days, what days come to for two years, unless the controller was told otherwise. The finest that reaches back so far is shown.',
    'Visits take load and memory; between them, and for temperature and voltage, the controller needs a read user.',
  ],
};

/** `rosctl health [DEVICE]`: how every router is, or one was. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const device = deviceIn(context, 0);
  const since = optionText(context, 'since');
  if (device === undefined && since !== undefined)
    throw new CommandError(
      'usage',
      '--since is for one device: without DEVICE health is that of now',
      `rosctl health DEVICE --since ${since}`,
    );
  const client = controlClient(context);
  if (device === undefined) {
    const { devices: items, now } = await client.ask('fleetHealth', {});
    await output.result('health', { now, items }, () => fleetHealthText(items, now, output.style));
    return EXIT.ok;
  }
  const view = await client.ask('health', { device, since });
  await output.result('health DEVICE', view, () => healthText(view, output.style));
  return EXIT.ok;
}
