import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from '#controller';
import type { RouterSeed } from '#simulator';

/** The user of every simulated router. */
export const LOGIN = { username: 'gitops', password: 'bench-password' };
const DAY_SECONDS = 86_400;

/** Whether the routers of a benchmark speak TLS. */
export type Transport = 'http' | 'https';

/** Routers that hold all that `writeFleet` declares, all six sections, so that every pass finds them in sync. */
export function seedsInSync(count: number, transport: Transport): readonly RouterSeed[] {
  return Array.from({ length: count }, (_, index) => ({
    name: nameOf(index),
    host: '127.0.0.1',
    port: 0,
    tls: transport === 'https',
    version: '7.20.8',
    serial: `BENCH${String(index).padStart(7, '0')}`,
    users: [{ name: LOGIN.username, password: LOGIN.password, group: 'full' }],
    menus: {
      '/system/identity': [{ name: nameOf(index) }],
      '/ip/dns': [{ servers: '192.0.2.53,198.51.100.53', 'allow-remote-requests': 'true', 'cache-size': '4096' }],
      '/ip/dns/static': [
        { name: 'status.example.net', type: 'A', address: '192.0.2.80' },
        { name: 'www.example.net', type: 'CNAME', cname: 'status.example.net', ttl: '1h' },
      ],
      '/system/ntp/client': [{ enabled: 'true' }],
      '/system/ntp/client/servers': [{ address: '192.0.2.123' }, { address: '198.51.100.123' }],
      '/ip/firewall/address-list': [
        { list: 'management', address: '10.0.0.0/16', comment: 'controller and operators' },
        { list: 'blocklist', address: '203.0.113.0/28', comment: 'known scanners' },
        { list: 'blocklist', address: '203.0.113.64/27', comment: 'reported by abuse desk' },
      ],
      '/ip/address': [{ address: routerIdOf(index), interface: 'bridge', comment: 'router id' }],
    },
  }));
}

/** What all devices hold. */
export const COMMON = `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: {name: fleet}
spec:
  selector: {}
  priority: 100
  dns: {servers: [192.0.2.53, 198.51.100.53], allowRemoteRequests: true, cacheSize: 4096}
  ntpClient: {enabled: true, servers: [192.0.2.123, 198.51.100.123]}
  dnsStatic:
    - {name: status.example.net, address: 192.0.2.80}
    - {name: www.example.net, type: CNAME, cname: status.example.net, ttl: 1h}
  addressLists:
    - {list: management, address: 10.0.0.0/16, comment: controller and operators}
    - {list: blocklist, address: 203.0.113.0/28, comment: known scanners}
    - {list: blocklist, address: 203.0.113.64/27, comment: reported by abuse desk}
`;

const AUTO = `apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: lab}
spec: {selector: {matchLabels: {environment: lab}}, auto: true}
`;

/** What differs between the fleets of benchmarks. */
interface Kind {
  readonly environment: 'lab' | 'prod';
  readonly pollSeconds: number;
}

/** Nothing is visited again by itself while it is measured. */
const LAB: Kind = { environment: 'lab', pollSeconds: DAY_SECONDS };

/** A device with what belongs to it alone: two documents. */
function deviceYaml(index: number, url: string, { environment, pollSeconds }: Kind): string {
  return `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterDevice
metadata:
  name: ${nameOf(index)}
  labels: {role: edge}
spec:
  address: ${url}
  credentialsRef: bench
  environment: ${environment}
  site: ${siteOf(index)}
  serial: BENCH${String(index).padStart(7, '0')}
  poll: {intervalSeconds: ${pollSeconds}}
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: {name: device-${nameOf(index)}}
spec:
  selector: {names: [${nameOf(index)}]}
  priority: 400
  identity: {name: ${nameOf(index)}}
  addresses:
    - {address: ${routerIdOf(index)}, interface: bridge, comment: router id}
`;
}

/** A folder with the source and the state of a controller for these routers. */
export interface FleetFolder {
  readonly config: Config;
  remove(): Promise<void>;
}

/** The devices that `seedsInSync` are, at these addresses; one file for each site. */
export function deviceFiles(urls: readonly string[], kind: Kind): Readonly<Record<string, string>> {
  const sites = Map.groupBy(urls.entries(), ([index]) => siteOf(index));
  const files = [...sites].map(([site, devices]) => [
    `${site}.yaml`,
    devices.map(([index, url]) => deviceYaml(index, url, kind)).join('---\n'),
  ]);
  return Object.fromEntries(files) as Readonly<Record<string, string>>;
}

/** Declares what `seedsInSync` holds, for routers at these addresses. */
export async function writeFleet(urls: readonly string[], caPem: string): Promise<FleetFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'routeros-gitops-bench-'));
  const sourceFolder = path.join(folder, 'source');
  await mkdir(sourceFolder);
  const files = { 'fleet.yaml': COMMON, 'policies.yaml': AUTO, ...deviceFiles(urls, LAB) };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(sourceFolder, name), text);
  return { config: configIn(folder, sourceFolder, caPem), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A controller whose state is kept in this folder. */
export function configIn(folder: string, sourceFolder: string, caPem: string): Config {
  return {
    sourceFolder,
    git: null,
    stateFolder: path.join(folder, 'state'),
    databaseUrl: null,
    listen: null,
    ca: caPem === '' ? [] : [caPem],
    credentials: [
      {
        name: 'bench',
        username: LOGIN.username,
        from: { env: 'BENCH_PASSWORD' },
        hosts: ['127.0.0.0/8'],
        tls: caPem === '' ? 'plaintext' : 'verify',
      },
    ],
    environment: { BENCH_PASSWORD: LOGIN.password },
    key: null,
    concurrency: CONCURRENCY,
    retentionDays: 90,
    logLevel: 'silent',
    clockSpeed: 1,
    version: 'test',
  };
}

/** Devices visited side by side, as `rosctl controller` does. */
export const CONCURRENCY = 32;

/** What a request to a router of the benchmark carries. */
export const AUTHORIZATION = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;

const DEVICES_OF_A_SITE = 50;

function siteOf(index: number): string {
  return `site-${Math.floor(index / DEVICES_OF_A_SITE)}`;
}

export function nameOf(index: number): string {
  return `edge-${String(index).padStart(5, '0')}`;
}

function routerIdOf(index: number): string {
  return `10.255.${Math.floor(index / 250)}.${1 + (index % 250)}/32`;
}
