import { tableOf } from '../engine/table.ts';
import { bool, either, invalidValue, listOf, nonEmptyText, oneOf, setOf, text } from '../kinds/kind.ts';
import { millisecondsOf, time, timestampText } from '../kinds/time.ts';
import type { Caller, Kind, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { MenuSpec, RouterState, StoredRow } from '../model/state.ts';
import { comment, disabled, flag, state } from './fields.ts';

const scriptPolicies = 'ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon'.split(',');

/** /system/script (routeros-rest.md §5.29). */
export const script: MenuSpec = {
  path: '/system/script',
  shape: 'list',
  noun: 'script',
  source: 'routeros-rest.md §5.29',
  unsetSince: '7.24',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText },
    source: { kind: text, default: '' },
    policy: { kind: setOf(...scriptPolicies), show: 'always' },
    'dont-require-permissions': { kind: bool, default: 'false' },
    owner: { kind: nonEmptyText, show: 'always' },
    comment,
    'run-count': { ...state, default: '0' },
    'last-started': state,
    invalid: flag,
  },
  unique: { key: (values) => values['name'], refusal: 'haveItem' },
  stamp: stampOwner,
  prepare: (router, next) =>
    next['name'] === undefined ? { ...next, name: freeName(router, '/system/script', 'script') } : next,
};

const date: Kind = {
  clearable: false,
  canonical(value, name) {
    if (!/^\d{4}-\d\d-\d\d$/.test(value)) {
      throw invalidValue(name);
    }
    return value;
  },
};

const timeOfDay: Kind = {
  clearable: false,
  canonical(value, name) {
    const milliseconds = millisecondsOf(value);
    if (milliseconds === undefined || milliseconds >= 86_400_000) {
      throw invalidValue(name);
    }
    return new Date(milliseconds).toISOString().slice(11, 19);
  },
};

/** /system/scheduler (routeros-rest.md §5.29). With device-mode `scheduler=no` rows are taken and carry `.about`. */
export const scheduler: MenuSpec = {
  path: '/system/scheduler',
  shape: 'list',
  noun: 'scheduler',
  source: 'routeros-rest.md §5.29',
  unsetSince: '7.24',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText },
    'start-date': { kind: date, show: 'always' },
    'start-time': { kind: either(oneOf('startup'), timeOfDay), show: 'always' },
    interval: { kind: time(), default: '0s' },
    'on-event': { kind: text, default: '' },
    policy: { kind: setOf(...scriptPolicies), show: 'always' },
    days: { kind: listOf(oneOf('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')), show: 'set', since: '7.24' },
    comment,
    disabled,
    owner: { ...state, show: 'always' },
    'run-count': { ...state, default: '0' },
    'next-run': state,
    '.about': state,
  },
  unique: { key: (values) => values['name'], refusal: 'haveItem' },
  stamp: stampOwner,
  prepare(router, next) {
    const now = timestampText(router.clock.now() + router.clockOffset);
    return {
      'start-date': now.slice(0, 10),
      'start-time': now.slice(11, 19),
      ...next,
      name: next['name'] ?? freeName(router, '/system/scheduler', 'schedule'),
    };
  },
  computed(router, row) {
    const about: Properties = mayScheduleOn(router) ? {} : { '.about': 'inactivated, not allowed by device-mode' };
    const next = nextRun(router, row);
    return next === undefined ? about : { ...about, 'next-run': timestampText(next) };
  },
  changed(router) {
    queueMicrotask(() => {
      router.jobs.schedulerChanged();
    });
  },
};

/** False when device-mode forbids schedulers. */
function mayScheduleOn(router: RouterState): boolean {
  return tableOf(router, '/system/device-mode').rows[0]?.values['scheduler'] !== 'false';
}

/** The router's local time of the next run; undefined: none to come. */
function nextRun(router: RouterState, row: StoredRow): number | undefined {
  const { 'start-date': day = '', 'start-time': at = '', interval = '0s', disabled: off } = row.values;
  const now = router.clock.now() + router.clockOffset;
  const start = at === 'startup' ? router.bootedAt + router.clockOffset : Date.parse(`${day}T${at}Z`);
  const every = millisecondsOf(interval) ?? 0;
  if (off === 'true' || Number.isNaN(start)) {
    return undefined;
  }
  if (start > now) {
    return start;
  }
  return every === 0 ? undefined : start + Math.ceil((now - start + 1) / every) * every;
}

function freeName(router: RouterState, path: string, stem: string): string {
  const taken = new Set(tableOf(router, path).rows.map((row) => row.values['name']));
  let count = 1;
  while (taken.has(`${stem}${count}`)) {
    count += 1;
  }
  return `${stem}${count}`;
}

/**
 * What the creator leaves in a row: owner, and a policy no wider than their own.
 * @throws {ConsoleFailure} 500 when the arguments ask for more than the caller has.
 */
function stampOwner(args: Properties, caller: Caller, verb: 'add' | 'set'): Properties {
  const asked = args['policy']?.split(',').filter((word) => word !== '');
  if (asked?.some((word) => !caller.policies.has(word)) === true) {
    throw refusal('notPermitted');
  }
  if (verb === 'set') {
    return {};
  }
  return {
    owner: args['owner'] ?? caller.user,
    policy: args['policy'] ?? scriptPolicies.filter((word) => caller.policies.has(word)).join(','),
  };
}

/** /system/script/job: running scripts and login sessions (armed-rollback.md §7). */
export const job: MenuSpec = {
  path: '/system/script/job',
  shape: 'list',
  noun: 'job',
  source: 'armed-rollback.md §7',
  rows: 'removeOnly',
  fields: Object.fromEntries(
    ['owner', 'parent', 'policy', 'script', 'started', 'type', 'comment'].map((name) => [name, state]),
  ),
  live: (router) => [
    ...router.jobs.list(),
    ...router.sessions
      .filter((session) => session.via === 'api')
      .map((session) => ({
        '.id': `*L${session.id.slice(1)}`,
        owner: session.user,
        started: timestampText(session.since + router.clockOffset),
        type: 'api-login',
      })),
  ],
  removeLive(router, id) {
    const known = router.jobs.list().some((running) => running['.id'] === id);
    if (known) {
      router.jobs.remove(id);
    }
    return known;
  },
};
