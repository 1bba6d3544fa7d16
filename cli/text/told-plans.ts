import type { PlanGroupsView, PlansView, PlanView } from '#controller';
import { renderShownCommands, renderShownText } from '#differ/render';

/** Plans as rosctl prints them for programs: the changes of a group as text. */
export interface ToldGroups extends PlansView {
  readonly groups: readonly (PlansView['groups'][number] & { readonly text: string })[];
}

/** One plan as rosctl prints it for programs. */
export interface ToldPlan extends PlanView {
  readonly text: string;
  /** What someone at the router's console would type. */
  readonly commands: string;
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
