import { lineText, type Provenance, provenanceOf, renderDiagnostics, toldFaults, versionFaults } from '#controller';
import { nearestName, SECTION_NAMES } from '#schemas';
import { CommandError } from '../command-error.ts';
import { DEVICE, FLEET, LEFT_OUT, ROUTEROS } from '../command-line/options.ts';
import { routerosVersion } from '../command-line/routeros-version.ts';
import { type CommandContext, type CommandRow, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { knownDevice, readFleet } from '../fleet/read-fleet.ts';
import { printable, table } from '../text/table.ts';

/** `rosctl explain`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'explain',
  summary: 'show every desired value of a device and the line it comes from',
  arguments: [DEVICE],
  options: [
    FLEET,
    { name: 'section', value: 'NAME', summary: 'only this section, for instance dns' },
    ROUTEROS,
    LEFT_OUT,
  ],
  examples: ['rosctl explain edge-vie-01 --fleet devices.example', 'rosctl explain edge-vie-01 --section dns'],
};

/** `rosctl explain DEVICE`: every desired value with the file and line it comes from. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const wanted = optionText(context, 'section');
  if (wanted !== undefined && !SECTION_NAMES.some((name) => name === wanted)) {
    const nearest = nearestName(wanted, SECTION_NAMES);
    const hint = nearest === undefined ? `sections are ${SECTION_NAMES.join(', ')}` : `did you mean ${nearest}?`;
    throw new CommandError('usage', `there is no section ${JSON.stringify(wanted)}`, hint);
  }
  const version = routerosVersion(context);
  const { inventory } = await readFleet(context, optionText(context, 'fleet') ?? '.');
  const device = await knownDevice(inventory, context.positionals[0] ?? '');
  const values = provenanceOf(inventory, device).filter(({ section }) => wanted === undefined || section === wanted);
  const lacking = version === undefined ? null : toldFaults(versionFaults(inventory, version, [device]));
  const told = { device, items: values, ...(lacking === null ? {} : { lacking }) };
  await output.result('explain', told, () =>
    values.length === 0
      ? `no RouterConfig declares anything for ${device}`
      : table(
          ['section', 'row', 'field', 'value', 'from', 'RouterConfig'],
          values.map((value) => [
            value.section,
            printable(rowOf(value)),
            value.field,
            printable(value.value),
            printable(lineText(value)),
            value.config,
          ]),
          { ...output.style, spare: ['section', 'RouterConfig'] },
        ),
  );
  if (lacking !== null && lacking.length > 0) output.note(output.style.warn(renderDiagnostics(lacking)));
  return EXIT.ok;
}

/** The row by the values that identify it, `management 10.10.0.0/24`. */
function rowOf({ match }: Provenance): string {
  return match === null ? '' : Object.values(match).join(' ');
}
