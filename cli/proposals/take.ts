import { realpath } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import {
  type ChangeOfFiles,
  filePatch,
  makeChange,
  proposalMessage,
  type ProposalView,
  renderDiagnostics,
} from '#controller';
import { SECTION_NAMES } from '#schemas';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';
import type { ControlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { writeFilesInto } from '../fleet/drift-proposal.ts';
import { inspectFleet } from '../fleet/fleet-files.ts';
import { checkoutAround } from '../git/checkout.ts';
import type { UserRepository } from '../git/repository.ts';
import { runGit } from '../git/run-git.ts';
import { signingRepository } from '../git/signing-repository.ts';
import { consented } from '../input/ask.ts';
import { patchText, previewText } from '../text/proposal-text.ts';
import { shellWord } from '../text/shell-word.ts';

/**
 * Makes the edit of a proposal in a clone and commits it with the taker's signature. Nothing is read of the branch on
 * which it stands. @throws {CommandError} for a clone that has other changes or is behind, and when the edit cannot be made.
 */
export async function takeProposal(
  context: CommandContext,
  client: ControlClient,
  proposal: ProposalView,
): Promise<number> {
  const { output, cwd, env, signal } = context;
  if (proposal.endedAt !== null) throw new CommandError('failure', `the proposal is ${proposal.state} already`);
  const named = optionText(context, 'repo') ?? '.';
  const folder = await realpath(resolve(cwd, named));
  const top = checkoutAround(folder);
  if (top === null) throw new CommandError('usage', `${named} is no Git repository`, 'name your clone: --repo DIR');
  const place = { folder: top, env, signal };
  const repository = await signingRepository(context, top);
  if ((await runGit(place, ['status', '--porcelain'])) !== '')
    throw new CommandError(
      'failure',
      `${named} has changes that are not committed`,
      'commit them, or put them aside: git stash',
    );
  const relation = await repository.relationTo(proposal.base);
  if (relation !== 'same' && relation !== 'ahead')
    throw new CommandError(
      'failure',
      'the clone does not have what the proposal is made on',
      'get what is new: git pull',
    );
  const change = await madeIn(context, named, proposal);
  const view = await client.ask('previewChange', proposal.intent);
  if (output.format === 'table')
    output.raw([...change.files.map((file) => patchText(patchOf(file), output.style)), previewText(view)].join('\n\n'));
  const devices = change.changes.length;
  if (!(await consented(context, `Take it with your signature, for ${String(devices)} devices?`)))
    throw new CommandError('failure', 'not taken');
  const message = messageOf(proposal, devices);
  await writeFilesInto(folder, Object.fromEntries(change.files.map(({ file, after }) => [file, after])));
  const paths = change.files.map(({ file }) => relative(top, resolve(folder, file)));
  const commit = await repository.commitFiles(paths, message);
  const pushed = context.options['push'] === true;
  if (pushed) await push(repository, commit);
  const { branch } = await repository.head();
  const steps = [
    ...(pushed ? [] : [`push it: git push origin ${shellWord(branch)}`]),
    'somebody else approves it: rosctl approve',
  ];
  await output.result('proposals take', { proposal: proposal.id, commit, pushed, files: paths }, () =>
    [output.style.good(`took the proposal as ${commit}`), ...steps.map((step) => `  next: ${step}`)].join('\n'),
  );
  return EXIT.ok;
}

/** What was taken stays in the clone: only its way is left. */
async function push(repository: UserRepository, commit: string): Promise<void> {
  try {
    await repository.push();
  } catch (error) {
    const why = error instanceof CommandError ? error.message : String(error);
    throw new CommandError(
      'failure',
      `${why}\nthe proposal is taken all the same, as ${commit} in this clone`,
      'where the controller follows this very repository, nothing is to be pushed; else: git pull --rebase && git push',
    );
  }
}

/** As the files of the clone are now; the taker may see and change all of them. */
async function madeIn(context: CommandContext, named: string, { intent }: ProposalView): Promise<ChangeOfFiles> {
  const { files, faults, hides } = await inspectFleet(context, named);
  if (faults.length > 0) throw new CommandError('faultyInput', renderDiagnostics(faults));
  const making = makeChange(files, intent, { visible: null, allowed: null }, hides);
  if (making.ok) return making;
  const told = making.refusals.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  throw new CommandError('failure', `the change can not be made in this clone: ${told.join('; ')}`);
}

function patchOf({ file, before, after }: ChangeOfFiles['files'][number]): string {
  return filePatch(file, before, after);
}

function messageOf({ id, section, reason, proposedBy }: ProposalView, devices: number): string {
  const known = SECTION_NAMES.find((name) => name === section);
  if (known === undefined)
    throw new CommandError('failure', `this release knows no section ${JSON.stringify(section)}`);
  return proposalMessage({ id, section: known, devices, reason, proposedBy });
}
