/**
 * The known name closest to a misspelt one: at most two edits away and at most a third of its length, or equal when
 * case, hyphens and underscores are ignored. Else the only one that people may have said in part: `vie-02` for
 * `edge-vie-02`. Undefined when none is close enough to be meant.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const folded = fold(name);
  const same = known.find((candidate) => fold(candidate) === folded);
  if (same !== undefined) return same;
  const limit = Math.min(2, Math.max(1, Math.floor(name.length / 3)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    // Each letter more or less is an edit: texts of any length cost nothing.
    if (Math.abs(name.length - candidate.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? onlyOneWith(name, known);
}

/** The only known name of whose parts the given ones are some, side by side. */
function onlyOneWith(name: string, known: readonly string[]): string | undefined {
  const parts = partsOf(name);
  if (parts.length <= 3) return undefined;
  const [one, ...others] = known.filter((candidate) => partsOf(candidate).includes(parts));
  return others.length === 0 ? one : undefined;
}

function partsOf(name: string): string {
  return `-${name.toLowerCase().replaceAll('_', '-')}-`;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** Insertions, deletions, substitutions and swaps of neighbours, each counted as one. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let cost = Math.min(substitution, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
