import { OF_THE_OPERATOR, type Permission } from '../access/permissions.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS, type OperationName } from './table.ts';

/** Where one comes in: the control socket of rosctl, the socket of the MCP process, or HTTP. */
export type Door = 'control' | 'mcp' | 'http';

/** What nobody may do through a door, whoever they are: it has no route there. */
const NEVER: Readonly<Record<Door, readonly Permission[]>> = {
  control: [],
  http: OF_THE_OPERATOR,
  mcp: [...OF_THE_OPERATOR, 'fleet.steer', 'rollouts.act', 'plans.retry', 'freeze'],
};

/** The operations that there are at a door. */
export function operationsAt(door: Door): readonly OperationName[] {
  const names = Object.keys(OPERATIONS) as OperationName[];
  return names.filter((name) => {
    const { permission }: Operation['needs'] = OPERATIONS[name].needs;
    return permission === null || !NEVER[door].includes(permission);
  });
}
