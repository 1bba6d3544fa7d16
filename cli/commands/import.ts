import { CommandError } from '../command-error.ts';
import { CA, CREDENTIALS, STATE } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionPath, optionText } from '../command.ts';
import { EXPORTS, FROM, LONE, OTHER_FLEET, READ } from '../import/options.ts';

/** `rosctl import`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'import',
  summary: 'write what routers hold as the files of a fleet, and show that these would change nothing',
  arguments: [READ],
  options: [
    { name: 'into', value: 'FOLDER', summary: 'the folder of the fleet, new or in use' },
    { name: 'check', summary: 'write nothing: only show what the files in the folder would change' },
    EXPORTS,
    FROM,
    ...LONE,
    OTHER_FLEET,
    { name: 'site', value: 'SITE', summary: 'for devices that are in no fleet yet: where they stand' },
    { name: 'role', value: 'ROLE', summary: 'for devices that are in no fleet yet: their label role' },
    STATE,
    CREDENTIALS,
    CA,
  ],
  examples: [
    'rosctl import --into fleet',
    'rosctl import r1 r2 --fleet devices.example --into fleet',
    'rosctl import --export r1.rsc r2.rsc --into fleet --site vie',
    'rosctl import --address https://192.0.2.1 --user admin --into fleet',
    'rosctl import --check --into fleet',
  ],
  notes: [
    'Reads only: not one write goes to a router. Each device ends with the number of changes that the files would make on it: 0, or the plan. Exit code 2 when one has changes, else 75 when a device or a part of an export could not be read.',
    'What devices with the same role or site have in common goes into one RouterConfig, once all of them are read together. Files that an import wrote are written anew as long as nobody has edited them; what people have written is never changed and not said again.',
    'Rows that no section covers are counted and stay as they are. docs/guides/import.md tells what is not imported, and why.',
  ],
};

/** `rosctl import`: from routers, saved state or exports to the files of a fleet. */
export async function run(context: CommandContext): Promise<number> {
  const into = optionText(context, 'into');
  if (into === undefined)
    throw new CommandError('usage', '--into is missing', 'name the folder of the fleet: --into FOLDER');
  const folder = optionPath(context, 'into') ?? into;
  const { checkInto, importInto } = await import('../import/import-into.ts');
  return context.options['check'] === true ? await checkInto(context, folder) : await importInto(context, folder);
}
