import type { Tool } from '../tool.ts';
import { ADMIN } from './admin.ts';
import { AUDIT } from './audit.ts';
import { CHANGES } from './changes.ts';
import { CORE } from './core.ts';
import { DIAGNOSTICS } from './diagnostics.ts';
import { FIREWALL } from './firewall.ts';
import { HISTORY } from './history.ts';
import { menuTool } from './menu-tool.ts';
import { NETWORK } from './network.ts';
import { WIRELESS } from './wireless.ts';

/** Every tool there is, in the order in which they are listed. */
export const TOOLS: readonly Tool[] = Object.freeze([
  ...CORE,
  ...[...NETWORK, ...FIREWALL, ...WIRELESS].map(menuTool),
  ...DIAGNOSTICS,
  ...CHANGES,
  ...HISTORY,
  ...AUDIT,
  ...ADMIN,
]);
