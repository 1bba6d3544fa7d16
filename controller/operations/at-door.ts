import type { Permission } from '../access/permissions.ts';
import { OPERATIONS, type OperationName } from './table.ts';

/** Where one comes in: the control socket of rosctl, the socket of the MCP process, or HTTP. */
export type Door = 'control' | 'mcp' | 'http';

const OF_THE_OPERATOR: readonly Permission[] = ['trust', 'revocations', 'credentials'];

/** What nobody may do through a door, whoever they are: it has no route there. */
const NEVER: Readonly<Record<Door, readonly Permission[]>> = {
  control: [],
  http: OF_THE_OPERATOR,
  mcp: [...OF_THE_OPERATOR, 'fleet.steer', 'rollouts.act', 'plans.retry', 'freeze'],
};

/** The operations that there are at a door. */
export function operationsAt(door: Door): readonly OperationName[] {
  const names = Object.keys(OPERATIONS) as OperationName[];
  return names.filter((name) => !NEVER[door].includes(OPERATIONS[name].needs.permission));
}
