import { ANSWER_SCHEMA } from './answer-schema.ts';
import type { ListedTool } from './sdk.ts';
import type { Tool } from './tool.ts';

/** A tool as clients see it, with all four annotations. */
export function listed({ name, title, description, input, readOnly, openWorld }: Tool): ListedTool {
  return {
    name,
    title,
    description,
    inputSchema: input as unknown as ListedTool['inputSchema'],
    outputSchema: ANSWER_SCHEMA,
    annotations: { readOnlyHint: readOnly, destructiveHint: false, idempotentHint: true, openWorldHint: openWorld },
  };
}
