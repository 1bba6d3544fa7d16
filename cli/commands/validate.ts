import {
  type Diagnostic,
  renderDiagnostics,
  type Revision,
  revisionOf,
  toldFaults,
  versionFaults,
  warningsOf,
} from '#controller';
import type { Version } from '#routeros';
import { LEFT_OUT, ROUTEROS } from '../command-line/options.ts';
import { routerosVersion } from '../command-line/routeros-version.ts';
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
  options: [ROUTEROS, LEFT_OUT],
  examples: [
    'rosctl validate devices.example',
    'rosctl validate devices.example --routeros 7.16.2',
    'rosctl validate -o json',
  ],
  notes: [
    'Exit code 65 when the files have faults.',
    'With --routeros every device is held against that version: a field or menu that it does not have is a fault, named with file, line and devices. Files do not say which router runs what; a running controller knows, and `rosctl status` tells it before it visits a device.',
    "In a Git checkout the files are those that a controller would read once all is committed: what git tracks, and what is neither tracked nor ignored. Elsewhere all files count but the controller's own folder (--state).",
  ],
};

/** `rosctl validate [FOLDER]`: every fault of a fleet's files at once, and what is allowed but probably not meant. */
export async function run(context: CommandContext): Promise<number> {
  const folder = context.positionals[0] ?? '.';
  const { output } = context;
  const { id, files, faults: entries } = await inspectFleet(context, folder);
  const version = routerosVersion(context);
  const revision = revisionOf(files, entries);
  const faults = faultsIn(revision, version);
  if (!revision.ok || faults.length > 0) {
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

/** What is wrong with the files by themselves, or else with them on routers of this version. */
function faultsIn(revision: Revision, version: Version | undefined): readonly Diagnostic[] {
  if (!revision.ok) return revision.faults;
  return version === undefined ? [] : toldFaults(versionFaults(revision.inventory, version));
}
