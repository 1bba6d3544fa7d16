import { CONTROLLER, DEVICE, FLEET, NOT_KNOWN } from '../command-line/options.ts';
import { type DriftView, filePatch, lineText, pathText } from '#controller';
import { CommandError } from '../command-error.ts';
import { type CommandContext, type CommandRow, optionPath, optionText } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import type { DriftProposal } from '../json/fleet-outputs.ts';
import { driftProposalText } from '../text/drift-propose-text.ts';
import { driftText } from '../text/drift-text.ts';
import { toldPlan } from '../text/told-plans.ts';
import { exitOf } from '../text/unknowns-text.ts';

/** `rosctl drift`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'drift',
  summary: 'list what differs from the last confirmed state, and who did it; propose what keeps or undoes it',
  looksFirst: true,
  arguments: [
    { ...DEVICE, summary: 'name of a RouterDevice; or `propose`, with the device behind it', required: false },
    { name: 'PROPOSED', summary: 'the device, for `rosctl drift propose DEVICE`', required: false, names: 'device' },
  ],
  options: [
    { name: 'adopt', summary: 'propose only what keeps the drift: changes of the files' },
    { name: 'revert', summary: 'propose only what undoes it: the plan back' },
    {
      name: 'into',
      value: 'FOLDER',
      summary: 'write the changed files below it instead of printing them; it may be the fleet',
    },
    FLEET,
    ...CONTROLLER,
  ],
  examples: [
    'rosctl drift',
    'rosctl drift edge-vie-01',
    'rosctl drift propose edge-vie-01 --fleet .',
    'rosctl drift propose edge-vie-01 --adopt --fleet . --into .',
  ],
  notes: [
    `Exit code 2 when there is drift, 0 when there is none; a device that was never confirmed has nothing to drift from, and is named. ${NOT_KNOWN}`,
    'propose reads the files of the fleet and says which lines keep the drift, as `git apply` takes them, while --into writes the files whole; comments stay. Only RouterConfigs that mean the device alone are changed, and a stronger one is made where others share what drifted. What cannot be said so is named, with why.',
  ],
};

/** `rosctl drift [DEVICE]`: what differs from the last confirmed state, and who did it; `rosctl drift propose DEVICE`. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [first, second] = context.positionals;
  if (first === 'propose') return await propose(context, second);
  if (second !== undefined) throw new CommandError('usage', 'one device at most', 'rosctl drift DEVICE');
  const view = await controlClient(context).ask('drift', { device: first });
  const { drift: items, ...others } = view;
  await output.result('drift', { items, ...others }, () => driftText(view, first, output));
  return exitOf(view.drift.length > 0, view);
}

async function propose(context: CommandContext, device: string | undefined): Promise<number> {
  const { output } = context;
  const into = optionPath(context, 'into');
  const [adopt, revert] = ['adopt', 'revert'].map((name) => context.options[name] === true);
  if (device === undefined) throw new CommandError('usage', 'DEVICE is missing', 'rosctl drift propose DEVICE');
  if (into !== undefined && revert === true && adopt !== true)
    throw new CommandError('usage', 'a revert changes no file', 'leave out --into');
  const client = controlClient(context);
  const view = await client.ask('drift', { device });
  const [record] = view.drift;
  if (record === undefined) {
    const nothing: DriftProposal = { device, adopt: null, revert: null };
    await output.result('drift propose', nothing, () => driftText(view, device, output));
    return exitOf(false, view);
  }
  const proposal: DriftProposal = {
    device,
    adopt: revert === true && adopt !== true ? null : await adoption(context, device, record.entries, into),
    revert: adopt === true && revert !== true ? null : await wayBack(client, device),
  };
  await output.result('drift propose', proposal, () =>
    driftProposalText(proposal, into === undefined ? undefined : (optionText(context, 'into') ?? ''), output.style),
  );
  return EXIT.changes;
}

async function adoption(
  context: CommandContext,
  device: string,
  entries: DriftView['drift'][number]['entries'],
  into: string | undefined,
): Promise<NonNullable<DriftProposal['adopt']>> {
  const { proposalFor, writeFilesInto } = await import('../fleet/drift-proposal.ts');
  const { adoption: found, files, before } = await proposalFor(context, device, entries);
  if (into !== undefined) await writeFilesInto(into, files);
  return {
    changes: found.edits.map(({ config, at, path, value }) => ({
      config,
      at: lineText(at),
      path: pathText(path),
      value: value ?? null,
    })),
    files: Object.entries(files).map(([file, text]) => ({
      file,
      text,
      patch: filePatch(file, before[file] ?? null, text),
    })),
    byHand: found.byHand.map(({ entry: { menu, match }, because }) => ({ menu, match, because })),
  };
}

/** The plan that waits is the way back, also of what else is desired and not confirmed yet. */
async function wayBack(
  client: ReturnType<typeof controlClient>,
  device: string,
): Promise<NonNullable<DriftProposal['revert']>> {
  try {
    const plan = toldPlan(await client.ask('plan', { plan: device }));
    return { planId: plan.id, text: plan.text, next: `rosctl approve ${device}` };
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'NotFound') throw error;
    return { planId: null, text: null, next: `rosctl status ${device}: there is no plan now; it may be under way` };
  }
}
