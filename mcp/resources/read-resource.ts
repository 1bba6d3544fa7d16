import { told, type ToldAnswer, type ToolAnswer } from '../answer.ts';
import { checkedInput } from '../check-input.ts';
import { DoorError } from '../door.ts';
import { BadInput } from '../input-fault.ts';
import { offeredTools } from '../offered-tools.ts';
import { type ReadResourceResult, ResourceNotFoundError } from '../sdk.ts';
import type { Served } from '../served.ts';
import type { Tool } from '../tool.ts';
import type { Resource, Values } from './resource.ts';
import { RESOURCES } from './table.ts';
import { resourceAt } from './uri.ts';

/** What this server calls its own in `_meta`. */
export const META = 'routeros-gitops.dev/';

/**
 * What a resource holds: the answer of its twin. What is missing, and what the caller may not see, are not found alike.
 * @throws {ResourceNotFoundError}
 * @throws {DoorError} where the service does not answer.
 */
export async function readResource(served: Served, uri: string, signal: AbortSignal): Promise<ReadResourceResult> {
  const found = resourceAt(RESOURCES, uri);
  if (found === null) throw new ResourceNotFoundError(uri);
  const { resource, values } = found;
  const twin = (await offeredTools(served, signal)).find(({ name }) => name === resource.twin);
  const answer = twin === undefined ? null : await answerOf(served, resource, twin, values, signal);
  if (twin === undefined || answer === null) throw new ResourceNotFoundError(uri);
  const { structured } = told(answer, served.now());
  const text = JSON.stringify({ ...structured, ...pageHint(structured, twin, resource.twinArguments(values)) });
  const meta = {
    [`${META}tool`]: twin.name,
    [`${META}size`]: Buffer.byteLength(text),
    [`${META}estimatedTokens`]: Math.ceil(text.length / 4),
    [`${META}lastModified`]: structured.as_of,
  };
  return {
    contents: [{ uri, mimeType: 'application/json', text, _meta: meta }],
    ttlMs: resource.ttlMs,
    cacheScope: 'private',
  };
}

/** Null: there is nothing, or nothing that the caller may see. */
async function answerOf(
  { door, now }: Served,
  { known, twinArguments }: Resource,
  twin: Tool,
  values: Values,
  signal: AbortSignal,
): Promise<ToolAnswer | null> {
  if (known !== undefined) return known(values);
  const checked = checkedInput(twin, twinArguments(values));
  if (!('input' in checked)) return null;
  try {
    return await twin.run({ input: checked.input, door, signal, progress() {}, now });
  } catch (error) {
    if (error instanceof BadInput || (error instanceof DoorError && isRefusal(error.failure.status))) return null;
    throw error;
  }
}

/** The service answered that there is no such thing for this caller: not that it is busy, or not there. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 429;
}

/** How to go on where there is more than fits. */
function pageHint(
  { next_cursor: cursor, hint }: ToldAnswer,
  { name }: Tool,
  given: Readonly<Record<string, unknown>>,
): { readonly hint?: string } {
  if (cursor === null) return {};
  const more = `More: the tool ${name} with ${JSON.stringify({ ...given, cursor })}.`;
  return { hint: hint === undefined ? more : `${hint} ${more}` };
}
