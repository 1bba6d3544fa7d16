import type { Change, Plan } from '#differ';
import { fieldAvailable, InvalidValue, MAX_SCRIPT_BYTES, menuOf, scriptSizeBytes, type Version } from '#routeros';
import { armedNamesOf } from '../apply/token.ts';
import { undoScript } from '../apply/undo-script.ts';
import type { DeviceIdentity } from '../device/identity.ts';
import type { Reason } from '../reasons.ts';

/** Why a plan can neither be written nor undone on this router, seen before anything is sent (armed-rollback.md §3). */
export function armReasons(plan: Plan, { version, versionText }: DeviceIdentity): readonly Reason[] {
  const missing = plan.changes.flatMap((change) => fieldsMissing(change, version));
  if (missing.length > 0) {
    return [{ code: 'FieldNotOnVersion', version: versionText, fields: [...new Set(missing)] }];
  }
  try {
    const bytes = scriptSizeBytes(undoScript(plan, armedNamesOf('sha256:', 1), version));
    if (bytes <= MAX_SCRIPT_BYTES) return [];
    return [{ code: 'UndoTooLarge', bytes, mostBytes: MAX_SCRIPT_BYTES }];
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    return [{ code: 'UndoNotPossible', because: error.message }];
  }
}

function fieldsMissing(change: Change, version: Version): readonly string[] {
  if (change.kind !== 'create' && change.kind !== 'set') return [];
  const { fields } = menuOf(change.menu);
  return Object.keys(change.fields)
    .filter((name) => fields[name] !== undefined && !fieldAvailable(fields[name], version))
    .map((name) => `${change.menu} ${name}`);
}
