import type { Tool } from '../tool.ts';
import { CORE } from './core.ts';
import { DIAGNOSTICS } from './diagnostics.ts';

/** Every tool there is, in the order in which they are listed. */
export const TOOLS: readonly Tool[] = Object.freeze([...CORE, ...DIAGNOSTICS]);
