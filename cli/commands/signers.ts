import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { keyIdOf, revokeKey, type SignersView } from '#controller';
import { Failure } from '#failure';
import { consented } from '../ask.ts';
import { type CommandContext, optionText } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { controlClient, operatorName } from '../control-client.ts';
import { byControllerOrStore } from '../controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';
import type { Style } from '../output.ts';
import { printable, table } from '../table.ts';
import { momentAndAge } from '../when.ts';

/** `rosctl signers list` and `rosctl signers revoke KEY --reason TEXT`. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action, key] = context.positionals;
  if (action === 'revoke') return await revoke(context, key);
  const view = await controlClient(context).signers();
  await output.result(view, () => signersText(view, output.style));
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
  const { fresh, running } = await byControllerOrStore(context, {
    controller: async (client) => ({ fresh: (await client.revoke(key, reason)).revoked, running: true }),
    store: async (store) => ({
      fresh: (await revokeKey(store, key, reason, { actor: `operator:${operatorName()}`, at: Date.now() })).fresh,
      running: false,
    }),
  });
  await output.result({ key, revoked: true, already: !fresh }, () => {
    if (!fresh) return `${key} was revoked already`;
    const when = running ? 'at once' : 'as soon as a controller runs on this store';
    return `${output.style.good(`${key} is revoked, ${when}`)}\n  next: take it out of the roster; see who is left: rosctl signers list`;
  });
  return EXIT.ok;
}

/** What was typed, or what stands in the file of that name. */
async function keyIn({ cwd }: CommandContext, named: string): Promise<string> {
  const text = await readFile(resolve(cwd, named), 'utf8').catch(() => named);
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

function signersText({ people, revoked, now }: SignersView, style: Style): string {
  const rows = people.flatMap(({ person, roles, keys }) => {
    const cells = keys.map((each) => (each.revoked ? style.bad(`${each.key} (revoked)`) : each.key));
    const [first = style.warn('no key'), ...others] = cells;
    return [[person, roles.join(', '), first], ...others.map((key) => ['', '', key])];
  });
  const parts = [
    people.length === 0 ? style.bad('Nobody has a say: no Roster is in force.') : table(['person', 'may', 'key'], rows),
  ];
  if (revoked.length > 0) {
    const gone = revoked.map((each) => [
      each.key,
      momentAndAge(each.at, now),
      printable(each.by),
      printable(each.reason),
    ]);
    parts.push(table(['revoked', 'when', 'by', 'reason'], gone));
  }
  return parts.join('\n\n');
}
