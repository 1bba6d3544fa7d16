/**
 * The indices of a longest strictly rising subsequence; among equally long ones, one that ends lowest, so that rows
 * which stand early in a table stay rather than later ones.
 */
export function longestRise(values: readonly number[]): ReadonlySet<number> {
  const tails: number[] = [];
  const previous: (number | undefined)[] = [];
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    previous.push(tails[low - 1]);
    tails[low] = index;
  }
  const rise = new Set<number>();
  for (let index = tails.at(-1); index !== undefined; index = previous[index]) rise.add(index);
  return rise;
}
