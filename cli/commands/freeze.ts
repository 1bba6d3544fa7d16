import { CommandError } from '../command-error.ts';
import { BY_STORE, CONTROLLER } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionText } from '../command.ts';
import { askControllerOrStore } from '../control/controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';

/** `rosctl freeze`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'freeze',
  summary: 'stop all writes to routers, or allow them again with --off',
  options: [
    { name: 'reason', value: 'TEXT', default: 'no reason given', summary: 'why, for the audit trail' },
    { name: 'off', summary: 'end the freeze' },
    ...CONTROLLER,
  ],
  examples: ['rosctl freeze --reason "incident 42"', 'rosctl freeze --off'],
  notes: [`${BY_STORE} A freeze then holds from the controller's start on.`],
};

/**
 * `rosctl freeze [--off]`: stops all writes to routers, or allows them again; also for a controller that is started
 * later.
 */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  if (context.options['off'] === true) {
    const { by } = await askControllerOrStore(context, 'unfreeze', {});
    const when = by === 'controller' ? 'are applied again' : 'are applied again once a controller runs';
    await output.result('freeze', { frozen: false, freeze: null }, () =>
      output.style.good(`the freeze is over: approved plans ${when}`),
    );
    return EXIT.ok;
  }
  const reason = optionText(context, 'reason') ?? '';
  if (reason === '') throw new CommandError('usage', '--reason is empty', 'say why, for the audit trail');
  const { answer: freeze, by } = await askControllerOrStore(context, 'freeze', { reason });
  const effect =
    by === 'controller'
      ? 'no new change starts on any router; what is under way is finished or undone'
      : 'no controller runs now, and one that is started with this store writes to no router';
  await output.result('freeze', { frozen: true, freeze }, () =>
    output.style.warn(`frozen: ${effect}\n  next: rosctl freeze --off`),
  );
  return EXIT.ok;
}
