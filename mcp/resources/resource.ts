import type { OutputOf } from '#controller/operations';
import type { ToolAnswer } from '../answer.ts';

/** What fills a variable, which is also what completes it. */
export type Known =
  | 'device'
  | 'environment'
  | 'plan'
  | 'rollout'
  | 'user'
  | 'tool'
  | 'count'
  | 'time'
  | 'diagnostic'
  | 'section'
  | 'addressList'
  | 'dnsServers'
  | 'ntpServers';

/** The values of the variables in one URI. */
export type Values = Readonly<Record<string, string>>;

/** What changes a resource. */
export interface Changes {
  readonly by: readonly OutputOf<'events'>['kind'][];
  readonly of: 'fleet' | 'environment' | 'device' | 'plan' | 'rollout';
}

/** What a client reads by its URI: the answer of a tool, its twin, to fixed arguments. */
export interface Resource {
  /** `device://{device}/overview`; each variable is one part of the path. */
  readonly template: string;
  /** Short and unique. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** By the names of the variables. */
  readonly variables: Readonly<Record<string, Known>>;
  /** The tool that tells the same to clients without resources. Who may not use it does not see the resource. */
  readonly twin: string;
  readonly twinArguments: (values: Values) => Readonly<Record<string, unknown>>;
  /** Where it is told from what this process knows; the twin then tells it among other things. Null: there is none. */
  readonly known?: (values: Values) => ToolAnswer | null;
  /** How long an answer counts as fresh. */
  readonly ttlMs: number;
  /** Which events of the service change it, and whose they are. Absent: nobody is told of its changes. */
  readonly changes?: Changes;
}
