import type { RolloutView } from '#controller';
import type { InputOf } from '#controller/operations';
import { CommandError } from '../command-error.ts';
import { ANY_DEVICE, CONTROLLER, DEVICE_OPTION, YES } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, deviceIn, optionNumber, optionText } from '../command.ts';
import { type ControlClient, controlClient } from '../control/control-client.ts';
import { watchRollout } from '../control/watch-rollout.ts';
import { EXIT } from '../exit-codes.ts';
import { consented } from '../input/ask.ts';
import { rolloutQuestion } from '../text/rollout-question.ts';
import { rolloutsText, rolloutText } from '../text/rollout-text.ts';

/** `rosctl rollouts`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'rollouts',
  summary: 'look at rollouts, follow one live, or steer it',
  arguments: [
    {
      name: 'ACTION',
      summary: 'list, show, watch, pause, resume, skip, abort or rollback, default: list',
      required: false,
      choices: ['list', 'show', 'watch', 'pause', 'resume', 'skip', 'abort', 'rollback'],
      default: 'list',
    },
    {
      name: 'ID',
      summary: 'id of a rollout or its beginning, default: the only open one',
      required: false,
      names: 'rollout',
      actions: ['show', 'watch', 'pause', 'resume', 'skip', 'abort', 'rollback'],
    },
    { ...ANY_DEVICE, summary: 'for skip and rollback: only this device', actions: ['skip', 'rollback'] },
  ],
  options: [
    { name: 'wave', summary: 'for skip: what is left of the wave under way' },
    { name: 'reason', value: 'TEXT', summary: 'why, for the audit trail' },
    { name: 'limit', value: 'NUMBER', default: '20', summary: 'for list: how many' },
    ...CONTROLLER,
    DEVICE_OPTION,
    YES,
  ],
  examples: [
    'rosctl rollouts list',
    'rosctl rollouts watch',
    'rosctl rollouts pause --reason "incident 42"',
    'rosctl rollouts skip edge-vie-01',
    'rosctl rollouts rollback ro-3f2a --reason "wrong resolver"',
  ],
  notes: [
    'watch ends when the rollout ends: exit code 0 when it is done, 1 otherwise. Without an ID it is the one that is open, one that has ended in the last five minutes, or the next that is opened.',
    'skip, abort and rollback ask on a terminal, naming the number of devices; elsewhere they need --yes.',
    'resume lets a paused or halted rollout go on: failures so far count no more. skip and abort void the approvals of what was not changed. rollback takes back what the rollout confirmed, on routers that still are as it left them.',
  ],
};

/** `rosctl rollouts ACTION [ID]`: looks at rollouts, and steers one. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action = ''] = context.positionals;
  const client = controlClient(context);
  if (action === 'list') {
    const view = await client.ask('rollouts', { limit: optionNumber(context, 'limit', 1, 10_000) });
    const { rollouts: items, now } = view;
    await output.result('rollouts list', { now, items }, () => rolloutsText(view.rollouts, view.now, output.style));
    return EXIT.ok;
  }
  const { id, device } = await meant(context, client, action);
  if (action === 'watch') return await watchRollout(context, client, id ?? null);
  const wanted = id ?? (await onlyOpen(client, action));
  if (action === 'show') {
    const view = await client.ask('rollout', { rollout: wanted });
    await output.result('rollouts show', view, () => rolloutText(view, output.style));
    return EXIT.ok;
  }
  const act = actionOn(wanted, action as Action, device, context);
  await mustMeanIt(context, client, act);
  const view = await client.ask('actOnRollout', act);
  await output.result(`rollouts ${action as Action}`, view, () => doneText(action, view));
  return EXIT.ok;
}

type Action = InputOf<'actOnRollout'>['action'];

/** What takes approvals or changes away is asked for, with the number of devices. */
async function mustMeanIt(context: CommandContext, client: ControlClient, act: InputOf<'actOnRollout'>): Promise<void> {
  if (context.options['yes'] === true || act.action === 'pause' || act.action === 'resume') return;
  const question = rolloutQuestion(await client.ask('rollout', { rollout: act.rollout }), act);
  if (question !== null && !(await consented(context, question)))
    throw new CommandError('failure', 'nothing was changed');
}

/** What follows the action: an id, a device of the rollout that is open, or both. */
async function meant(
  context: CommandContext,
  client: ControlClient,
  action: string,
): Promise<{ readonly id: string | undefined; readonly device: string | undefined }> {
  const [, id, second] = context.positionals;
  const device = deviceIn(context, 2);
  const alone = (action === 'skip' || action === 'rollback') && second === undefined && device === undefined;
  if (!alone || id === undefined || id.startsWith('ro-')) return { id, device };
  const devices = await client.ask('devices', {});
  return devices.some(({ name }) => name === id) ? { id: undefined, device: id } : { id, device };
}

/** Nobody has to type an id while there is just one to mean. */
async function onlyOpen(client: ControlClient, action: string): Promise<string> {
  const { rollouts } = await client.ask('rollouts', { limit: 100 });
  const open = rollouts.filter(({ ended }) => !ended);
  const [first, ...others] = action === 'show' && open.length === 0 ? rollouts.slice(0, 1) : open;
  if (first !== undefined && others.length === 0) return first.id;
  const hint = 'see the ids: rosctl rollouts list';
  if (first === undefined) throw new CommandError('usage', 'no rollout is open', hint);
  throw new CommandError('usage', `ID is missing, and ${String(open.length)} rollouts are open`, hint);
}

function actionOn(
  rollout: string,
  action: Action,
  device: string | undefined,
  context: CommandContext,
): InputOf<'actOnRollout'> {
  const wave = context.options['wave'] === true;
  if (action === 'skip' && (device === undefined) === !wave)
    throw new CommandError(
      'usage',
      'say what to skip',
      'name a device, or --wave for the one under way: rosctl rollouts skip DEVICE',
    );
  if (device !== undefined && action !== 'skip' && action !== 'rollback')
    throw new CommandError('usage', `a device has no meaning for ${action}`, 'it is for skip and rollback');
  if (wave && action !== 'skip')
    throw new CommandError('usage', `--wave has no meaning for ${action}`, 'it is for skip');
  return { rollout, action, device, wave, reason: optionText(context, 'reason') };
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
