import type { IncomingMessage } from 'node:http';
import { DoorError, type DoorFailure } from '../door.ts';
import type { Tool } from '../tool.ts';
import type { Caller } from './caller.ts';
import { challengeOf, scopesOf } from './challenge.ts';
import { refusal, type Refusal, Refused } from './refusal.ts';

/** What refusals say besides their reason. */
export interface RefusalsWorld {
  readonly publicUrl: string;
  readonly tools: readonly Tool[];
}

/** What is answered to a request that failed before the protocol; null: it is a defect. */
export function refusalFor(error: unknown, request: IncomingMessage, world: RefusalsWorld): Refusal | null {
  if (error instanceof Refused) return error.refusal;
  return error instanceof DoorError ? refusalOf(error.failure, request, world) : null;
}

/** What the service says to a caller, passed on. */
export function refusalOf(failure: DoorFailure, { headers }: IncomingMessage, world: RefusalsWorld): Refusal {
  const { publicUrl, tools } = world;
  const { status } = failure;
  if (status !== 401) return refusal(PASSED_ON.has(status) ? status : 502, failure);
  const named = tools.filter(({ name }) => name === headers['mcp-name']);
  const scopes = scopesOf((named.length === 0 ? tools : named).map(({ permission }) => permission));
  const error = headers.authorization === undefined ? null : 'invalid_token';
  return refusal(401, failure, { 'www-authenticate': challengeOf(error, publicUrl, scopes) });
}

const PASSED_ON = new Set([400, 403, 429, 503]);

/** What a caller lacks for a tool that they call; null: nothing. */
export function scopeRefusal({ me }: Caller, body: unknown, { publicUrl, tools }: RefusalsWorld): Refusal | null {
  const held = me.may.flatMap(({ permissions }) => permissions);
  const called = new Set(calledIn(body));
  const refused = tools.find(({ name, permission }) => called.has(name) && !held.includes(permission));
  if (refused === undefined) return null;
  const { name, permission } = refused;
  const message = `${name} needs ${permission}, which you may on no device.`;
  const hint = me.why ?? 'Bring a token with the scopes of the challenge, or ask for a role that allows it.';
  const challenge = challengeOf('insufficient_scope', publicUrl, scopesOf([...held, permission]));
  return refusal(403, { code: 'Forbidden', message, hint }, { 'www-authenticate': challenge });
}

/** The tools that a body calls; clients of 2025-03-26 send several messages at once. */
function calledIn(body: unknown): readonly unknown[] {
  const messages = [body].flat() as readonly (Readonly<Record<string, unknown>> | null)[];
  return messages.flatMap((each) => {
    const params = each?.['method'] === 'tools/call' ? each['params'] : null;
    return typeof params === 'object' && params !== null && 'name' in params ? [params.name] : [];
  });
}
