import type { Permission } from './operation.ts';
import type { DeviceName } from '../ports.ts';

/** Who asks, and what they may do. */
export interface Principal {
  /** As the audit names them: `operator:alice`. */
  readonly actor: string;
  /**
   * Whether they may do this to a device; null: to the fleet. A device that they may not read does not exist for them.
   */
  may(permission: Permission, device: DeviceName | null): boolean;
}

/** Whoever runs as the controller's own user: they may do everything. */
export function operator(name: string): Principal {
  return { actor: `operator:${name}`, may: () => true };
}
