/** Lines told around what changes, unless it is said otherwise. */
const CONTEXT = 3;
/** Of more pairs of lines than this the whole stretch is told as replaced. */
const MOST_PAIRS = 4_000_000;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * What changes in a file, as `git apply` takes it. `before` null: the file is made. @param context lines that are told
 * around what changes; with none `git apply` wants `--unidiff-zero`.
 */
export function filePatch(file: string, before: string | null, after: string, context = CONTEXT): string {
  const lines = changedLines(linesOf(before ?? ''), linesOf(after));
  const from = before === null ? '--- /dev/null' : `--- a/${file}`;
  const made = before === null ? ['new file mode 100644'] : [];
  return [`diff --git a/${file} b/${file}`, ...made, from, `+++ b/${file}`, ...hunksOf(lines, context)].join('\n');
}

/** The last line says when no line break ends it, as a patch does. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`];
}

function changedLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const same = (texts: readonly string[]): readonly Line[] => texts.map((text) => ({ mark: ' ', text }));
  return [
    ...same(before.slice(0, head)),
    ...replaced(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

/** By the longest sequence of lines that stay. */
function replaced(before: readonly string[], after: readonly string[]): readonly Line[] {
  const gone = (text: string): Line => ({ mark: '-', text });
  const come = (text: string): Line => ({ mark: '+', text });
  if (before.length * after.length > MOST_PAIRS) return [...before.map(gone), ...after.map(come)];
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (one: number, other: number): number => common[one * width + other] ?? 0;
  for (let one = before.length - 1; one >= 0; one--) {
    for (let other = after.length - 1; other >= 0; other--)
      common[one * width + other] =
        before[one] === after[other] ? at(one + 1, other + 1) + 1 : Math.max(at(one + 1, other), at(one, other + 1));
  }
  const lines: Line[] = [];
  let [one, other] = [0, 0];
  while (one < before.length || other < after.length) {
    const [old, now] = [before[one], after[other]];
    if (old !== undefined && old === now) {
      lines.push({ mark: ' ', text: old });
      one += 1;
      other += 1;
    } else if (old !== undefined && (now === undefined || at(one + 1, other) >= at(one, other + 1))) {
      lines.push(gone(old));
      one += 1;
    } else {
      lines.push(come(now ?? ''));
      other += 1;
    }
  }
  return lines;
}

function hunksOf(lines: readonly Line[], context: number): readonly string[] {
  const changed = lines.flatMap(({ mark }, at) => (mark === ' ' ? [] : [at]));
  const hunks: { readonly from: number; to: number }[] = [];
  for (const at of changed) {
    const last = hunks.at(-1);
    if (last !== undefined && at - context <= last.to) last.to = at + context + 1;
    else hunks.push({ from: Math.max(0, at - context), to: at + context + 1 });
  }
  return hunks.flatMap(({ from, to }) => {
    const own = lines.slice(from, to);
    return [`@@ ${range('-', lines, from, own)} ${range('+', lines, from, own)} @@`, ...own.map(told)];
  });
}

/** `-3,7`: where a hunk begins on one side, and how many lines of that side it has. */
function range(mark: '-' | '+', lines: readonly Line[], from: number, own: readonly Line[]): string {
  const countIn = (some: readonly Line[]): number =>
    some.filter((line) => line.mark === ' ' || line.mark === mark).length;
  const count = countIn(own);
  return `${mark}${countIn(lines.slice(0, from)) + (count === 0 ? 0 : 1)},${count}`;
}

function told({ mark, text }: Line): string {
  return `${mark}${text}`;
}
