import { CommandError } from '../command-error.ts';
import { CONTROLLER, NOT_KNOWN } from '../command-line/options.ts';
import type { CommandContext, CommandRow } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { shortId } from '../text/ids.ts';
import { planListText, planText } from '../text/plan-text.ts';
import { plansOutput, toldGroups, toldPlan } from '../text/told-plans.ts';
import { exitOf } from '../text/unknowns-text.ts';

/** `rosctl plans`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'plans',
  summary: 'list the current plans, show one whole, or let one be tried again',
  looksFirst: ['list', 'show'],
  arguments: [
    {
      name: 'ACTION',
      summary: 'list, show or retry, default: list',
      required: false,
      choices: ['list', 'show', 'retry'],
      default: 'list',
    },
    {
      name: 'PLAN',
      summary: 'for show and retry: a device, a plan id or the beginning of one',
      required: false,
      names: 'plan',
      actions: ['show', 'retry'],
    },
  ],
  options: [{ name: 'commands', summary: 'show the RouterOS commands as well' }, ...CONTROLLER],
  examples: [
    'rosctl plans list',
    'rosctl plans show edge-vie-01 --commands',
    'rosctl plans show 3f2a',
    'rosctl plans retry edge-vie-01',
  ],
  notes: [
    NOT_KNOWN,
    'retry lets a plan that was undone be tried once more, where the policy of its device is auto. Elsewhere a new approval does that: rosctl approve DEVICE.',
  ],
};

/** `rosctl plans list`, `rosctl plans show PLAN` and `rosctl plans retry PLAN`. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action, wanted] = context.positionals;
  const client = controlClient(context);
  if (action === 'list') {
    // Programs get the changes too, for which plans are read.
    if (output.format !== 'table') {
      const told = toldGroups(await client.ask('planGroups', {}));
      await output.result('plans list', plansOutput(told), () => '');
      return exitOf(false, told);
    }
    const plans = await client.ask('plans', {});
    output.raw(planListText(plans, output.style));
    return exitOf(false, plans);
  }
  if (wanted === undefined || wanted === '') {
    throw new CommandError('usage', 'PLAN is missing', `name a device or a plan id: rosctl plans ${action} DEVICE`);
  }
  if (action === 'retry') {
    const retried = await client.ask('retryPlan', { plan: wanted });
    await output.result('plans retry', retried, () =>
      output.style.good(
        `${retried.device}: plan ${shortId(retried.planId)} is tried once more\n  next: rosctl status ${retried.device}`,
      ),
    );
    return EXIT.ok;
  }
  const plan = toldPlan(await client.ask('plan', { plan: wanted }));
  const commands = context.options['commands'] === true;
  await output.result('plans show', plan, () => planText(plan, commands ? 'with' : 'without', output.style));
  return EXIT.ok;
}
