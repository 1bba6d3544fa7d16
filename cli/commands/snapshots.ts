import { CommandError } from '../command-error.ts';
import { BY_STORE, CONTROLLER, DEVICE, DEVICE_OPTION } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, deviceIn, optionNumber, optionText } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { askControllerOrStore } from '../control/controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';
import { snapshotDiffText, snapshotsText, snapshotText, takenText } from '../text/snapshot-text.ts';

/** `rosctl snapshots`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'snapshots',
  summary: 'show what was configured on a router at any time, and what changed since',
  arguments: [
    {
      name: 'ACTION',
      summary: 'list, show, diff or take',
      required: true,
      choices: ['list', 'show', 'diff', 'take'],
    },
    { ...DEVICE, required: false },
  ],
  options: [
    { name: 'at', value: 'WHEN', summary: 'for show: how long ago (2h, 7d), or a time in UTC; default: now' },
    { name: 'from', value: 'WHEN', summary: 'for diff: the earlier side, as for --at' },
    { name: 'to', value: 'WHEN', summary: 'for diff: the later side; default: now' },
    { name: 'menu', value: 'PATH', summary: 'for show and diff: only this menu; show prints its rows' },
    { name: 'limit', value: 'NUMBER', default: '20', summary: 'for list: how many' },
    ...CONTROLLER,
    DEVICE_OPTION,
  ],
  examples: [
    'rosctl snapshots list edge-vie-01',
    'rosctl snapshots show edge-vie-01 --at 7d --menu /ip/firewall/filter',
    'rosctl snapshots diff edge-vie-01 --from 2h',
    'rosctl snapshots diff edge-vie-01 --from 2026-11-24T08:00:00Z --to 1d -o json',
    'rosctl snapshots take edge-vie-01',
  ],
  notes: [
    'Routers with a read user are captured once a day, after each confirmed change, and by take; what stands at an instant is what the last capture before found. No snapshot holds a secret, a counter, or what a router does by itself.',
    'Exit code 2 when diff finds something, 0 when it finds nothing.',
    `${BY_STORE} Only take needs a controller.`,
  ],
};

/** `rosctl snapshots ACTION DEVICE`. */
export async function run(context: CommandContext): Promise<number> {
  const [action = ''] = context.positionals;
  const device = deviceIn(context, 1);
  if (device === undefined) throw new CommandError('usage', 'DEVICE is missing', `rosctl snapshots ${action} DEVICE`);
  switch (action) {
    case 'show':
      return await show(context, device);
    case 'diff':
      return await diff(context, device);
    case 'take':
      return await take(context, device);
    default:
      return await list(context, device);
  }
}

async function list(context: CommandContext, device: string): Promise<number> {
  const { output } = context;
  const limit = optionNumber(context, 'limit', 1, 10_000);
  const { answer } = await askControllerOrStore(context, 'snapshots', { device, limit });
  const { captures: items, ...others } = answer;
  await output.result('snapshots list', { ...others, items }, () => snapshotsText(answer, output.style));
  return EXIT.ok;
}

async function show(context: CommandContext, device: string): Promise<number> {
  const { output } = context;
  const asked = { device, at: optionText(context, 'at'), menu: optionText(context, 'menu') };
  const { answer } = await askControllerOrStore(context, 'snapshot', asked);
  await output.result('snapshots show', answer, () => snapshotText(answer, output.style));
  return EXIT.ok;
}

async function diff(context: CommandContext, device: string): Promise<number> {
  const { output } = context;
  const from = optionText(context, 'from');
  if (from === undefined)
    throw new CommandError('usage', '--from is missing', `rosctl snapshots diff ${device} --from 2h`);
  const asked = { device, from, to: optionText(context, 'to'), menu: optionText(context, 'menu') };
  const { answer } = await askControllerOrStore(context, 'snapshotDiff', asked);
  await output.result('snapshots diff', answer, () => snapshotDiffText(answer, output.style));
  return answer.menus.length === 0 ? EXIT.ok : EXIT.changes;
}

async function take(context: CommandContext, device: string): Promise<number> {
  const { output } = context;
  const capture = await controlClient(context).ask('takeSnapshot', { device });
  await output.result('snapshots take', capture, () => takenText(capture, output.style));
  return EXIT.ok;
}
