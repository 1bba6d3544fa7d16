import type { PlanGroupsView, PlanView } from '#controller';
import type { PlansOutput, ToldGroups, ToldPlan } from '../json/fleet-outputs.ts';
import { renderShownCommands, renderShownText } from '#differ/render';

/** Plans as a list. */
export function plansOutput({ plans: items, ...others }: ToldGroups): PlansOutput {
  return { items, ...others };
}

/** Writes what each group does. */
export function toldGroups(view: PlanGroupsView): ToldGroups {
  return { ...view, groups: view.groups.map(({ plan, ...group }) => ({ ...group, text: renderShownText(plan) })) };
}

/** Writes what the plan does. */
export function toldPlan({ waitingFor, ...view }: PlanView): ToldPlan {
  const { operations: changes } = view.body;
  const text = renderShownText({ ...view.plan, changes });
  return { ...view, text, commands: renderShownCommands(changes), waitingFor };
}

/** Commands of each group by its devices; none for a group that is offline whole. */
export function commandsOf({ groups }: PlanGroupsView): ReadonlyMap<string, string> {
  const online = groups.filter(({ devices, offline }) => devices.length > offline.length);
  return new Map(online.map(({ devices, plan }) => [devices.join(), renderShownCommands(plan.changes)]));
}
