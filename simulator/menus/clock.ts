import { routerTime } from '../engine/journal.ts';
import { bool, noMatch, text } from '../kinds/kind.ts';
import { timestampText } from '../kinds/time.ts';
import type { Kind } from '../model/console.ts';
import type { MenuSpec } from '../model/state.ts';
import { state } from './fields.ts';

const zone: Kind = {
  clearable: false,
  canonical(value, name) {
    try {
      zoneOffset(value, 0);
    } catch {
      throw noMatch(name);
    }
    return value;
  },
};

/** Milliseconds that the zone's wall clock is ahead of UTC at that moment. @throws {RangeError} for an unknown zone. */
function zoneOffset(name: string, at: number): number {
  const shown = new Date(at).toLocaleString('sv-SE', { timeZone: name });
  return Date.parse(`${shown.replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000;
}

/** /system/clock; every timestamp the router prints is its local time (routeros-rest.md §5.27, §3). */
export const clock: MenuSpec = {
  path: '/system/clock',
  shape: 'settings',
  noun: 'clock settings',
  source: 'routeros-rest.md §5.27',
  fields: {
    date: { kind: text, show: 'always' },
    time: { kind: text, show: 'always' },
    'time-zone-autodetect': { kind: bool, default: 'true' },
    'time-zone-name': { kind: zone, default: 'UTC' },
    'gmt-offset': { ...state, show: 'always' },
    'dst-active': { ...state, default: 'false' },
  },
  prepare(router, next, before) {
    const { date, time, ...rest } = next;
    const [today = '', now = ''] = timestampText(routerTime(router)).split(' ');
    if (date !== undefined || time !== undefined) {
      router.clockOffset = Date.parse(`${date ?? today}T${time ?? now}Z`) - router.clock.now();
    }
    const at = router.clock.now();
    router.clockOffset +=
      zoneOffset(rest['time-zone-name'] ?? 'UTC', at) - zoneOffset(before?.['time-zone-name'] ?? 'UTC', at);
    return rest;
  },
  computed(router, row) {
    const [date = '', time = ''] = timestampText(routerTime(router)).split(' ');
    const minutes = zoneOffset(row.values['time-zone-name'] ?? 'UTC', router.clock.now()) / 60_000;
    const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0');
    const rest = String(Math.abs(minutes) % 60).padStart(2, '0');
    return { date, time, 'gmt-offset': `${minutes < 0 ? '-' : '+'}${hours}:${rest}` };
  },
  changed(router) {
    router.jobs.schedulerChanged();
  },
};
