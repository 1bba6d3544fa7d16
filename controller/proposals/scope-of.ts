import type { Principal } from '../access/principal.ts';
import { type Sight, sightOf } from '../access/sight.ts';
import type { ChangeScope } from '../edits/intent.ts';
import type { DeviceName } from '../ports.ts';

/** Which devices there are for a principal, and which of them they may propose to change, which tells what these hold. */
export function scopeOf(principal: Principal, devices: readonly DeviceName[]): ChangeScope {
  const those = ({ all, sees }: Sight): readonly DeviceName[] | null => (all ? null : devices.filter(sees));
  return { visible: those(sightOf(principal, null)), allowed: those(sightOf(principal, 'change.propose')) };
}
