import { nearestName } from '#schemas';
import { visible } from '#visible';
import type { Door, DoorFailure } from './door.ts';
import type { InputFault } from './input-fault.ts';
import type { CallToolResult } from './sdk.ts';
import type { Tool } from './tool.ts';

/** Why a call came to nothing, as a model reads it. */
export interface Refusal {
  /** A code of docs/reference/errors.md. */
  readonly code: string;
  readonly cause: string;
  readonly field?: string;
  /** What may stand there. */
  readonly allowed?: readonly string[];
  readonly nearest?: string;
  /** What to do, and with which tool. */
  readonly hint: string;
  readonly retryable: boolean;
  readonly retry_after_seconds?: number;
  readonly correlation_id?: string;
}

const MOST_OF_A_CAUSE = 2000;
const MOST_NAMES = 150;
const MOST_DEVICES = 50;

/** Which tool helps on, by the code of a failure; a tool that is not offered is not named. */
const NEXT: Readonly<Record<string, readonly [tool: string, why: string]>> = {
  Unreachable: ['device_get', 'says since when it does not answer'],
  Timeout: ['device_health', 'says how loaded the router is'],
  CircuitOpen: ['device_get', 'says why its requests pause'],
  Unauthorized: ['device_get', 'says how it is reached'],
  ReadUserMissing: ['device_get', 'tells what is known of it without reading it'],
  DeviceSuspended: ['device_get', 'tells what is known of it without reading it'],
  ChangeUnderWay: ['device_get', 'says where the change stands'],
  SerialMismatch: ['device_get', 'says which router it should be'],
  NoSuchMenu: ['menu_find', 'with this device lists the menus that its router has'],
  TooLarge: ['menu_find', 'lists the columns by which its router finds rows: give one in where'],
  NoRevision: ['fleet_summary', 'says what is wrong with the source'],
  NotRead: ['device_get', 'says why it was not read'],
  ToolRefused: ['device_get', 'says what the device allows'],
  TooManyDiagnostics: ['diag_result', 'tells of those that run'],
  unavailable: ['fleet_summary', 'answers as soon as the controller does'],
};

/** A call that cannot be understood. */
export function misunderstood(
  { tool, tools }: Pick<RefusedCall, 'tool' | 'tools'>,
  { field, cause, allowed, nearest }: InputFault,
): Refusal {
  const listed = field === 'device' && tools.some(({ name }) => name === 'device_list') ? ` ${DEVICES_ARE_LISTED}` : '';
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return {
    code: 'BadRequest',
    cause: `${cause.slice(0, MOST_OF_A_CAUSE)}${meant}`,
    field,
    ...(allowed === undefined ? {} : { allowed: allowed.slice(0, MOST_NAMES) }),
    ...(nearest === undefined ? {} : { nearest }),
    hint: correct(field, tool) + listed,
    retryable: false,
  };
}

/** What the service or the door refused. */
export async function refusedBy(
  failure: DoorFailure,
  { door, tools, tool, input }: RefusedCall,
  signal: AbortSignal,
): Promise<Refusal> {
  const { code, message, field, retryable, retryAfterSeconds, correlationId } = failure;
  const missing = code === 'NotFound' && field === null ? await devicesFor(input['device'], door, signal) : null;
  return {
    code,
    cause: message.slice(0, MOST_OF_A_CAUSE),
    ...(field === null ? {} : { field }),
    ...missing,
    hint: hintFor({ ...failure, field: missing?.field ?? field }, { tools, tool, input }),
    retryable,
    ...(retryAfterSeconds === null ? {} : { retry_after_seconds: retryAfterSeconds }),
    ...(correlationId === null ? {} : { correlation_id: correlationId }),
  };
}

/** What was called. */
export interface RefusedCall {
  readonly door: Door;
  readonly tools: readonly Tool[];
  readonly tool: Tool;
  readonly input: Readonly<Record<string, unknown>>;
}

type Called = Omit<RefusedCall, 'door'>;

function hintFor({ code, hint, field }: DoorFailure, { tools, tool, input }: Called): string {
  if (code === 'BadRequest' && field !== null) return correct(field, tool);
  if (code === 'NotFound' && field === null) return hintForMissing(hint, tool, input);
  if (code === 'ChangeRefused' && /^(?:set|add|remove)\b/.test(field ?? ''))
    return `${hint} schema://${String(input['section'])} says what may stand there.`;
  const [name, why] = NEXT[code] ?? nextAfter(code, field);
  if (name === tool.name && code !== 'unavailable') return hint;
  return tools.some((each) => each.name === name) ? `${hint} ${name} ${why}.` : hint;
}

function nextAfter(code: string, field: string | null): readonly [tool: string, why: string] {
  if (code === 'NotFound' && field === 'menu') return ['menu_find', 'finds menus by what they hold'];
  const ofDevices = code === 'NotFound' || (code === 'ChangeRefused' && /^(?:devices|labels)\b/.test(field ?? ''));
  return ofDevices ? ['device_list', 'shows the devices there are'] : ['', ''];
}

/** Something else than the device is not there. */
function hintForMissing(hint: string, tool: Tool, input: Called['input']): string {
  const named = ['proposal', 'plan', 'rollout'].find((field) => input[field] !== undefined);
  if (named !== undefined) return `${hint} ${tool.name} without ${named} lists all.`;
  return input['device'] === undefined ? hint : `The device is there: correct what else was given to ${tool.name}.`;
}

function correct(field: string, tool: Tool): string {
  return `Correct ${field} and call ${tool.name} again.`;
}

const DEVICES_ARE_LISTED = 'device_list shows the devices there are.';

/** Where no device has that name: those that the caller sees. */
async function devicesFor(
  device: unknown,
  door: Door,
  signal: AbortSignal,
): Promise<Pick<Refusal, 'field' | 'allowed' | 'nearest'>> {
  if (typeof device !== 'string') return {};
  try {
    const { may } = await door.ask('me', {}, signal);
    const names = [...new Set(may.flatMap(({ devices }) => devices))];
    if (names.includes(device)) return {};
    const nearest = nearestName(device, names);
    return {
      field: 'device',
      allowed: names.slice(0, MOST_DEVICES),
      ...(nearest === undefined ? {} : { nearest }),
    };
  } catch {
    return { field: 'device' };
  }
}

/** As text alone: clients of 2025-11-25 hold structured content against the schema of the tool, in errors too. */
export function resultOf(refusal: Refusal): CallToolResult {
  const text = JSON.stringify({ error: refusal }, (_, value: unknown) =>
    typeof value === 'string' ? visible(value) : value,
  );
  return { isError: true, content: [{ type: 'text', text }] };
}
