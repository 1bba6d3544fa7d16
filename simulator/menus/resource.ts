import { wandering } from '../engine/surroundings.ts';
import { oneOf } from '../kinds/kind.ts';
import { durationText } from '../kinds/time.ts';
import type { Properties } from '../model/console.ts';
import type { MenuSpec } from '../model/state.ts';
import { fieldsOf, state, wordsOf } from './fields.ts';

const mebibyte = 1_048_576;

/** /system/resource (routeros-rest.md §5.16). */
export const resource: MenuSpec = {
  path: '/system/resource',
  shape: 'settings',
  noun: 'resource',
  source: 'routeros-rest.md §5.16',
  rows: 'readOnly',
  fields: fieldsOf(
    state,
    ...wordsOf(`
      architecture-name bad-blocks board-name build-time cpu cpu-count cpu-frequency cpu-load factory-software
      free-hdd-space free-memory platform total-hdd-space total-memory uptime version write-sect-since-reboot
      write-sect-total
    `),
  ),
  computed(router) {
    const { facts } = router;
    const effects = router.effects();
    const isLively = facts.surroundings !== undefined;
    return {
      'architecture-name': facts.chr ? 'x86_64' : 'arm64',
      'bad-blocks': '0',
      'board-name': facts.chr ? 'CHR' : 'hAP ax^2',
      'build-time': '2025-11-27 08:17:04',
      cpu: facts.chr ? 'AMD' : 'ARM64',
      'cpu-count': '4',
      'cpu-frequency': '864',
      'cpu-load': String(effects.cpuLoad ?? (isLively ? wandering(router, 2, 17, 'cpu') : 4)),
      'factory-software': '7.5',
      'free-hdd-space': String(effects.freeDisk ?? 88 * mebibyte),
      'free-memory': String(
        effects.freeMemory ?? (673 + (isLively ? wandering(router, -20, 20, 'memory') : 0)) * mebibyte,
      ),
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
  source: 'routeros-rest.md §5.19',
  on: 'board',
  rows: 'readOnly',
  fields: fieldsOf(
    state,
    ...wordsOf(`
      routerboard board-name model revision serial-number firmware-type factory-firmware current-firmware
      upgrade-firmware
    `),
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
  source: 'routeros-rest.md §5.19',
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
  source: 'routeros-rest.md §5.17',
  on: 'board',
  rows: 'readOnly',
  fields: fieldsOf({ ...state, show: 'always' }, 'name', 'type', 'value'),
  initial: () => [
    { name: 'cpu-temperature', type: 'C', value: '47.5' },
    { name: 'voltage', type: 'V', value: '24.1' },
  ],
  counters: {
    names: new Set(['value']),
    at(router, { values }) {
      const tenths = { C: wandering(router, 440, 520, 'heat'), V: wandering(router, 239, 242, 'voltage') }[
        values['type'] ?? ''
      ];
      return tenths === undefined ? {} : { value: (tenths / 10).toFixed(1) };
    },
  },
};

/** /system/health on CHR: a settings object, almost empty (routeros-rest.md §5.17). */
export const chrHealth: MenuSpec = {
  path: '/system/health',
  shape: 'settings',
  noun: 'health',
  source: 'routeros-rest.md §5.17',
  on: 'chr',
  fields: {
    'state-after-reboot': { kind: oneOf('enabled', 'disabled'), default: 'enabled' },
    state: { ...state, default: 'disabled' },
  },
};
