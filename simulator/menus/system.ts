import type { Properties } from '../console.ts';
import { ConsoleFailure } from '../console.ts';
import { bool, nonEmptyText, oneOf, text } from '../kinds/kind.ts';
import { durationText, timestampText } from '../kinds/time.ts';
import type { RouterState } from '../state.ts';
import { isAtLeast } from '../version.ts';
import { comment, fieldsOf, flag, rareFlag, state } from './fields.ts';
import type { MenuSpec } from './spec.ts';

const mebibyte = 1_048_576;

/** /system/resource (routeros-rest.md §5.16). */
export const resource: MenuSpec = {
  path: '/system/resource',
  shape: 'settings',
  noun: 'resource',
  rows: 'readOnly',
  fields: fieldsOf(
    state,
    ...['architecture-name', 'bad-blocks', 'board-name', 'build-time', 'cpu', 'cpu-count', 'cpu-frequency', 'cpu-load'],
    ...['factory-software', 'free-hdd-space', 'free-memory', 'platform', 'total-hdd-space', 'total-memory', 'uptime'],
    ...['version', 'write-sect-since-reboot', 'write-sect-total'],
  ),
  computed(router) {
    const { facts } = router;
    const effects = router.effects();
    return {
      'architecture-name': facts.chr ? 'x86_64' : 'arm64',
      'bad-blocks': '0',
      'board-name': facts.chr ? 'CHR' : 'hAP ax^2',
      'build-time': '2025-11-27 08:17:04',
      cpu: facts.chr ? 'AMD' : 'ARM64',
      'cpu-count': '4',
      'cpu-frequency': '864',
      'cpu-load': String(effects.cpuLoad ?? 4),
      'factory-software': '7.5',
      'free-hdd-space': String(88 * mebibyte),
      'free-memory': String(effects.freeMemory ?? 673 * mebibyte),
      platform: 'MikroTik',
      'total-hdd-space': String(128 * mebibyte),
      'total-memory': String(1024 * mebibyte),
      uptime: durationText(Math.floor((router.clock.now() - router.bootedAt) / 1000) * 1000),
      version: `${facts.version} (stable)`,
      'write-sect-since-reboot': '23',
      'write-sect-total': '91274',
    };
  },
};

/** /system/routerboard: absent on CHR (routeros-rest.md §5.19). */
export const routerboard: MenuSpec = {
  path: '/system/routerboard',
  shape: 'settings',
  noun: 'routerboard',
  on: 'board',
  rows: 'readOnly',
  fields: fieldsOf(
    state,
    ...['routerboard', 'board-name', 'model', 'revision', 'serial-number', 'firmware-type'],
    ...['factory-firmware', 'current-firmware', 'upgrade-firmware'],
  ),
  computed: ({ facts }) => ({
    routerboard: 'true',
    'board-name': 'hAP ax^2',
    model: 'C52iG-5HaxD2HaxD',
    'serial-number': facts.serial,
    'firmware-type': 'ipq6000',
    'factory-firmware': '7.5',
    'current-firmware': facts.version,
    'upgrade-firmware': facts.version,
  }),
};

/** /system/license (routeros-rest.md §5.19). */
export const license: MenuSpec = {
  path: '/system/license',
  shape: 'settings',
  noun: 'license',
  rows: 'readOnly',
  fields: fieldsOf(state, 'level', 'system-id', 'software-id', 'nlevel', 'features'),
  computed: ({ facts }): Properties =>
    facts.chr
      ? { level: 'free', 'system-id': facts.serial }
      : { features: '', nlevel: '4', 'software-id': 'ABCD-EF01' },
};

/** /system/health on a RouterBOARD: a list (routeros-rest.md §5.17). */
export const boardHealth: MenuSpec = {
  path: '/system/health',
  shape: 'list',
  noun: 'health',
  on: 'board',
  rows: 'readOnly',
  fields: fieldsOf({ ...state, show: 'always' }, 'name', 'type', 'value'),
  initial: () => [
    { name: 'cpu-temperature', type: 'C', value: '47.5' },
    { name: 'voltage', type: 'V', value: '24.1' },
  ],
};

/** /system/health on CHR: a settings object, almost empty (routeros-rest.md §5.17). */
export const chrHealth: MenuSpec = {
  path: '/system/health',
  shape: 'settings',
  noun: 'health',
  on: 'chr',
  fields: {
    'state-after-reboot': { kind: oneOf('enabled', 'disabled'), default: 'enabled' },
    state: { ...state, default: 'disabled' },
  },
};

/** /system/package (routeros-rest.md §5.18). */
export const packages: MenuSpec = {
  path: '/system/package',
  shape: 'list',
  noun: 'package',
  rows: 'readOnly',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, readOnly: true, show: 'always' },
    version: { ...state, show: 'always' },
    'build-time': { ...state, show: 'always' },
    scheduled: { ...state, default: '' },
    size: state,
    available: { ...rareFlag, since: '7.18' },
    disabled: flag,
  },
  initial: ({ facts }) => [{ name: 'routeros', version: facts.version, 'build-time': '2025-11-27 08:17:04' }],
};

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

const modeFlags = [
  'bandwidth-test',
  'container',
  'email',
  'fetch',
  'hotspot',
  'ipsec',
  'l2tp',
  'pptp',
  'proxy',
  'romon',
];
const moreModeFlags = ['scheduler', 'smb', 'sniffer', 'socks', 'traffic-gen', 'zerotier'];
const newModeFlags = ['install-any-version', 'partitions', 'routerboard'];

/** /system/device-mode; changed only with a button press, so read-only here (armed-rollback.md §7). */
export const deviceMode: MenuSpec = {
  path: '/system/device-mode',
  shape: 'settings',
  noun: 'device mode',
  rows: 'readOnly',
  fields: {
    mode: { ...state, show: 'always' },
    ...fieldsOf({ kind: bool, readOnly: true, default: 'true' }, ...modeFlags, ...moreModeFlags),
    ...fieldsOf({ kind: bool, readOnly: true, default: 'false', since: '7.17' }, ...newModeFlags),
    flagged: flag,
    'flagging-enabled': { ...flag, default: 'true' },
    'attempt-count': { ...state, default: '0' },
    'allowed-versions': { ...state, default: '7.13+,6.49.8+', since: '7.17' },
  },
  initial: ({ facts }) => [{ mode: isAtLeast(facts.version, '7.17') ? 'advanced' : 'enterprise', container: 'false' }],
};

function listed(
  path: string,
  noun: string,
  rows: (router: RouterState) => readonly Properties[],
  fields: readonly string[],
): MenuSpec {
  return { path, shape: 'list', noun, rows: 'readOnly', fields: fieldsOf(state, ...fields), live: rows };
}

/** /system/history, newest first (armed-rollback.md §7). */
export const history = listed('/system/history', 'history', (router) => router.history, [
  ...['action', 'by', 'floating-undo', 'policy', 'redo', 'redoable', 'time', 'trace', 'undo', 'undoable'],
]);

/** /log, oldest first (routeros-rest.md §5.25). */
export const log = listed('/log', 'log', (router) => router.log, ['message', 'time', 'topics']);

/** /safe-mode, from 7.18 (armed-rollback.md §7). */
export const safeMode: MenuSpec = {
  path: '/safe-mode',
  shape: 'settings',
  noun: 'safe mode',
  since: '7.18',
  rows: 'readOnly',
  fields: { enabled: flag, user: state, owner: state, current: flag },
  computed: (router): Properties =>
    router.safeMode === null
      ? { enabled: 'false' }
      : { enabled: 'true', user: router.safeMode.user, owner: 'winbox', current: 'false' },
};

/** /file (routeros-rest.md §4). Contents above 60 kB are left out. */
export const file: MenuSpec = {
  path: '/file',
  shape: 'list',
  noun: 'file',
  key: ['name'],
  writePolicies: ['write', 'ftp'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    contents: { kind: text },
    type: { kind: text, default: 'file', since: '7.16' },
    size: { ...state, show: 'always' },
    'last-modified': { ...state, show: 'always', since: '7.16' },
    'creation-time': { ...state, show: 'always', until: '7.16' },
    comment: { ...comment, readOnly: true },
  },
  unique: { key: (values) => values['name'], message: 'failure: file already exists' },
  initial: () => [{ name: 'flash', type: 'disk' }],
  prepare(router, next) {
    if (Buffer.byteLength(next['contents'] ?? '') > (isAtLeast(router.facts.version, '7.14') ? 61_250 : 4095)) {
      throw new ConsoleFailure('failure: contents too long');
    }
    return next;
  },
  computed(router, row) {
    const at = timestampText(row.bornAt + router.clockOffset);
    const contents = row.values['contents'] ?? '';
    return { size: String(Buffer.byteLength(contents)), 'last-modified': at, 'creation-time': at };
  },
};
