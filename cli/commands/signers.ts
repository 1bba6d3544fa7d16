import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { keyIdOf } from '#controller';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import { BY_STORE, CONTROLLER, YES } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionText } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { askControllerOrStore } from '../control/controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';
import { consented } from '../input/ask.ts';
import { unreadable } from '../input/files.ts';
import { signersText } from '../text/signers-text.ts';

/** `rosctl signers`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'signers',
  summary: 'list whose signatures count now, or revoke a key at once',
  looksFirst: ['list'],
  arguments: [
    {
      name: 'ACTION',
      summary: 'list or revoke, default: list',
      required: false,
      choices: ['list', 'revoke'],
      default: 'list',
    },
    {
      name: 'KEY',
      summary: 'for revoke: SHA256:..., OPENPGP:..., or a .pub file',
      required: false,
      actions: ['revoke'],
    },
  ],
  options: [{ name: 'reason', value: 'TEXT', summary: 'for revoke: why, for the audit trail' }, YES, ...CONTROLLER],
  examples: [
    'rosctl signers list',
    'rosctl signers revoke SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU --reason "laptop lost"',
    'rosctl signers revoke old-key.pub --reason "left the company"',
  ],
  notes: [
    'A revoked key counts for nothing from that moment on, whatever any roster says, and there is no way back. Rollouts that rest on it are paused.',
    `${BY_STORE} list needs a controller.`,
  ],
};

/** `rosctl signers list` and `rosctl signers revoke KEY --reason TEXT`. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action, key] = context.positionals;
  if (action === 'revoke') return await revoke(context, key);
  const view = await controlClient(context).ask('signers', {});
  const { people: items, ...others } = view;
  await output.result('signers list', { items, ...others }, () => signersText(view, output.style));
  return EXIT.ok;
}

async function revoke(context: CommandContext, named: string | undefined): Promise<number> {
  const { output } = context;
  if (named === undefined) throw new CommandError('usage', 'KEY is missing', 'see the keys: rosctl signers list');
  const reason = optionText(context, 'reason') ?? '';
  if (reason === '')
    throw new CommandError('usage', '--reason is missing', 'say why, for the audit trail: --reason TEXT');
  const key = await keyIn(context, named);
  output.note(output.style.warn(`${key} counts for nothing from now on, and there is no way back.`));
  if (!(await consented(context, 'Revoke it?'))) throw new CommandError('failure', 'nothing was changed');
  const { answer, by } = await askControllerOrStore(context, 'revoke', { key, reason });
  await output.result('signers revoke', { key, revoked: true, already: !answer.revoked }, () => {
    if (!answer.revoked) return `${key} was revoked already`;
    const when = by === 'controller' ? 'at once' : 'as soon as a controller runs on this store';
    return `${output.style.good(`${key} is revoked, ${when}`)}\n  next: take it out of the roster; see who is left: rosctl signers list`;
  });
  return EXIT.ok;
}

/** No id of a key ends so, and one that names its kind is no file. */
function looksLikeFile(named: string): boolean {
  return named.endsWith('.pub') || (/[/.~]/.test(named) && !/^(SHA256|OPENPGP):| /.test(named));
}

/** A device could be read for ever. */
async function keyText(path: string): Promise<string> {
  if ((await stat(path)).isFile()) return await readFile(path, 'utf8');
  throw new CommandError('noInput', `${path} is no regular file`, 'name the file of the public key');
}

/** What was typed, or what stands in the file of that name. */
async function keyIn({ cwd }: CommandContext, named: string): Promise<string> {
  const text = await keyText(resolve(cwd, named)).catch((error: unknown) => {
    if (!looksLikeFile(named)) return named;
    throw unreadable(named, error, 'or name the key itself: rosctl signers list');
  });
  try {
    return keyIdOf(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new CommandError(
      'usage',
      `${JSON.stringify(named)} is no key: ${error.message}`,
      'see the keys: rosctl signers list',
    );
  }
}
