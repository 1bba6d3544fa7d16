import { CommandError } from '../command-error.ts';
import { BY_GIT, CONTROLLER, SIGNING_KEY, YES } from '../command-line/options.ts';
import type { CommandContext, CommandRow } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { proposalsText, proposalText } from '../text/proposal-text.ts';

/** `rosctl proposals`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'proposals',
  summary: 'list what was proposed, show one, take it into your clone with your signature, or withdraw it',
  arguments: [
    {
      name: 'ACTION',
      summary: 'list, show, take or withdraw, default: list',
      required: false,
      choices: ['list', 'show', 'take', 'withdraw'],
      default: 'list',
    },
    {
      name: 'PROPOSAL',
      summary: 'for show, take and withdraw: its id or the beginning of one',
      required: false,
      actions: ['show', 'take', 'withdraw'],
    },
  ],
  options: [
    {
      name: 'repo',
      value: 'DIR',
      default: '.',
      summary: 'for take: the folder of the fleet in your clone of the source',
    },
    YES,
    { name: 'push', summary: 'for take: push the branch afterwards' },
    SIGNING_KEY,
    ...CONTROLLER,
  ],
  examples: [
    'rosctl proposals list',
    'rosctl proposals show 3f2a',
    'rosctl proposals take 3f2a --repo ~/fleet --push',
    'rosctl proposals withdraw 3f2a',
  ],
  notes: [
    'take makes the edit anew on what your clone holds and shows it with the plans that would come of it. What stands on the branch of the proposal is never read: its commits are signed by nobody and count for nothing. You are the author of what you take, so somebody else approves it: rosctl approve.',
    BY_GIT,
  ],
};

/** `rosctl proposals list|show|take|withdraw`. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action, wanted] = context.positionals;
  const client = controlClient(context);
  const listed = await client.ask('proposals', { limit: MOST });
  if (action === 'list') {
    await output.result('proposals list', listed, () => proposalsText(listed, Date.now()));
    return EXIT.ok;
  }
  if (wanted === undefined || wanted === '')
    throw new CommandError('usage', 'PROPOSAL is missing', 'see what there is: rosctl proposals list');
  const [found, ...others] = listed.filter(({ id }) => id.startsWith(wanted));
  if (others.length > 0) throw new CommandError('usage', `${wanted} could be several proposals`, 'give more digits');
  const id = found?.id ?? wanted;
  if (action === 'take') {
    const { takeProposal } = await import('../proposals/take.ts');
    return await takeProposal(context, client, await client.ask('proposal', { proposal: id }));
  }
  if (action === 'withdraw') {
    const ended = await client.ask('withdrawProposal', { proposal: id });
    await output.result('proposals withdraw', ended, () => output.style.good(`withdrew the proposal ${id}`));
    return EXIT.ok;
  }
  const proposal = await client.ask('proposal', { proposal: id });
  await output.result('proposals show', proposal, () => proposalText(proposal, output.style));
  return EXIT.ok;
}

const MOST = 10_000;
