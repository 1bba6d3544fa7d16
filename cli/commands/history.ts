import { BY_STORE, CONTROLLER, DEVICE } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionNumber } from '../command.ts';
import { askControllerOrStore } from '../control/controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';
import { historyText, toldHistory } from '../text/history-text.ts';

/** `rosctl history`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'history',
  summary: 'list the attempts on a device, newest first',
  arguments: [DEVICE],
  options: [{ name: 'limit', value: 'NUMBER', default: '20', summary: 'how many' }, ...CONTROLLER],
  examples: ['rosctl history edge-vie-01', 'rosctl history edge-vie-01 --limit 1'],
  notes: [BY_STORE],
};

/** `rosctl history DEVICE`: the attempts with their steps, newest first. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const limit = optionNumber(context, 'limit', 1, 10_000);
  const device = context.positionals[0] ?? '';
  const { answer } = await askControllerOrStore(context, 'history', { device, limit });
  const history = toldHistory(answer);
  await output.result('history', history, () => historyText(device, history, output.style));
  return EXIT.ok;
}
