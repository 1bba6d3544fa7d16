import { FRESHNESS_SECONDS, type Freshness, READABLE } from '#routeros/readable';
import { TOOLS } from '../tools/index.ts';
import type { Changes, Resource } from './resource.ts';
import { sectionFields } from './section-fields.ts';

const STATE = ttl('state');
const HEALTH = ttl('health');
const CONFIGURATION = ttl('configuration');

/** Every resource there is, in the order in which they are listed. */
export const RESOURCES: readonly Resource[] = Object.freeze([
  {
    template: 'fleet://health-summary',
    name: 'fleet-health',
    title: 'Health of the fleet',
    description: 'Which routers are healthy, which are degraded and why, by their newest samples.',
    variables: {},
    twin: 'device_health',
    twinArguments: () => ({}),
    ttlMs: HEALTH,
    changes: { by: ['health'], of: 'fleet' },
  },
  {
    template: 'fleet://devices/{environment}',
    name: 'fleet-devices',
    title: 'Routers of an environment',
    description: 'The routers of prod, staging or lab, and how each stands.',
    variables: { environment: 'environment' },
    twin: 'device_list',
    twinArguments: ({ environment }) => ({ environment }),
    ttlMs: HEALTH,
    changes: { by: ['visit', 'plan', 'drift'], of: 'environment' },
  },
  ofDevice('overview', 'Router', 'How the router stands, its plan, its drift and its last changes.', {
    twin: 'device_get',
    ttlMs: HEALTH,
    by: ['visit', 'plan', 'drift', 'attempt'],
  }),
  ofDevice('health', 'Health of a router', 'Load, memory, temperature, uptime: the last day.', {
    twin: 'device_health',
    ttlMs: HEALTH,
    by: ['health'],
  }),
  ofDevice('config', 'Declared configuration', 'What is declared of the router, each value with its file and line.', {
    twin: 'config_explain',
    ttlMs: CONFIGURATION,
  }),
  ofDevice('logs', 'Log of a router', 'The newest lines of its log.', { twin: 'log_search', ttlMs: ofMenu('/log') }),
  ofDevice('interfaces', 'Interfaces', 'Interfaces with their state and counters.', {
    twin: 'interface_list',
    ttlMs: ofMenu('/interface'),
  }),
  ofDevice('routes', 'Routes', 'The routing table.', { twin: 'route_list', ttlMs: ofMenu('/ip/route') }),
  ofDevice('dhcp-server', 'DHCP servers', 'DHCP servers of the router.', {
    twin: 'dhcp_list',
    also: { view: 'servers' },
    ttlMs: ofMenu('/ip/dhcp-server'),
  }),
  ofDevice('dhcp-leases', 'DHCP leases', 'Leases that its DHCP servers gave.', {
    twin: 'dhcp_list',
    also: { view: 'leases' },
    ttlMs: ofMenu('/ip/dhcp-server/lease'),
  }),
  ofDevice('bridges', 'Bridges', 'Bridges of the router.', { twin: 'bridge_list', ttlMs: ofMenu('/interface/bridge') }),
  ofDevice('wireless', 'Wi-Fi', 'Wi-Fi interfaces, of new and of older drivers.', {
    twin: 'wifi_list',
    ttlMs: ofMenu('/interface/wifi'),
  }),
  ofDevice('wireless/clients', 'Wi-Fi clients', 'Who is connected by Wi-Fi, and how well.', {
    twin: 'wifi_list',
    also: { view: 'clients' },
    ttlMs: ofMenu('/interface/wifi/registration-table'),
  }),
  ofDevice('capsman/remote-caps', 'Access points of CAPsMAN', 'Access points that this router manages.', {
    twin: 'capsman_list',
    also: { view: 'remote_caps' },
    ttlMs: ofMenu('/caps-man/remote-cap'),
  }),
  ofDevice('capsman/registrations', 'Clients of CAPsMAN', 'Clients of the access points that this router manages.', {
    twin: 'capsman_list',
    also: { view: 'registrations' },
    ttlMs: ofMenu('/caps-man/registration-table'),
  }),
  ofPlan('summary', 'Plan in short', 'What a plan waits for, and the first of its changes.', { limit: 3 }),
  ofPlan('details', 'Plan whole', 'Every change of a plan.'),
  ofPlan('execution-log', 'What came of a plan', 'The attempts at a plan, step by step.', { view: 'attempts' }),
  {
    template: 'rollout://{rollout}',
    name: 'rollout',
    title: 'Rollout',
    description: 'A rollout with its waves and members.',
    variables: { rollout: 'rollout' },
    twin: 'rollout_get',
    twinArguments: ({ rollout }) => ({ rollout }),
    ttlMs: STATE,
    changes: { by: ['rollout'], of: 'rollout' },
  },
  {
    template: 'audit://events/recent/{limit}',
    name: 'audit-recent',
    title: 'Newest of the audit',
    description: 'The newest records of the audit, so many.',
    variables: { limit: 'count' },
    twin: 'audit_search',
    twinArguments: ({ limit }) => ({ limit: Number(limit) }),
    ttlMs: STATE,
  },
  audited('user', 'Audit of somebody', 'What somebody did, newest first.', (user) => ({ actor: user })),
  audited('device', 'Audit of a router', 'What was done about a router, newest first.', (device) => ({ device })),
  audited('tool', 'Audit of a tool', 'Who asked for what a tool asks for, newest first.', (tool) => ({
    requests: TOOLS.find(({ name }) => name === tool)?.asks ?? [tool],
  })),
  {
    template: 'snapshot://{device}/{time}',
    name: 'snapshot',
    title: 'Configuration at a time',
    description: 'What was configured on a router then: a time in UTC, or how long ago (`2h`).',
    variables: { device: 'device', time: 'time' },
    twin: 'snapshot_get',
    twinArguments: ({ device, time }) => ({ device, at: time }),
    ttlMs: CONFIGURATION,
  },
  {
    template: 'diag://{job}',
    name: 'diagnostic',
    title: 'Diagnostic',
    description: 'What came of a ping, a traceroute or another diagnostic so far.',
    variables: { job: 'diagnostic' },
    twin: 'diag_result',
    twinArguments: ({ job }) => ({ job, wait_seconds: 0 }),
    ttlMs: STATE,
  },
  {
    template: 'schema://{section}',
    name: 'schema',
    title: 'Fields of a section',
    description: 'The fields of a section of RouterConfig: in their words a change is proposed.',
    variables: { section: 'section' },
    twin: 'change_preview',
    twinArguments: () => ({}),
    known: ({ section = '' }) => sectionFields(section),
    ttlMs: CONFIGURATION,
  },
]);

interface OfDevice {
  readonly twin: string;
  readonly also?: Readonly<Record<string, unknown>>;
  readonly ttlMs: number;
  readonly by?: Changes['by'];
}

function ofDevice(part: string, title: string, description: string, { twin, also, ttlMs, by }: OfDevice): Resource {
  return {
    template: `device://{device}/${part}`,
    name: `device-${part.replaceAll('/', '-')}`,
    title,
    description,
    variables: { device: 'device' },
    twin,
    twinArguments: ({ device }) => ({ device, ...also }),
    ttlMs,
    ...(by === undefined ? {} : { changes: { by, of: 'device' } }),
  };
}

function ofPlan(part: string, title: string, description: string, also: object = {}): Resource {
  return {
    template: `plan://{plan}/${part}`,
    name: `plan-${part}`,
    title,
    description: `${description} By its id, the beginning of one, or its device.`,
    variables: { plan: 'plan' },
    twin: 'plan_get',
    twinArguments: ({ plan }) => ({ plan, ...also }),
    ttlMs: STATE,
    changes: { by: ['plan', 'attempt'], of: 'plan' },
  };
}

function audited(
  variable: 'user' | 'device' | 'tool',
  title: string,
  description: string,
  given: (value: string | undefined) => Readonly<Record<string, unknown>>,
): Resource {
  return {
    template: `audit://events/by-${variable}/{${variable}}`,
    name: `audit-by-${variable}`,
    title,
    description,
    variables: { [variable]: variable },
    twin: 'audit_search',
    twinArguments: (values) => given(values[variable]),
    ttlMs: STATE,
  };
}

function ofMenu(path: `/${string}`): number {
  return ttl(READABLE.get(path)?.freshness ?? 'state');
}

function ttl(freshness: Freshness): number {
  return FRESHNESS_SECONDS[freshness] * 1000;
}
