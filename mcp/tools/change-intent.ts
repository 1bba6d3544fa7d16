import { SECTION_NAMES } from '#schemas';
import type { InputOf } from '#controller/operations';
import { DoorError } from '../door.ts';
import { BadInput } from '../input-fault.ts';
import type { ToolCall } from '../tool.ts';

/** A change as the service takes it. */
export type Intent = InputOf<'proposeChange'>;

const NAMES = { type: 'array', items: { type: 'string' } };

/** Whom, what and why; the service says which fields a section has. */
export const INTENT = {
  section: { type: 'string', enum: SECTION_NAMES },
  devices: NAMES,
  labels: { type: 'object' },
  config: { type: 'string', description: 'all this RouterConfig selects' },
  set: { description: 'mapping of fields, or list of items' },
  add: { description: 'list of items' },
  remove: { description: 'list of fields or items' },
  reason: { type: 'string' },
  also_affects: NAMES,
  where: { type: 'object' },
} as const;

/** The intent, in the words of the service. @throws {BadInput} unless it says whom it is for, once. */
export function intentIn(given: ToolCall['input']): Intent {
  const {
    section,
    devices,
    labels,
    config,
    reason,
    set,
    add,
    remove,
    where,
    also_affects: alsoAffects,
  } = given as {
    readonly section: string;
    readonly devices?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly config?: string;
    readonly reason: string;
    readonly set?: unknown;
    readonly add?: unknown;
    readonly remove?: unknown;
    readonly where?: Intent['where'];
    readonly also_affects?: readonly string[];
  };
  const whom = [
    ...(devices === undefined ? [] : [{ devices }]),
    ...(labels === undefined ? [] : [{ selector: { matchLabels: labels } }]),
    ...(config === undefined ? [] : [{ config }]),
  ];
  const [only] = whom;
  if (only === undefined || whom.length > 1)
    throw new BadInput({
      field: 'devices',
      cause: 'Say whom it is for in one of devices, labels and config.',
      allowed: ['devices', 'labels', 'config'],
    });
  const places = Object.entries(where ?? {});
  if (where !== undefined && (places.length !== 1 || !places.every(isPlace)))
    throw new BadInput({
      field: 'where',
      cause: 'where must be {"config": NAME}, a RouterConfig there is, or {"newConfig": NAME}.',
      allowed: ['config', 'newConfig'],
    });
  return { section, whom: only, reason, set, add, remove, where, alsoAffects };
}

function isPlace([name, value]: readonly [string, unknown]): boolean {
  return (name === 'config' || name === 'newConfig') && typeof value === 'string' && value !== '';
}

/** Fields of the service as they are named here. */
const OURS = [
  [/whom\.devices/g, 'devices'],
  [/whom\.selector/g, 'labels'],
  [/whom\.config/g, 'config'],
  [/whom \{config: NAME\}/g, 'config'],
  [/\bwhom\b/g, 'devices'],
  [/\balsoAffects\b/g, 'also_affects'],
] as const;

/** @throws the failure with the fields as they are named here */
export function inOurWords(error: unknown): never {
  if (!(error instanceof DoorError)) throw error;
  const { failure } = error;
  const ours = (text: string): string => OURS.reduce((told, [from, to]) => told.replaceAll(from, to), text);
  const field = failure.field === null ? null : ours(failure.field);
  throw new DoorError({ ...failure, field, message: ours(failure.message) });
}
