import { type Operations, operationsOf } from '../../controller/operations/api.ts';
import type { DiagnosticView } from '../../controller/operations/diagnostic-view.ts';
import { operator } from '../../controller/access/principal.ts';
import type { Config } from '#controller';
import type { Destination, Fleet, RecordedRequest, RouterSeed, SimulatedRouter } from '#simulator';
import { deviceYaml, outcomeOf, PASSWORD, POLICIES, type Rig, seed, startRig, until } from '#test/rig.ts';

export const READER_PASSWORD = 'S3cret-of-the-reader';
export const FAR = '203.0.113.7';
/** Nobody answers there. */
export const SILENT = '203.0.113.8';

const DESTINATIONS: readonly Destination[] = [
  { address: FAR, hops: ['10.255.0.254', '198.18.0.1', '', '198.18.0.3', '198.18.0.4'], milliseconds: 40 },
  { address: '203.0.113.0/24', hops: ['10.255.0.254'], fails: 'timeout' },
  { address: '198.51.100.1', hops: ['10.255.0.254', '198.18.0.9'], fails: 'host unreachable', milliseconds: 20 },
  {
    address: '127.0.0.1',
    milliseconds: 2,
    bandwidth: { megabits: 200, user: 'gitops-read', password: READER_PASSWORD },
  },
];

/** A router with the user that only reads, and somewhere to ping. */
export function diagnosable(name: string, more: Partial<RouterSeed> = {}): RouterSeed {
  return seed(name, {
    destinations: DESTINATIONS,
    groups: [{ name: 'gitops-read', policy: 'read,test,api,rest-api' }],
    users: [
      { name: 'gitops', password: PASSWORD, group: 'full' },
      { name: 'gitops-read', password: READER_PASSWORD, group: 'gitops-read' },
    ],
    menus: { '/ip/dns': [{ servers: '10.255.0.254' }] },
    ...more,
  });
}

export const BOTH_TOOLS = '  capabilities: {tools: [ping, traceroute, resolve, bandwidthTest]}\n';

/** What lets the controller in as both users. */
export const READING: Pick<Config, 'credentials' | 'environment'> = {
  credentials: [
    {
      name: 'lab',
      username: 'gitops',
      from: { env: 'RIG_PASSWORD' },
      hosts: ['127.0.0.0/8'],
      tls: 'plaintext',
      read: { username: 'gitops-read', from: { env: 'READER_PASSWORD' } },
    },
  ],
  environment: { RIG_PASSWORD: PASSWORD, READER_PASSWORD },
};

/** Files of a fleet in which each router is a device that is rarely visited. */
export function devicesYaml(fleet: Fleet, tools: Readonly<Record<string, string>> = {}): Record<string, string> {
  const devices = [...fleet.routers].map(
    ([name, router]) => [`devices/${name}.yaml`, deviceYaml(router, name, tools[name] ?? '', 'lab', 3600)] as const,
  );
  return { ...Object.fromEntries(devices), 'policies.yaml': POLICIES };
}

/** A controller that may read its routers, once it has seen them. */
export async function startDiagnoseRig(
  seeds: readonly RouterSeed[],
  tools: Readonly<Record<string, string>> = {},
  speed?: number,
): Promise<Rig> {
  const rig = await startRig(
    (_, fleet) => devicesYaml(fleet, tools),
    seeds,
    () => READING,
    speed,
  );
  for (const { name } of seeds) await outcomeOf(rig, name, 'InSync', 90);
  return rig;
}

export function operationsIn(rig: Rig): Operations {
  return operationsOf(rig.controller.api);
}

export const anna = operator('anna');

/** As it stands once this holds of it. */
export async function diagnosticWhen(
  operations: Operations,
  diagnostic: string,
  holds: (view: DiagnosticView) => boolean = ({ endedAt }) => endedAt !== null,
): Promise<DiagnosticView> {
  return await until(async () => await operations.ask(anna, 'diagnostic', { diagnostic }), holds);
}

/** What the user that only reads had the router try. */
export function tried(router: SimulatedRouter): readonly RecordedRequest[] {
  return router.requests.filter(
    ({ user, path }) =>
      user === 'gitops-read' && /^\/(tool\/(ping|traceroute|bandwidth-test)|ping|resolve)$/.test(path),
  );
}

/** The arguments of each of them. */
export function argumentsOf(router: SimulatedRouter): readonly Readonly<Record<string, string>>[] {
  return tried(router).map(({ body }) => JSON.parse(body) as Record<string, string>);
}
