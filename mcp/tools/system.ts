import type { ToolAnswer } from '../answer.ts';
import { DEVICE, PAGED } from '../fields.ts';
import { menuAnswer } from '../menu-rows.ts';
import type { Tool, ToolCall } from '../tool.ts';
import { type MenuTool, menuTool, shown } from './menu-tool.ts';

/** A router itself: each view but the first is one menu. */
export const SYSTEM: MenuTool = {
  name: 'system_get',
  title: 'System of a router',
  description:
    'A router itself: version, model, uptime, load, memory (overview); packages, sensors, changes by hand, users, services, certificates, queues and more.',
  toolset: 'core',
  byDefault: true,
  words: ['hardware', 'routeros version', 'serial number', 'temperature', 'firmware', 'hostname', 'identity'],
  views: {
    packages: shown('/system/package', 'name version disabled scheduled build-time'),
    sensors: { menu: '/system/health' },
    changes: shown('/system/history', 'time by action policy'),
    scripts: shown('/system/script', 'name owner policy run-count last-started comment'),
    schedules: shown(
      '/system/scheduler',
      'name start-date start-time interval next-run run-count disabled owner comment',
    ),
    device_mode: { menu: '/system/device-mode' },
    users: shown('/user', 'name group address last-logged-in expired disabled comment'),
    groups: shown('/user/group', 'name policy comment'),
    logged_in: shown('/user/active', 'name via address when group'),
    services: shown('/ip/service', 'name port address certificate disabled invalid'),
    certificates: shown(
      '/certificate',
      'name common-name issuer invalid-before invalid-after expires-after expired trusted',
    ),
    logging: shown('/system/logging', 'topics action prefix disabled'),
    netwatch: shown('/tool/netwatch', 'host type name status since interval loss-percent rtt-avg disabled comment'),
    queues: shown('/queue/simple', 'name target parent max-limit limit-at rate bytes dropped disabled dynamic comment'),
  },
};

const BY_MENU = menuTool(SYSTEM);

/** The same with an overview. */
export const systemGet: Tool = {
  ...BY_MENU,
  words: [...BY_MENU.words, 'cpu', 'ram', 'memory', 'disk', 'board', 'model', 'uptime', 'reboot'],
  input: {
    ...BY_MENU.input,
    properties: {
      device: DEVICE,
      view: { type: 'string', enum: ['overview', ...Object.keys(SYSTEM.views)], default: 'overview' },
      ...PAGED,
    },
  },
  run: async (call) => (call.input['view'] === 'overview' ? await overview(call) : await BY_MENU.run(call)),
};

const WHOLE = { limit: 1 };

/** What three menus say, of which not every router has the last. */
async function overview(call: ToolCall): Promise<ToolAnswer> {
  const device = String(call.input['device']);
  const [resource, identity] = await Promise.all([
    menuAnswer(call, device, { menu: '/system/resource' }, WHOLE),
    menuAnswer(call, device, { menu: '/system/identity' }, WHOLE),
  ]);
  const board = await menuAnswer(call, device, { menu: '/system/routerboard' }, WHOLE).catch(() => null);
  const parts = [identity, ...(board === null ? [] : [board]), resource];
  const values = new Map(
    parts.flatMap(({ columns = [], rows = [] }) => columns.map((name, at) => [name, rows[0]?.[at] ?? null] as const)),
  );
  return {
    ...resource,
    facts: { device, ...(resource.facts?.['units'] === undefined ? {} : { units: resource.facts['units'] }) },
    columns: [...values.keys()],
    rows: [[...values.values()]],
    total: 1,
    stale: parts.some(({ stale }) => stale),
    cursorAfter: () => null,
  };
}
