import table from '../generated/commands.json' with { type: 'json' };
import type { CommandModule, CommandRow } from '../command.ts';

/**
 * Every command in the order of help: the rows in cli/commands/, copied by `npm run generate` so that help loads none
 * of them.
 */
export const COMMANDS = table as readonly CommandRow[];

// A checkout runs .ts files, the package .js files: a command's file ends like this one.
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Loads a command and what it needs; nothing else of rosctl does. */
export async function loadCommand(name: string): Promise<CommandModule> {
  return (await import(new URL(`../commands/${name}${EXTENSION}`, import.meta.url).href)) as CommandModule;
}
