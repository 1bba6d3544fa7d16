import type { Diagnostic } from './diagnostic.ts';
import { readDocuments } from './read-documents.ts';

/** Texts of one revision by path. */
type Files = Readonly<Record<string, string>>;

/**
 * Files that hold just the beginning of what they held before, as a copy that broke off leaves them. Cut at the end of
 * a line they may still be good YAML in which the last rows are missing, and what is missing would be deleted from
 * routers. Whoever means it ends the file with `...`, YAML's own mark of an end. Comments and empty lines may go:
 * nothing is declared there.
 */
export function cutOffFiles(before: Files, now: Files): readonly Diagnostic[] {
  return Object.entries(now).flatMap(([file, text]) => {
    const old = before[file];
    if (old === undefined || old.length === text.length || !old.startsWith(text)) return [];
    if (valuesOf(file, old) === valuesOf(file, text)) return [];
    return [
      {
        file,
        line: text.split('\n').length,
        column: 1,
        path: '',
        message: `the file may be cut off: it is the beginning of what it was before, ${goneText(old.slice(text.length))}`,
        hint: `if you deleted the end on purpose, add a line "..." at the end of ${file}; if not, put it back`,
      },
    ];
  });
}

function valuesOf(file: string, text: string): string {
  return JSON.stringify(readDocuments(file, text).documents.map((document) => document.value));
}

const LONGEST_EXCERPT = 60;

/** `without its last 2 lines, which began with "- {list: a, address: 192.0.2.1}"` */
function goneText(gone: string): string {
  const lines = gone.replace(/\n$/, '').split('\n');
  const first = (lines.find((line) => /^\s*[^\s#]/.test(line)) ?? '').trim();
  const excerpt = first.length > LONGEST_EXCERPT ? `${first.slice(0, LONGEST_EXCERPT)}…` : first;
  const count = lines.length === 1 ? 'its last line' : `its last ${String(lines.length)} lines`;
  return `without ${count}, which began with ${JSON.stringify(excerpt)}`;
}
