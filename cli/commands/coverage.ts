import { CA, CREDENTIALS, FLEET, STATE } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { EXPORTS, FROM, READ } from '../import/options.ts';
import { coverageText } from '../text/coverage-text.ts';
import { totalsOf } from '../text/import-text.ts';

/** `rosctl coverage`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'coverage',
  summary: 'how much of what routers hold is declared, by menu and by device',
  arguments: [READ],
  options: [EXPORTS, FROM, FLEET, STATE, CREDENTIALS, CA],
  examples: ['rosctl coverage', 'rosctl coverage r1 --fleet devices.example -o json', 'rosctl coverage --from ./saved'],
  notes: [
    'Reads the routers and writes nothing. A row counts as declared when the files hold a row of the same name or key, whatever else they say of it; settings count as one row. Rows of the router itself do not count, and what is at its defaults without being declared is counted apart.',
    'Exit code 75 when a device or a part of an export could not be read.',
  ],
};

/** `rosctl coverage`: rows declared, rows on the router, rows of menus that nobody manages. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const folder = optionText(context, 'fleet') ?? '.';
  const { readFleet } = await import('../fleet/read-fleet.ts');
  const { gather } = await import('../import/gather.ts');
  const { coverageOf, menuTotals, totalOf } = await import('../import/coverage.ts');
  const { inventory } = await readFleet(context, folder);
  const { read, unread } = await gather(context, folder);
  const devices = read.map((device) => coverageOf(inventory, device));
  const menus = menuTotals(devices);
  const others = totalsOf(devices.map((device) => device.others));
  const missing = unread.map(({ name, message }) => ({ device: name, message }));
  const result = { devices, menus, others, ...totalOf(menus), unread: missing };
  await output.result('coverage', result, () => coverageText(result, output.style));
  return missing.length > 0 || devices.some(({ faults }) => faults.length > 0) ? EXIT.notKnown : EXIT.ok;
}
