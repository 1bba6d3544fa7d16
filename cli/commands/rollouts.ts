import type { RolloutView } from '#controller';
import { type CommandContext, optionNumber, optionText } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { type ControlClient, controlClient, type RolloutRequest } from '../control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { rolloutsText, rolloutText } from '../rollout-text.ts';
import { watchRollout } from '../watch-rollout.ts';

/** `rosctl rollouts ACTION [ID]`: looks at rollouts, and steers one. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action = '', id] = context.positionals;
  const client = controlClient(context);
  if (action === 'list') {
    const view = await client.rollouts(optionNumber(context, 'limit', 1, 10_000));
    await output.result(view, () => rolloutsText(view.rollouts, view.now, output.style));
    return EXIT.ok;
  }
  if (action === 'watch') return await watchRollout(context, client, id ?? null);
  const wanted = id ?? (await onlyOpen(client, action));
  if (action === 'show') {
    const view = await client.rollout(wanted);
    await output.result(view, () => rolloutText(view, output.style));
    return EXIT.ok;
  }
  const view = await client.actOnRollout(wanted, requestOf(context, action));
  await output.result(view, () => doneText(action, view));
  return EXIT.ok;
}

/** Nobody has to type an id while there is just one to mean. */
async function onlyOpen(client: ControlClient, action: string): Promise<string> {
  const { rollouts } = await client.rollouts(100);
  const open = rollouts.filter(({ ended }) => !ended);
  const [first, ...others] = action === 'show' && open.length === 0 ? rollouts.slice(0, 1) : open;
  if (first !== undefined && others.length === 0) return first.id;
  const hint = 'see the ids: rosctl rollouts list';
  if (first === undefined) throw new CommandError('usage', 'no rollout is open', hint);
  throw new CommandError('usage', `ID is missing, and ${String(open.length)} rollouts are open`, hint);
}

function requestOf(context: CommandContext, action: string): RolloutRequest {
  const device = optionText(context, 'device');
  const wave = context.options['wave'] === true;
  if (action === 'skip' && (device === undefined) === !wave)
    throw new CommandError('usage', 'say what to skip', 'either --device DEVICE, or --wave for the one under way');
  if (device !== undefined && action !== 'skip' && action !== 'rollback')
    throw new CommandError('usage', `--device has no meaning for ${action}`, 'it is for skip and rollback');
  if (wave && action !== 'skip')
    throw new CommandError('usage', `--wave has no meaning for ${action}`, 'it is for skip');
  const reason = optionText(context, 'reason');
  return {
    action,
    ...(device === undefined ? {} : { device }),
    ...(wave ? { wave } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

const DONE: Readonly<Record<string, string>> = {
  pause: 'nothing new begins; go on: rosctl rollouts resume',
  resume: 'it goes on; follow it: rosctl rollouts watch',
  skip: 'what was skipped needs a new approval to be changed later',
  abort: 'nothing new begins; what is under way comes to its own end',
  rollback: 'what it confirmed is taken back; follow it: rosctl rollouts watch',
};

function doneText(action: string, { id, state, reason }: RolloutView): string {
  return `rollout ${id} is ${state}: ${reason}\n  next: ${DONE[action] ?? 'rosctl rollouts show'}`;
}
