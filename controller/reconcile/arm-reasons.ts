import { type Change, type Plan, planPart, type Split } from '#differ';
import { fieldAvailable, InvalidValue, menuOf, type Version } from '#routeros';
import { armedNamesOf } from '../apply/token.ts';
import { undoBytes, undoScripts } from '../apply/undo-script.ts';
import { undoRoomBytes } from '../policy/undo-room.ts';
import type { DeviceIdentity } from '../device/identity.ts';
import type { Reason } from '../reasons.ts';

/** Why a plan can neither be written nor undone on this router, seen before anything is sent (armed-rollback.md §3). */
export function armReasons(
  plan: Plan,
  split: Split | undefined,
  { version, versionText, resource }: DeviceIdentity,
): readonly Reason[] {
  const missing = plan.changes.flatMap((change) => fieldsMissing(change, version));
  if (missing.length > 0) {
    return [{ code: 'FieldNotOnVersion', version: versionText, fields: [...new Set(missing)] }];
  }
  try {
    const parts = (split ?? [0]).map((_, index) => planPart(plan, split, index));
    const bytes = Math.max(...parts.map((part) => undoBytes(undoScripts(part, armedNamesOf('sha256:', 1), version))));
    const mostBytes = undoRoomBytes(Number(resource['free-hdd-space']));
    return bytes <= mostBytes ? [] : [{ code: 'UndoTooLarge', bytes, mostBytes }];
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
