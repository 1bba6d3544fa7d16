import type { IncomingMessage } from 'node:http';
import { narrowed, type Selection, UnknownTool } from '../offered.ts';
import type { Tool } from '../tool.ts';
import { TOOLS } from '../tools/index.ts';
import { refusal, Refused } from './refusal.ts';

/** Which tools headers leave of what the operator offers. */
function selectionIn(headers: Headers): Selection {
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

/** The tools that headers leave of what the operator offers. @throws {Refused} one names what there is not. */
export function toolsLeftBy(headers: Headers, upper: readonly Tool[]): readonly Tool[] {
  const selection = selectionIn(headers);
  if (Object.keys(selection).length === 1 && !selection.readOnly) return upper;
  try {
    return narrowed(upper, selection, TOOLS);
  } catch (error) {
    if (!(error instanceof UnknownTool)) throw error;
    const hint = 'Mend the headers x-mcp-toolsets, x-mcp-tools and x-mcp-exclude-tools, or leave them out.';
    throw new Refused(refusal(400, { code: 'BadRequest', message: error.message, hint }));
  }
}

/** Those of a request that narrow it. */
export function headersOf({ headers }: IncomingMessage): Headers {
  const given = Object.entries(headers).filter(([name]) => name.startsWith('x-mcp-'));
  return new Headers(given.map(([name, value]): [string, string] => [name, String(value)]));
}
