/**
 * Gives each wanted row a row of its own, among rows of one tuple: as many exact pairs as possible, then the rest in
 * the order given (enabled ones first on both sides). Exact pairs first makes planning settle: what one plan wrote,
 * the next finds untouched.
 * @returns for each wanted row the index of its row, or -1 when there are not enough.
 */
export function pairRows<W, R>(
  wanted: readonly W[],
  rows: readonly R[],
  isExact: (wanted: W, row: R) => boolean,
): readonly number[] {
  if (wanted.length === 0) return [];
  if (wanted.length === 1 && rows.length <= 1) return [rows.length - 1];
  const ownerOf: number[] = rows.map(() => -1);
  for (let index = 0; index < wanted.length; index++) claimExact(index, wanted, rows, isExact, ownerOf, new Set());
  const paired = wanted.map((_, index) => ownerOf.indexOf(index));
  const free = rows.flatMap((_, index) => (ownerOf[index] === -1 ? [index] : []));
  return paired.map((row) => (row === -1 ? (free.shift() ?? -1) : row));
}

/**
 * One augmenting step of bipartite matching: a wanted row may take the exact row of another that has a second choice.
 */
function claimExact<W, R>(
  claimant: number,
  wanted: readonly W[],
  rows: readonly R[],
  isExact: (wanted: W, row: R) => boolean,
  ownerOf: number[],
  seen: Set<number>,
): boolean {
  const exact = [...rows.keys()].filter((index) => isExact(wanted[claimant] as W, rows[index] as R));
  const unowned = exact.find((index) => ownerOf[index] === -1);
  if (unowned !== undefined) {
    ownerOf[unowned] = claimant;
    return true;
  }
  for (const index of exact) {
    if (seen.has(index)) continue;
    seen.add(index);
    if (!claimExact(ownerOf[index] as number, wanted, rows, isExact, ownerOf, seen)) continue;
    ownerOf[index] = claimant;
    return true;
  }
  return false;
}
