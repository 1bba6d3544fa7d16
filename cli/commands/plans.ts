import type { PlansView, PlanView } from '#controller';
import type { CommandContext } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { controlClient } from '../control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { headingOf, tailOf } from '../fleet-text.ts';
import { onePlanText } from '../plan-text.ts';
import type { Style } from '../output.ts';
import { columns, printable, sentence, table } from '../table.ts';
import { exitOf } from '../unknowns-text.ts';
import { momentAndAge, momentText } from '../when.ts';

/** `rosctl plans list` and `rosctl plans show PLAN`. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action, wanted] = context.positionals;
  const client = controlClient(context);
  if (action === 'list') {
    const plans = await client.plans();
    await output.result(plans, () => listText(plans, output.style));
    return exitOf(false, plans);
  }
  if (wanted === undefined || wanted === '') {
    throw new CommandError('usage', 'PLAN is missing', 'name a device or a plan id: rosctl plans show DEVICE');
  }
  const plan = await client.plan(wanted);
  const commands = context.options['commands'] === true;
  await output.result(plan, () => planText(plan, commands ? 'with' : 'without', output.style));
  return EXIT.ok;
}

function listText(view: PlansView, style: Style): string {
  const rows = view.plans.map((plan) => [
    namedPlan(plan),
    plan.id.slice(7, 19),
    String(plan.changes),
    momentAndAge(plan.readAt, view.now),
    plan.waitingFor.map(({ code }) => printable(code)).join(', ') || '-',
  ]);
  const listed = rows.length === 0 ? [] : [table(['device', 'plan', 'changes', 'read', 'waits for'], rows)];
  return [...headingOf(view, style), ...listed, ...tailOf(view, style)].join('\n\n');
}

function namedPlan({ device, critical, offline }: PlansView['plans'][number]): string {
  const marks = [...(critical ? ['critical'] : []), ...(offline ? ['offline'] : [])];
  return marks.length === 0 ? device : `${device} (${marks.join(', ')})`;
}

function planText(plan: PlanView, commands: 'with' | 'without', style: Style): string {
  const head = columns([
    ['Plan', plan.id],
    ['Device', style.strong(plan.device)],
    ['Revision', plan.revision],
    ['Made', momentText(plan.createdAt, plan.timeZone)],
    [
      'Read',
      `${momentAndAge(plan.readAt, plan.now, plan.timeZone)}${plan.offline ? ', the last read of an offline device' : ''}`,
    ],
    ...(plan.supersededAt === null ? [] : [['Superseded', momentText(plan.supersededAt, plan.timeZone)]]),
    ['Waits for', plan.waitingFor.map(({ message }) => sentence(message)).join(' ') || '-'],
  ]);
  return `${head}\n\n${onePlanText(plan, style, commands)}`;
}
