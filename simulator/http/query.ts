import type { Properties } from '../model/console.ts';

/**
 * `?a=x&b=y`: exact equality, booleans also as `yes`/`no`; an absent property never matches (routeros-rest.md §2.3).
 */
export function matchesFilter(row: Properties, filter: readonly (readonly [string, string])[]): boolean {
  return filter.every(([name, value]) => {
    const held = row[name];
    return held === value || (held === 'true' && value === 'yes') || (held === 'false' && value === 'no');
  });
}

/** The named properties of a row, in the row's order. */
export function picked(row: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));
}

/**
 * The `.query` stack machine: an endless stack of `true`, the row passes when no `false` is left (routeros-rest.md
 * §2.4).
 */
export function matchesQuery(row: Properties, words: readonly string[]): boolean {
  const stack: boolean[] = [];
  for (const word of words) {
    if (word.startsWith('#')) {
      operate(stack, word.slice(1));
    } else {
      stack.push(holds(row, word));
    }
  }
  return !stack.includes(false);
}

function holds(row: Properties, word: string): boolean {
  if (word.startsWith('-')) {
    return row[word.slice(1)] === undefined;
  }
  const comparison = /^([<>=]?)([^=]+)=([\s\S]*)$/.exec(word);
  if (comparison === null) {
    return row[word.replace(/^=/, '')] !== undefined;
  }
  const [, operator = '', name = '', value = ''] = comparison;
  const held = row[name];
  if (held === undefined) {
    return false;
  }
  const order = compare(held, value);
  return operator === '<' ? order < 0 : operator === '>' ? order > 0 : matchesFilter(row, [[name, value]]);
}

function compare(left: string, right: string): number {
  const numbers = /^\d+$/.test(left) && /^\d+$/.test(right);
  return numbers ? Number(left) - Number(right) : left < right ? -1 : left > right ? 1 : 0;
}

function operate(stack: boolean[], operations: string): void {
  function pop(): boolean {
    return stack.pop() ?? true;
  }
  const tokens = operations.match(/\d+|./g) ?? [];
  for (const [position, token] of tokens.entries()) {
    if (/^\d+$/.test(token)) {
      const value = stack.at(-1 - Number(token)) ?? true;
      const followed = position + 1 < tokens.length;
      stack.splice(followed ? stack.length : 0, followed ? 0 : stack.length, value);
      // A dot right after an index only ends the index.
      if (tokens[position + 1] === '.') {
        tokens[position + 1] = '';
      }
    } else if (token === '!') {
      stack.push(!pop());
    } else if (token === '&' || token === '|') {
      const right = pop();
      const left = pop();
      stack.push(token === '&' ? left && right : left || right);
    } else if (token === '.') {
      stack.push(stack.at(-1) ?? true);
    }
  }
}
