import type { IncomingHttpHeaders } from 'node:http';
import { narrowed, type Selection, UnknownTool } from '../offered.ts';
import type { Tool } from '../tool.ts';
import { TOOLS } from '../tools/index.ts';
import { refusal, Refused } from './refusal.ts';

/** Which tools headers leave of what the operator offers. */
export function selectionIn(headers: Headers): Selection {
  const named = (name: string): readonly string[] | undefined =>
    headers
      .get(name)
      ?.split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  const [toolsets, tools, exclude] = ['x-mcp-toolsets', 'x-mcp-tools', 'x-mcp-exclude-tools'].map(named);
  const readOnly = headers.get('x-mcp-readonly');
  return {
    ...(toolsets === undefined ? {} : { toolsets }),
    ...(tools === undefined ? {} : { tools }),
    ...(exclude === undefined ? {} : { exclude }),
    // Whoever says it in another way means to have less.
    readOnly: readOnly !== null && readOnly !== 'false',
  };
}

/** @throws {Refused} a header names what there is not. */
export function mustNarrow(headers: IncomingHttpHeaders, upper: readonly Tool[]): void {
  const given = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  try {
    narrowed(
      upper,
      selectionIn(new Headers(given.filter(([name]) => name?.startsWith('x-mcp-')) as [string, string][])),
      TOOLS,
    );
  } catch (error) {
    if (!(error instanceof UnknownTool)) throw error;
    const hint = 'Mend the headers x-mcp-toolsets, x-mcp-tools and x-mcp-exclude-tools, or leave them out.';
    throw new Refused(refusal(400, { code: 'BadRequest', message: error.message, hint }));
  }
}
