import type { Target } from './scoped-world.ts';

type Given = Readonly<Record<string, unknown>>;

/** What a field of a tool is called with about a device, by its name: the first where it is needed, each once where not. */
const FIELDS: Readonly<Record<string, (target: Target) => readonly unknown[]>> = {
  device: ({ device }) => [device],
  plan: ({ device, plan, fleetPlan }) => [plan, device, plan.slice(7, 15), fleetPlan],
  rollout: ({ rollout }) => [rollout, rollout.slice(3, 9)],
  job: ({ diagnostic }) => [diagnostic],
  proposal: ({ device }) => [device],
  target: ({ device }) => ['192.0.2.1', device],
  text: ({ device }) => [device],
  query: ({ device }) => [device],
  actor: ({ device }) => [`actor-${device}`],
  user: ({ device }) => [`actor-${device}`],
  tool: ({ device }) => [device, 'menu_read'],
  action: ({ device }) => [device, 'attempt.'],
  menu: () => ['/system/identity', '/ip/dhcp-server/lease', '/log', '/no/menu'],
  menus: () => [['/system/identity']],
  requests: ({ device }) => [['menu', 'device', device]],
  section: () => ['identity', 'dns', 'no'],
  devices: ({ device }) => [[device], [device, 'kiwano']],
  labels: () => [{ site: 'vie' }],
  config: ({ device }) => [device, 'all'],
  set: () => [{ name: 'x' }, { servers: ['192.0.2.250'] }],
  add: () => [[{ list: 'x', address: '192.0.2.77' }]],
  remove: () => [['servers']],
  where: ({ device }) => [[`name=${device}`], [`device=${device}`], ['no=1'], { config: device }, { newConfig: 'x' }],
  also_affects: ({ device }) => [[device]],
  reason: () => ['a test'],
  columns: () => [['*'], ['no']],
  sort: () => ['name', '-no'],
  cursor: ({ device }) => [device, 'bm8='],
  site: () => ['vie'],
  label: ({ device }) => [`name=${device}`],
  environment: () => ['staging'],
  topics: () => [['error']],
  interface: ({ device }) => [device],
  source: () => ['192.0.2.2'],
  server: () => ['192.0.2.3'],
  from: () => ['2h'],
  to: () => ['1h'],
  at: () => ['1h'],
  since: () => ['2020-01-01T00:00:00Z', '30d'],
  until: () => ['2030-01-01T00:00:00Z'],
};

/** Changes of a device, of a RouterConfig of its name, and of whatever there is. */
function changes({ device }: Target): readonly Given[] {
  const reason = 'a test';
  return [
    { section: 'identity', devices: [device], set: { name: 'x' }, reason },
    { section: 'identity', config: device, set: { name: 'x' }, reason },
    { section: 'identity', config: 'all', set: { name: 'x' }, reason },
    { section: 'dns', labels: { site: 'vie' }, set: { servers: ['192.0.2.250'] }, reason },
    { section: 'dns', devices: [device], remove: ['servers'], reason },
    { section: 'dns', devices: ['kiwano'], set: { servers: ['192.0.2.250'] }, also_affects: [device], reason },
    { section: 'identity', devices: ['kiwano'], set: { name: 'x' }, where: { config: device }, reason },
  ];
}

/** What is of use only together. */
const TOGETHER: Readonly<Record<string, (target: Target) => readonly Given[]>> = {
  change_preview: changes,
  change_propose: changes,
};

/** A tool by what it is called with. */
interface Called {
  readonly name: string;
  readonly input: Fields;
}

interface Fields {
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

/** What a tool is called with about a device. @throws {Error} where it has a field that nothing is known of. */
export function inputsAbout({ name, input: { properties, required = [] } }: Called, target: Target): readonly Given[] {
  const given = Object.entries(properties).map(([field, schema]) => [field, valuesOf(field, schema, target)] as const);
  const needed = Object.fromEntries(
    given.flatMap(([field, [first]]) => (required.includes(field) ? [[field, first]] : [])),
  );
  const each = given.flatMap(([field, values]) => values.map((value) => ({ ...needed, [field]: value })));
  return [needed, ...each, ...(TOGETHER[name]?.(target) ?? [])];
}

function valuesOf(
  field: string,
  schema: { readonly enum?: readonly unknown[]; readonly type?: unknown },
  target: Target,
): readonly unknown[] {
  if (field === 'wait_seconds') return [0];
  if (schema.enum !== undefined) return schema.enum;
  if (schema.type === 'integer' || schema.type === 'boolean') return [];
  const values = FIELDS[field];
  if (values === undefined) throw new Error(`nothing is known of the field ${field} of a tool`);
  return values(target);
}
