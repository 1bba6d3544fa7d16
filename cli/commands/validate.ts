import { renderDiagnostics, revisionOf, warningsOf } from '#controller';
import { LEFT_OUT } from '../command-line/options.ts';
import type { CommandContext, CommandRow } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { inspectFleet } from '../fleet/fleet-files.ts';
import { largestUndoIn } from '../fleet/largest-undo.ts';
import { counted } from '../text/lines.ts';
import { undoText } from '../text/undo-text.ts';

/** `rosctl validate`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'validate',
  summary: 'check the files of a fleet and print every fault at once',
  arguments: [{ name: 'FOLDER', summary: 'folder with the YAML files, default: this one', required: false }],
  options: [LEFT_OUT],
  examples: ['rosctl validate devices.example', 'rosctl validate -o json'],
  notes: [
    'Exit code 65 when the files have faults.',
    "In a Git checkout the files are those that a controller would read once all is committed: what git tracks, and what is neither tracked nor ignored. Elsewhere all files count but the controller's own folder (--state).",
  ],
};

/** `rosctl validate [FOLDER]`: every fault of a fleet's files at once, and what is allowed but probably not meant. */
export async function run(context: CommandContext): Promise<number> {
  const folder = context.positionals[0] ?? '.';
  const { output } = context;
  const { id, files, faults: entries } = await inspectFleet(context, folder);
  const revision = revisionOf(files, entries);
  if (!revision.ok) {
    const { faults } = revision;
    const count = counted(faults.length, 'fault');
    await output.result('validate', { valid: false, revision: id, faults, warnings: [] }, () =>
      renderDiagnostics(faults),
    );
    output.note(output.style.bad(`${count} in ${folder}`));
    return EXIT.faultyInput;
  }
  const warnings = warningsOf(revision.inventory);
  const { devices, configs, approvalPolicies, rolloutPolicies } = revision.inventory;
  const counts = {
    files: Object.keys(files).length,
    devices: devices.size,
    configs: configs.length,
    approvalPolicies: approvalPolicies.length,
    rolloutPolicies: rolloutPolicies.length,
  };
  const largestUndo = largestUndoIn(revision.inventory, id);
  await output.result('validate', { valid: true, revision: id, faults: [], warnings, ...counts, largestUndo }, () =>
    output.style.good(
      `${folder} is valid: ${counted(counts.devices, 'device')}, ${counted(counts.configs, 'RouterConfig')}, ` +
        `${String(counts.approvalPolicies + counts.rolloutPolicies)} policies in ${String(counts.files)} files`,
    ),
  );
  if (warnings.length > 0) {
    output.note(`${output.style.warn(counted(warnings.length, 'warning'))}\n${renderDiagnostics(warnings)}`);
  }
  if (largestUndo !== null) {
    output.note(`largest undo, of ${largestUndo.device} if all its rows were removed: ${undoText(largestUndo)}`);
  }
  return EXIT.ok;
}
