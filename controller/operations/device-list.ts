import { Failure } from '#failure';
import type { DeviceName } from '../ports.ts';
import type { QueryContext } from './context.ts';
import { deviceViews, listedDevices } from './device-views.ts';
import type { FleetView } from './fleet-view.ts';
import type { CheckedInput } from './table.ts';
import type { DeviceView } from './views.ts';

type Wanted = CheckedInput<'devices'>;

/**
 * The devices that hold all of what is given, in the order of listings; those after the one that `cursor` names.
 * @throws {Failure} `BadRequest` when no such device is listed any more.
 */
export async function deviceList(known: QueryContext, wanted: Wanted): Promise<readonly DeviceView[]> {
  const { cursor, limit } = wanted;
  const listed = listedDevices(known.fleet);
  const from = cursor === undefined ? 0 : listed.indexOf(cursor) + 1;
  if (cursor !== undefined && from === 0)
    throw new Failure('BadRequest', `No device ${JSON.stringify(cursor)} is listed: begin anew, without a cursor.`);
  const declared = listed.slice(from).filter((device) => isDeclaredSo(known.fleet, device, wanted));
  const found = (await deviceViews(known, declared)).filter((view) => standsSo(view, wanted));
  return limit === undefined ? found : found.slice(0, limit);
}

function isDeclaredSo(fleet: FleetView, device: DeviceName, { environment, site, label }: Wanted): boolean {
  const spec = fleet.specOf(device);
  if (environment !== undefined && spec?.environment !== environment) return false;
  if (site !== undefined && spec?.site !== site) return false;
  if (label === undefined) return true;
  const [name = '', ...value] = label.split('=');
  return fleet.labelsOf(device)[name] === value.join('=');
}

function standsSo(view: DeviceView, { state, reason, text }: Wanted): boolean {
  if (state !== undefined && !STANDS[state](view)) return false;
  if (reason !== undefined && view.reason !== reason) return false;
  const { name, site, address, serial, message } = view;
  return (
    text === undefined ||
    [name, site, address, serial, message].some((each) => each?.toLowerCase().includes(text.toLowerCase()) === true)
  );
}

const STANDS: Readonly<Record<NonNullable<Wanted['state']>, (view: DeviceView) => boolean>> = {
  ready: ({ ready }) => ready === 'True',
  notReady: ({ ready }) => ready === 'False',
  unknown: ({ ready }) => ready === 'Unknown',
  reconciling: ({ reconciling }) => reconciling,
  stalled: ({ stalled }) => stalled,
  drifted: ({ drifted }) => drifted,
};
