import type { Principal } from '../access/principal.ts';
import { ALL_DEVICES } from '../access/rights.ts';
import type { OperationContext } from './context.ts';
import { mendingCommands } from '../trust/mending-commands.ts';
import { deviceViews, waitingControl } from './device-views.ts';
import { openRollouts } from './rollout-views.ts';
import { underWayOf } from './under-way.ts';
import type { StatusView } from './views.ts';

/** The answer to "what is going on?". */
export async function statusView(context: OperationContext, principal: Principal): Promise<StatusView> {
  const { fleet, store, clock } = context;
  const leader = context.leader();
  const devices = await deviceViews(context);
  const standing = fleet.sourceStatus();
  const { control = null, disregarded = [] } = standing ?? {};
  const waiting = waitingControl(context);
  return {
    now: clock.now(),
    startedAt: context.startedAt,
    controller: context.holder,
    ...(leader === null || leader === context.holder ? {} : { leader }),
    frozen: await store.freeze.get(),
    source: {
      name: fleet.source,
      revision: fleet.revision,
      acceptedAt: fleet.acceptedAt,
      readAt: fleet.readAt,
      fault: fleet.fault,
      control: control === null || waiting === null ? null : { ...waiting, reasons: control.reasons },
      mend: standing === null ? [] : mendingCommands(standing),
      disregarded,
    },
    ...(await accessFaultOf(context, principal)),
    rollouts: await openRollouts(context),
    devices,
    underWay: await underWayOf(
      store,
      devices.map(({ name }) => name),
    ),
  };
}

/** What is wrong with the access file may name whom and what it is about. */
async function accessFaultOf({ access }: OperationContext, principal: Principal): Promise<Pick<StatusView, 'access'>> {
  await access.rules();
  const fault = access.fault();
  return fault !== null && principal.may('fleet.read', ALL_DEVICES) ? { access: fault } : {};
}
