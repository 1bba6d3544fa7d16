import type { Permission } from '#controller';
import { SECTION_NAMES } from '#schemas';
import { offeredTools } from '../offered-tools.ts';
import { environments } from '../resources/list-resources.ts';
import type { Known } from '../resources/resource.ts';
import type { Served } from '../served.ts';

/** What somebody is about to fill in. */
export interface Blank {
  /** What they have typed so far of it. */
  readonly begun: string;
  /** What stands in the other blanks. */
  readonly others: Readonly<Record<string, string>>;
  /** What they would need for the value to be of use. */
  readonly permission: Permission;
  readonly signal: AbortSignal;
}

/** What may stand in a blank, from what the caller may see alone. */
export const CANDIDATES: Readonly<
  Record<Known, (served: Served, blank: Blank) => readonly string[] | Promise<readonly string[]>>
> = {
  async device({ door }, { permission, signal }) {
    const { may } = await door.ask('me', {}, signal);
    return may.flatMap(({ permissions, devices }) => (permissions.includes(permission) ? devices : [])).toSorted();
  },
  environment: async (served, { signal }) => await environments(served, signal),
  async plan({ door }, { signal }) {
    return (await door.ask('plans', {}, signal)).plans.map(({ id }) => id);
  },
  async rollout({ door }, { signal }) {
    return (await door.ask('rollouts', { limit: 100 }, signal)).rollouts.map(({ id }) => id);
  },
  async user({ door }, { signal }) {
    return (await door.ask('audit', { limit: 1000 }, signal)).records.map(({ actor }) => actor);
  },
  async tool(served, { signal }) {
    return (await offeredTools(served, signal)).map(({ name }) => name);
  },
  count: () => ['10', '20', '50', '100'],
  async time({ door }, { others: { device = '' }, signal }) {
    const { captures } = await door.ask('snapshots', { device, limit: 100 }, signal);
    return ['1h', '1d', '7d', ...captures.map(({ at }) => new Date(at).toISOString())];
  },
  async diagnostic({ door }, { signal }) {
    const { records } = await door.ask('audit', { action: 'diagnostic.started', limit: 100 }, signal);
    return records.map(({ detail }) => String(detail['diagnostic']));
  },
  section: () => SECTION_NAMES,
  addressList: columnOf('/ip/firewall/address-list', 'list', ['dynamic=false']),
  dnsServers: columnOf('/ip/dns', 'servers'),
  ntpServers: columnOf('/system/ntp/client', 'servers'),
};

const ENVIRONMENTS = ['prod', 'staging', 'lab'] as const;

/** Old enough that a router is not asked at every key. */
const MAX_AGE_SECONDS = 300;

/** What stands in a column of the first router of the environment that stands in another blank, or of all. */
function columnOf(menu: string, column: string, where: readonly string[] = []) {
  return async ({ door }: Served, { others, signal }: Blank): Promise<readonly string[]> => {
    const environment = ENVIRONMENTS.find((each) => each === others['environment']);
    const [first] = await door.ask('devices', { ...(environment && { environment }), limit: 1 }, signal);
    if (first === undefined) return [];
    const asked = { device: first.name, menu, columns: [column], where, maxAge: MAX_AGE_SECONDS };
    return (await door.ask('menu', asked, signal)).rows.map((row) => row[column] ?? '').filter((value) => value !== '');
  };
}
