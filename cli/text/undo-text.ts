import type { UndoSize } from '#controller';
import { counted } from './lines.ts';

/** `22000 rows, 350 kB in 8 scripts; a router needs 2.4 MB of free disk space for it`. */
export function undoText({ rows, bytes, parts, freeBytes }: UndoSize): string {
  const size = `${counted(rows, 'row')}, ${String(Math.ceil(bytes / 1000))} kB in ${counted(parts, 'script')}`;
  const room =
    freeBytes === null
      ? 'more than can be armed on any router, so change fewer rows at once'
      : `a router needs ${(Math.ceil(freeBytes / 100_000) / 10).toFixed(1)} MB of free disk space for it`;
  return `${size}; ${room}`;
}
