import { type CommandContext, optionText } from '../command.ts';
import { controlClient } from '../control-client.ts';
import { EXIT } from '../exit-codes.ts';

/** `rosctl freeze [--off]`: stops all writes to routers, or allows them again. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const client = controlClient(context);
  if (context.options['off'] === true) {
    await client.unfreeze();
    await output.result({ frozen: false }, () =>
      output.style.good('the freeze is over: approved plans are applied again'),
    );
    return EXIT.ok;
  }
  const freeze = await client.freeze(optionText(context, 'reason') ?? '');
  await output.result({ frozen: true, freeze }, () =>
    output.style.warn(
      'frozen: no new change starts on any router; what is under way is finished or undone. End it: rosctl freeze --off',
    ),
  );
  return EXIT.ok;
}
