import { resolve } from 'node:path';
import { inspectFolder, renderFaults, revisionOf } from '#controller';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { counted } from '../lines.ts';

/** `rosctl validate [FOLDER]`: every fault of a fleet's files at once. */
export async function run(context: CommandContext): Promise<number> {
  const folder = context.positionals[0] ?? '.';
  const { output } = context;
  const { id, files, faults: entries } = await inspectFolder(resolve(context.cwd, folder));
  const revision = revisionOf(files, entries);
  if (!revision.ok) {
    const { faults } = revision;
    const count = counted(faults.length, 'fault');
    await output.result({ valid: false, revision: id, faults }, () => renderFaults(faults));
    output.note(output.style.bad(`${count} in ${folder}`));
    return EXIT.faultyInput;
  }
  const { devices, configs, approvalPolicies, rolloutPolicies } = revision.inventory;
  const counts = {
    files: Object.keys(files).length,
    devices: devices.size,
    configs: configs.length,
    approvalPolicies: approvalPolicies.length,
    rolloutPolicies: rolloutPolicies.length,
  };
  await output.result({ valid: true, revision: id, faults: [], ...counts }, () =>
    output.style.good(
      `${folder} is valid: ${counted(counts.devices, 'device')}, ${counted(counts.configs, 'RouterConfig')}, ` +
        `${String(counts.approvalPolicies + counts.rolloutPolicies)} policies in ${String(counts.files)} files`,
    ),
  );
  return EXIT.ok;
}
