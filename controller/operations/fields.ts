import type { FieldSchema } from './operation.ts';

/** Text that is not empty. */
export const TEXT = { type: 'string', minLength: 1, description: 'text' } as const;

/** How many are listed at most. */
export const LIMIT = {
  type: 'integer',
  minimum: 1,
  maximum: 10_000,
  default: 50,
  description: 'a whole number from 1 to 10000',
} as const;

/** The same where all are listed unless it is given. */
export const AT_MOST = { type: 'integer', minimum: 1, maximum: 10_000, description: LIMIT.description } as const;

/** A label that devices carry. */
export const LABEL = { type: 'string', minLength: 1, description: 'a label, NAME=VALUE' } as const;

/** An environment. */
export const ENVIRONMENT = {
  type: 'string',
  enum: ['prod', 'staging', 'lab'],
  description: 'prod, staging or lab',
} as const;

/** How a device stands. */
export const STATE = {
  type: 'string',
  enum: ['ready', 'notReady', 'unknown', 'reconciling', 'stalled', 'drifted'],
  description: 'ready, notReady, unknown, reconciling, stalled or drifted',
} as const;

/** A record of the audit chain that somebody kept. */
export const MARK = {
  type: 'string',
  pattern: String.raw`^[1-9]\d{0,14}:[0-9a-f]{64}$`,
  description: 'a mark of the audit chain, NUMBER:HASH',
} as const;

/** A moment in UTC. */
export const MOMENT = {
  type: 'string',
  pattern: String.raw`^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?Z$`,
  description: 'a time in UTC, such as 2026-11-30T22:00:00Z',
} as const;

/** A moment in UTC, or how long ago it was. */
export const WHEN = {
  type: 'string',
  pattern: String.raw`^(\d{1,6}(s|min|m|h|d|w|y)|${MOMENT.pattern.slice(1, -1)})$`,
  description: 'how long ago, such as 2h or 7d, or a time in UTC, such as 2026-11-30T22:00:00Z',
} as const;

/** A report. */
export const REPORT = {
  type: 'string',
  enum: ['changes', 'approvals', 'refusals', 'access'],
  description: 'changes, approvals, refusals or access',
} as const;

/** Where an earlier answer said to look on. */
export const CURSOR = {
  type: 'integer',
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'the nextCursor of an earlier answer',
} as const;

/** Names of devices: more than any fleet has would only take time. */
export const NAMES = {
  type: 'array',
  items: { type: 'string' },
  maxItems: 10_000,
  description: 'a list of at most 10000 names',
} as const;

/** A menu of RouterOS. */
export const MENU = {
  type: 'string',
  pattern: '^(/[^/]+)+$',
  description: 'the path of a menu, such as /ip/route',
} as const;

/** What rows have to hold. */
export const FILTERS = { type: 'array', items: { type: 'string' }, description: 'a list of COLUMN=VALUE' } as const;

/** How many rows come at once. */
export const ROWS = { ...LIMIT, default: 500 } as const;

/** How old an answer may be. */
export const SECONDS = {
  type: 'integer',
  minimum: 2,
  maximum: 86_400,
  description: 'a whole number of seconds from 2 to 86400',
} as const;

/** A switch. */
export const TRUE_OR_FALSE = { type: 'boolean', description: 'true or false' } as const;

/** For whom a token is. */
export const AUDIENCE = { type: 'string', enum: ['api', 'mcp'], description: 'api or mcp' } as const;

/** What may be done to a rollout. */
export const ACTION = {
  type: 'string',
  enum: ['pause', 'resume', 'skip', 'abort', 'rollback'],
  description: 'pause, resume, skip, abort or rollback',
} as const;

/** What a router is to try; which of them go together is asked later. */
export const DIAGNOSTIC_FIELDS = {
  device: TEXT,
  kind: {
    type: 'string',
    enum: ['ping', 'traceroute', 'resolve', 'bandwidth'],
    description: 'ping, traceroute, resolve or bandwidth',
  },
  target: TEXT,
  count: { type: 'integer', minimum: 1, maximum: 100, description: 'a whole number from 1 to 100' },
  size: { type: 'integer', minimum: 28, maximum: 65_535, description: 'a whole number from 28 to 65535' },
  interface: TEXT,
  source: TEXT,
  server: TEXT,
  direction: {
    type: 'string',
    enum: ['receive', 'transmit', 'both'],
    description: 'receive, transmit or both',
  },
  protocol: { type: 'string', enum: ['tcp', 'udp'], description: 'tcp or udp' },
  seconds: { type: 'integer', minimum: 1, maximum: 60, description: 'a whole number from 1 to 60' },
  megabits: { type: 'integer', minimum: 1, maximum: 10_000, description: 'a whole number from 1 to 10000' },
  join: { ...TRUE_OR_FALSE, description: 'true, to join the same of yours that is under way, or false' },
} as const;

/** An input with these fields, of which those named must be given. */
export function input<
  const Properties extends Readonly<Record<string, FieldSchema>>,
  const Names extends readonly (keyof Properties & string)[] = [],
>(properties: Properties, ...required: Names) {
  return { type: 'object', properties, required } as const;
}

/** The input of what is asked without any. */
export const NOTHING = input({});
