import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { CommandRow } from '../cli/command.ts';
import { loadCommand } from '../cli/command-line/command-table.ts';

/** As somebody meets them: the order of help, of completion and of the reference page. */
const ORDER = [
  'demo',
  'init',
  'import',
  'coverage',
  'validate',
  'explain',
  'plan',
  'plans',
  'proposals',
  'approve',
  'trust',
  'roster',
  'signers',
  'status',
  'devices',
  'read',
  'drift',
  'history',
  'snapshots',
  'health',
  'audit',
  'reports',
  'credentials',
  'access',
  'rollouts',
  'freeze',
  'reconcile',
  'diagnose',
  'doctor',
  'controller',
  'mcp',
  'login',
  'logout',
  'simulator',
  'completion',
  'version',
];

/**
 * The row of every file in cli/commands/, in the order of help. @throws {Error} for one that ORDER does not place, or
 * that has another's name.
 */
export async function commandRows(): Promise<readonly CommandRow[]> {
  const files = readdirSync(path.join(import.meta.dirname, '../cli/commands')).map((file) => path.parse(file).name);
  const rows = await Promise.all(files.map(async (name) => (await loadCommand(name)).row));
  const lost = files.filter((name, index) => rows[index]?.name !== name || !ORDER.includes(name));
  if (lost.length > 0)
    throw new Error(`say in scripts/command-rows.ts where help lists ${lost.join(', ')}, by this name`);
  return rows.toSorted((one, other) => ORDER.indexOf(one.name) - ORDER.indexOf(other.name));
}
