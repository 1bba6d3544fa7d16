import { ELSEWHERE } from '../command-line/options.ts';
import type { CommandContext, CommandRow } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { controllerIn } from '../login/controller-option.ts';
import { controllerKey, keepLogin, loginAt, loginsPath, withLogins } from '../login/token-store.ts';

/** `rosctl logout`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'logout',
  summary: 'forget the tokens of a controller elsewhere',
  options: [...ELSEWHERE],
  examples: ['rosctl logout --controller https://gitops.example.net'],
  notes: ['The identity provider is not told: its own session ends as it says.'],
};

/** `rosctl logout`: removes what `rosctl login` kept. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const url = controllerIn(context);
  const file = loginsPath(context);
  const loggedOut = await withLogins(file, async () => {
    const known = (await loginAt(file, url)) !== null;
    if (known) await keepLogin(file, url, null);
    return known;
  });
  const controller = controllerKey(url);
  await output.result('logout', { controller, loggedOut }, () =>
    loggedOut ? output.style.good(`logged out at ${controller}`) : `nobody was logged in at ${controller}`,
  );
  return EXIT.ok;
}
