import type { Fault } from './fault.ts';

/** Texts of one revision by path. */
type Files = Readonly<Record<string, string>>;

/**
 * Files that hold just the beginning of what they held before, as a copy that broke off leaves them. Cut at the end of a line they may
 * still be good YAML in which the last rows are missing, and what is missing would be deleted from routers. Whoever means it ends the
 * file with `...`, YAML's own mark of an end.
 */
export function cutOffFiles(before: Files, now: Files): readonly Fault[] {
  return Object.entries(now).flatMap(([file, text]) => {
    const old = before[file];
    if (old === undefined || old.length === text.length || !old.startsWith(text)) return [];
    return [
      {
        file,
        line: text.split('\n').length,
        column: 1,
        path: '',
        message: 'the file may be cut off: it is the beginning of what it was before',
        hint: 'restore its end; if the end was deleted on purpose, put a line "..." there',
      },
    ];
  });
}
