import { CommandError } from '../command-error.ts';
import { STATE } from '../command-line/options.ts';
import type { CommandContext, CommandRow } from '../command.ts';
import { askControllerOrStore } from '../control/controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';
import { readSecretInput } from '../input/secret-input.ts';
import { table } from '../text/table.ts';
import { momentText } from '../text/when.ts';

/** `rosctl credentials`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'credentials',
  summary:
    'set, list or remove passwords in the store; a password is read from standard input, never from the command line',
  arguments: [
    {
      name: 'ACTION',
      summary: 'set, list or remove, default: list',
      required: false,
      choices: ['set', 'list', 'remove'],
      default: 'list',
    },
    {
      name: 'NAME',
      summary: 'for set and remove: the name that spec.credentialsRef uses',
      required: false,
      names: 'credential',
      actions: ['set', 'remove'],
    },
  ],
  options: [STATE],
  examples: [
    'rosctl credentials set fleet',
    'rosctl credentials set fleet < password.txt',
    'rosctl credentials list',
    'rosctl credentials remove fleet',
  ],
  notes: [
    'A running controller keeps the password; without one the store is opened directly. The key that seals it comes from ROUTEROS_GITOPS_KEY or the file in ROUTEROS_GITOPS_KEY_FILE: 32 bytes, made by: openssl rand -hex 32',
  ],
};

/** `rosctl credentials set|list|remove`: the passwords in the store. They go in and never come out. */
export async function run(context: CommandContext): Promise<number> {
  const [action, name] = context.positionals;
  if (action !== 'list' && name === undefined) {
    throw new CommandError('usage', 'NAME is missing', `say which: rosctl credentials ${action ?? ''} NAME`);
  }
  if (name !== undefined) {
    const { CREDENTIAL_NAME } = await import('#controller');
    if (!CREDENTIAL_NAME.test(name)) {
      throw new CommandError(
        'usage',
        `${JSON.stringify(name)} is no name for credentials: it has lower-case letters, digits and hyphens, at most 63`,
        'use the name that spec.credentialsRef has',
      );
    }
  }
  if (action === 'set') return await set(context, name ?? '');
  return action === 'remove' ? await remove(context, name ?? '') : await list(context);
}

async function set(context: CommandContext, name: string): Promise<number> {
  const { output } = context;
  const secret = await readSecretInput(context, `Password for ${name} (not shown):`);
  await askControllerOrStore(context, 'setCredential', { name, secret }, 'made');
  await output.result('credentials set', { name, set: true }, () =>
    output.style.good(`the password of ${name} is kept, sealed with the key`),
  );
  return EXIT.ok;
}

async function remove(context: CommandContext, name: string): Promise<number> {
  const { answer } = await askControllerOrStore(context, 'removeCredential', { name }, 'made');
  if (!answer.removed)
    throw new CommandError('failure', `the store has no password ${name}`, 'see: rosctl credentials list');
  await context.output.result(
    'credentials remove',
    { name, removed: true },
    () => `the password of ${name} is removed`,
  );
  return EXIT.ok;
}

async function list(context: CommandContext): Promise<number> {
  const { answer: known } = await askControllerOrStore(context, 'credentials', {}, 'made');
  await context.output.result('credentials list', { items: known }, () =>
    known.length === 0
      ? 'the store keeps no passwords'
      : table(
          ['name', 'set'],
          known.map((each) => [each.name, momentText(each.updatedAt)]),
          context.output.style,
        ),
  );
  return EXIT.ok;
}
