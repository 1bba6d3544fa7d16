import type { PlansView, PlanView } from '#controller';
import type { CommandContext } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { controlClient } from '../control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { groupsHeading, indented, paintedPlan } from '../fleet-text.ts';
import type { Style } from '../output.ts';
import { columns, printable, table } from '../table.ts';
import { momentText } from '../when.ts';

/** `rosctl plans list` and `rosctl plans show PLAN`. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action, wanted] = context.positionals;
  const client = controlClient(context);
  if (action === 'list') {
    const plans = await client.plans();
    await output.result(plans, () => listText(plans, output.style));
    return EXIT.ok;
  }
  if (wanted === undefined) {
    throw new CommandError('usage', 'PLAN is missing', 'name a device or a plan id: rosctl plans show DEVICE');
  }
  const plan = await client.plan(wanted);
  const commands = context.options['commands'] === true;
  await output.result(plan, () => planText(plan, commands ? plan.commands : null, output.style));
  return EXIT.ok;
}

function listText(view: PlansView, style: Style): string {
  const heading = style.strong(groupsHeading(view));
  if (view.plans.length === 0) return heading;
  const rows = table(
    ['device', 'plan', 'changes', 'read', 'waits for'],
    view.plans.map((plan) => [
      plan.offline ? `${plan.device} (offline)` : plan.device,
      plan.id.slice(7, 19),
      String(plan.changes),
      momentText(plan.readAt),
      plan.waitingFor.map(printable).join(' ') || '-',
    ]),
  );
  return `${heading}\n\n${rows}`;
}

/** `commands` null: not shown. */
function planText(plan: PlanView, commands: string | null, style: Style): string {
  const head = columns([
    ['Plan', plan.id],
    ['Device', style.strong(plan.device)],
    ['Revision', plan.revision],
    ['Made', momentText(plan.createdAt)],
    ...(plan.supersededAt === null ? [] : [['Superseded', momentText(plan.supersededAt)]]),
    ['Waits for', plan.waitingFor.map(printable).join(' ') || '-'],
  ]);
  const parts = [head, paintedPlan(plan.text, style)];
  if (commands !== null) parts.push(`RouterOS commands:\n${indented(commands)}`);
  return parts.join('\n\n');
}
