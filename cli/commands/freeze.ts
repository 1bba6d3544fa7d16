import { endFreeze, freezeWrites } from '#controller';
import { type CommandContext, optionText } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { operatorName } from '../control-client.ts';
import { byControllerOrStore } from '../controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';

/** `rosctl freeze [--off]`: stops all writes to routers, or allows them again; also for a controller that is started later. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const act = () => ({ actor: `operator:${operatorName()}`, at: Date.now() });
  if (context.options['off'] === true) {
    const running = await byControllerOrStore(context, {
      controller: async (client) => {
        await client.unfreeze();
        return true;
      },
      store: async (store) => {
        await endFreeze(store, act());
        return false;
      },
    });
    const when = running ? 'are applied again' : 'are applied again once a controller runs';
    await output.result({ frozen: false }, () => output.style.good(`the freeze is over: approved plans ${when}`));
    return EXIT.ok;
  }
  const reason = optionText(context, 'reason') ?? '';
  if (reason === '') throw new CommandError('usage', '--reason is empty', 'say why, for the audit trail');
  const { freeze, effect } = await byControllerOrStore(context, {
    controller: async (client) => ({
      freeze: await client.freeze(reason),
      effect: 'no new change starts on any router; what is under way is finished or undone',
    }),
    store: async (store) => ({
      freeze: await freezeWrites(store, reason, act()),
      effect: 'no controller runs now, and one that is started with this store writes to no router',
    }),
  });
  await output.result({ frozen: true, freeze }, () =>
    output.style.warn(`frozen: ${effect}. End it: rosctl freeze --off`),
  );
  return EXIT.ok;
}
