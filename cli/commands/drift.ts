import { ANY_DEVICE, NOT_KNOWN, STATE } from '../command-line/options.ts';
import type { CommandContext, CommandRow } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { driftText } from '../text/drift-text.ts';
import { exitOf } from '../text/unknowns-text.ts';

/** `rosctl drift`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'drift',
  summary: 'list what differs from the last confirmed state, and who did it',
  looksFirst: true,
  arguments: [ANY_DEVICE],
  options: [STATE],
  examples: ['rosctl drift', 'rosctl drift edge-vie-01'],
  notes: [
    `Exit code 2 when there is drift, 0 when there is none; a device that was never confirmed has nothing to drift from, and is named. ${NOT_KNOWN}`,
  ],
};

/** `rosctl drift [DEVICE]`: what differs from the last confirmed state, and who did it. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const view = await controlClient(context).ask('drift', { device: context.positionals[0] });
  const { drift: items, ...others } = view;
  await output.result('drift', { items, ...others }, () => driftText(view, context.positionals[0], output));
  return exitOf(view.drift.length > 0, view);
}
