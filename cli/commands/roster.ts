import { allowedSignersOf, keyIdOf } from '#controller';
import { CommandError } from '../command-error.ts';
import { FLEET, LEFT_OUT } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readFleet } from '../fleet/read-fleet.ts';
import { table } from '../text/table.ts';

/** `rosctl roster`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'roster',
  summary: 'list who may do what, or write the file with which git checks their signatures',
  arguments: [
    {
      name: 'ACTION',
      summary: 'list or export, default: list',
      required: false,
      choices: ['list', 'export'],
      default: 'list',
    },
    {
      name: 'FORMAT',
      summary: 'for export: allowed-signers',
      required: false,
      choices: ['allowed-signers'],
      actions: ['export'],
    },
  ],
  options: [FLEET, LEFT_OUT],
  examples: ['rosctl roster list', 'rosctl roster export allowed-signers > .git/allowed-signers'],
  notes: [
    'Reads the files alone, so it works without a controller. What counts is the roster at the trusted head: rosctl signers list.',
    'git log --show-signature uses the file after: git config gpg.ssh.allowedSignersFile .git/allowed-signers',
  ],
};

/** `rosctl roster list` and `rosctl roster export allowed-signers`, from the files of a fleet. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action, format] = context.positionals;
  if (action === 'export' && format === undefined) {
    throw new CommandError('usage', 'FORMAT is missing', 'for git: rosctl roster export allowed-signers');
  }
  const folder = optionText(context, 'fleet') ?? '.';
  const roster = (await readFleet(context, folder)).inventory.roster?.document;
  if (roster === undefined) {
    throw new CommandError(
      'noInput',
      `the fleet in ${folder} has no Roster`,
      'add one: kind: Roster; or make a new repository: rosctl init FOLDER',
    );
  }
  if (action === 'export') {
    const text = allowedSignersOf(roster);
    if (text === '') output.note(output.style.warn('nobody in the roster has an SSH key, so the file is empty'));
    if (output.format === 'table') output.raw(text);
    else await output.result('roster export', { allowedSigners: text.trimEnd().split('\n') }, () => text);
    return EXIT.ok;
  }
  const people = roster.spec.people.map(({ name, roles, keys = [], openpgp = [] }) => ({
    name,
    roles,
    keys: [...keys, ...openpgp].map(keyIdOf),
  }));
  await output.result('roster list', { items: people }, () =>
    table(['person', 'roles', 'key'], people.flatMap(rowsOf)),
  );
  return EXIT.ok;
}

/** One row for each key of a person, or one that says that there is none. */
function rowsOf(person: {
  readonly name: string;
  readonly roles: readonly string[];
  readonly keys: readonly string[];
}): readonly (readonly string[])[] {
  const [first = 'none', ...others] = person.keys;
  return [[person.name, person.roles.join(', '), first], ...others.map((key) => ['', '', key])];
}
