import type { Tool } from '#mcp';
import { listIn } from '../access/devices-option.ts';
import { CommandError } from '../command-error.ts';
import { type CommandContext, type CommandOption, optionText } from '../command.ts';

/** Which tools there are; what a caller wants is never more. */
export const SELECTION: readonly CommandOption[] = [
  {
    name: 'toolsets',
    value: 'NAME,NAME',
    summary:
      'core, network, firewall, wireless, diagnostics, changes, history, audit, admin, or all; default: the usual tools of each',
  },
  { name: 'tools', value: 'NAME,NAME', summary: 'these besides the toolsets, or these alone where none are named' },
  { name: 'exclude-tools', value: 'NAME,NAME', summary: 'never these, whatever else is named' },
  { name: 'read-only', summary: 'only tools that change nothing, not even a proposal, whatever else is named' },
];

/** The tools that the command line offers. @throws {CommandError} `usage` for a name that is none, with the nearest. */
export async function selectedTools(context: CommandContext): Promise<readonly Tool[]> {
  const { offered, TOOLS, UnknownTool } = await import('#mcp');
  const named = (name: string): readonly string[] | undefined => {
    const text = optionText(context, name);
    return text === undefined ? undefined : listIn(text).filter((each) => each !== '');
  };
  const [toolsets, tools, exclude] = [named('toolsets'), named('tools'), named('exclude-tools')];
  try {
    return offered(TOOLS, {
      ...(toolsets === undefined ? {} : { toolsets }),
      ...(tools === undefined ? {} : { tools }),
      ...(exclude === undefined ? {} : { exclude }),
      readOnly: context.options['read-only'] === true,
    });
  } catch (error) {
    if (!(error instanceof UnknownTool)) throw error;
    throw new CommandError(
      'usage',
      error.message,
      'see --toolsets: rosctl mcp --help, and docs/reference/mcp-tools.md',
    );
  }
}
