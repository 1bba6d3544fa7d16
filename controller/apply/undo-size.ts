import type { DesiredState, Plan } from '#differ';
import { matchOf, menuOf, type MenuPath, type Version } from '#routeros';
import { freeBytesFor } from '../policy/undo-room.ts';
import { armedNamesOf } from './token.ts';
import { undoBytes, undoScripts } from './undo-script.ts';

/** What an undo takes on a router. */
export interface UndoSize {
  /** Rows and settings menus that it restores. */
  readonly rows: number;
  readonly bytes: number;
  /** How many scripts hold it; 0: the armed script itself does. */
  readonly parts: number;
  /** Free disk space that a router needs for it. Null: it is larger than any undo may be. */
  readonly freeBytes: number | null;
}

/** The size of a plan's undo. `version` null: of a router of any version. @throws {InvalidValue} */
export function undoSizeOf(plan: Pick<Plan, 'changes' | 'inverse' | 'emptyBefore'>, version: Version | null): UndoSize {
  const scripts = undoScripts(plan, armedNamesOf('sha256:', 1), version);
  const bytes = undoBytes(scripts);
  return { rows: plan.inverse.length, bytes, parts: scripts.parts.length, freeBytes: freeBytesFor(bytes) };
}

/**
 * The size of the undo of a plan that removes every row that is declared in lists: the largest that its own rows can
 * need. @throws {InvalidValue}
 */
export function removalUndoSize(desired: DesiredState): UndoSize {
  const inverse = Object.entries(desired.menus).flatMap(([path, declared]) => {
    const menu = menuOf(path as MenuPath);
    if (declared.shape !== 'list') return [];
    return declared.rows.map(({ fields }) => ({ menu: menu.path, match: matchOf(menu, fields), rows: [fields] }));
  });
  return undoSizeOf({ changes: [], inverse }, null);
}
