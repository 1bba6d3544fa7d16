import { type Inventory, type Target, targetOf } from '#controller';
import { ANY_DEVICE, CA, CREDENTIALS, FLEET, STATE } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionText } from '../command.ts';
import type { DeviceReport } from '../doctor/check.ts';
import { examineDevice } from '../doctor/examine.ts';
import { accountCommands, READER, readerCommands } from '../doctor/rights.ts';
import { EXIT } from '../exit-codes.ts';
import { knownDevice, readFleet } from '../fleet/read-fleet.ts';
import { openRouterAccess } from '../fleet/router-access.ts';
import { reportsText } from '../text/doctor-text.ts';

/** `rosctl doctor`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'doctor',
  summary: 'check the way to devices and print the RouterOS commands that make the right users and groups',
  arguments: [{ ...ANY_DEVICE, summary: 'names of RouterDevices, default: all', repeats: true }],
  options: [
    {
      name: 'commands',
      summary: 'only print the commands that make the right users and groups: one that writes, and one that only reads',
    },
    FLEET,
    STATE,
    CREDENTIALS,
    CA,
  ],
  examples: ['rosctl doctor edge-vie-01 --fleet devices.example', 'rosctl doctor --commands'],
  notes: ['Exit code 1 when a check finds a problem. Reads only, and works without a controller.'],
};

const AT_ONCE = 8;
const DEFAULT_USER = 'gitops';

/** `rosctl doctor [DEVICE...]`: everything the controller needs of a router, looked at without writing anything. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  if (context.options['commands'] === true) {
    const commands = [accountCommands(DEFAULT_USER), readerCommands(READER)].join('\n');
    await output.result('doctor --commands', { commands: commands.split('\n') }, () => commands);
    return EXIT.ok;
  }
  const targets = await targetsOf(context);
  if (targets.length === 0) {
    await output.result('doctor', { items: [] }, () => 'no device to examine');
    return EXIT.ok;
  }
  const access = await openRouterAccess(context);
  const reports: DeviceReport[] = [];
  const progress = output.progress('examining', targets.length);
  const waiting = targets.map((target, index) => ({ target, index }));
  const examineNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      reports[next.index] = await examineDevice(next.target, access, Date.now, context.signal);
      progress.step(next.target.name);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, examineNext));
  } finally {
    progress.end();
    await access.close();
  }
  await output.result('doctor', { items: reports }, () => reportsText(reports, output.style));
  return reports.some(({ checks }) => checks.some((check) => check.verdict === 'problem')) ? EXIT.failure : EXIT.ok;
}

async function targetsOf(context: CommandContext): Promise<readonly Target[]> {
  const folder = optionText(context, 'fleet') ?? '.';
  const { inventory, revision } = await readFleet(context, folder);
  const names = context.positionals.length === 0 ? unsuspended(context, inventory) : context.positionals;
  const known = await Promise.all(names.map((name) => knownDevice(inventory, name)));
  return known
    .map((name) => targetOf(inventory, name, `folder:${folder}`, revision))
    .filter((target) => target !== null);
}

/** A suspended device is left alone until somebody names it. */
function unsuspended({ output }: CommandContext, { devices }: Inventory): readonly string[] {
  const suspended = [...devices.values()].filter(({ document }) => document.spec.suspend === true);
  if (suspended.length > 0) {
    const names = suspended.map(({ name }) => name);
    output.note(`left alone, spec.suspend is set: ${names.join(', ')}; next: rosctl doctor ${names[0] ?? ''}`);
  }
  return [...devices.values()].filter((device) => !suspended.includes(device)).map(({ name }) => name);
}
