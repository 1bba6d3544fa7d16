import { bool, nonEmptyText, text } from '../kinds/kind.ts';
import { timestampText } from '../kinds/time.ts';
import { state } from './fields.ts';
import type { MenuSpec } from './spec.ts';

/** /system/clock (routeros-rest.md §5.27). */
export const clock: MenuSpec = {
  path: '/system/clock',
  shape: 'settings',
  noun: 'clock settings',
  fields: {
    date: { kind: text, show: 'always' },
    time: { kind: text, show: 'always' },
    'time-zone-autodetect': { kind: bool, default: 'true' },
    'time-zone-name': { kind: nonEmptyText, default: 'UTC' },
    'gmt-offset': { ...state, show: 'always' },
    'dst-active': { ...state, default: 'false' },
  },
  prepare(router, next) {
    const { date, time, ...rest } = next;
    const [today = '', now = ''] = timestampText(router.clock.now() + router.clockOffset).split(' ');
    if (date !== undefined || time !== undefined) {
      router.clockOffset = Date.parse(`${date ?? today}T${time ?? now}Z`) - router.clock.now();
    }
    return rest;
  },
  computed(router) {
    const [date = '', time = ''] = timestampText(router.clock.now() + router.clockOffset).split(' ');
    return { date, time, 'gmt-offset': '+00:00' };
  },
  changed(router) {
    router.jobs.schedulerChanged();
  },
};
