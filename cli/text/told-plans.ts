import type { PlanGroupsView, PlanView } from '#controller';
import type { PlansOutput, ToldGroups, ToldPlan } from '../json/fleet-outputs.ts';
import { renderBodyCommands, renderSharedCommands, renderShownText } from '#differ/render';
import type { ControlClient } from '../control/control-client.ts';

/** Plans as a list. */
export function plansOutput({ plans: items, ...others }: ToldGroups): PlansOutput {
  return { items, ...others };
}

/** Writes what each group does. */
export function toldGroups(view: PlanGroupsView): ToldGroups {
  return {
    ...view,
    groups: view.groups.map(({ plan, ...group }) => ({
      ...group,
      text: renderShownText(plan, paceOf(view, group.devices)),
    })),
  };
}

/** How fast the routers of a group were found to write, if that is the same for all. */
function paceOf({ plans }: PlanGroupsView, devices: readonly string[]): number | undefined {
  const paces = plans.filter(({ device }) => devices.includes(device)).map(({ facts }) => facts.rowsPerSecond);
  return paces.every((pace) => pace === paces[0]) ? paces[0] : undefined;
}

/** Writes what the plan does. */
export function toldPlan({ waitingFor, ...view }: PlanView): ToldPlan {
  const { operations: changes, heldBack } = view.body;
  const { rowsPerSecond } = view.body;
  const shown = { ...view.plan, changes, ...(heldBack === undefined ? {} : { heldBack }) };
  const text = renderShownText(shown, rowsPerSecond);
  return { ...view, text, commands: renderBodyCommands(view.body), waitingFor };
}

/** Commands of each group by its devices; none for a group that is offline whole. */
export async function commandsOf(
  client: ControlClient,
  { groups, plans }: PlanGroupsView,
): Promise<ReadonlyMap<string, string>> {
  const commands = new Map<string, string>();
  for (const { devices, offline } of groups) {
    const wholes = [];
    for (const { device, id } of plans) {
      if (devices.includes(device) && !offline.includes(device)) wholes.push(await client.ask('plan', { plan: id }));
    }
    if (wholes.length > 0) commands.set(devices.join(), renderSharedCommands(wholes));
  }
  return commands;
}
