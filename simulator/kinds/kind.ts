import { ConsoleFailure, type Kind } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';

/** What RouterOS answers to a value of the wrong type or format (routeros-rest.md §2.8). */
export function invalidValue(name: string): ConsoleFailure {
  return refusal('invalidValue', name);
}

/** What RouterOS answers to an unknown enum word or reference (routeros-rest.md §2.8). */
export function noMatch(name: string): ConsoleFailure {
  return refusal('noMatch', name);
}

/** Free text. */
export const text: Kind = { canonical: (value) => value, clearable: true };

/** Text that must not be empty (names). */
export const nonEmptyText: Kind = {
  clearable: false,
  canonical(value, name) {
    if (value === '') {
      throw invalidValue(name);
    }
    return value;
  },
};

/** `true`/`yes` or `false`/`no`; read back as `true`/`false` (routeros-rest.md §3). */
export const bool: Kind = {
  clearable: false,
  canonical(value, name) {
    if (value === 'true' || value === 'yes') {
      return 'true';
    }
    if (value === 'false' || value === 'no') {
      return 'false';
    }
    throw invalidValue(name);
  },
};

/** A presence flag: any value sets it, it reads back as `''` (routeros-rest.md §3, switch type). */
export const presence: Kind = { canonical: () => '', clearable: false };

/** One of the words, or with JSON booleans their console spelling. */
export function oneOf(...words: readonly string[]): Kind {
  return {
    clearable: false,
    canonical(value, name) {
      const spelled = value === 'true' ? 'yes' : value === 'false' ? 'no' : value;
      const found = words.find((word) => word === value) ?? words.find((word) => word === spelled);
      if (found === undefined) {
        throw noMatch(name);
      }
      return found;
    },
  };
}

/**
 * A whole number in decimal or `0x` hex, inside the bounds. A text with zeros in front is decimal (`0010` read back as
 * `10` on 7.24.4, public report); of JSON numbers that are octal the body's reader knows.
 */
export function number(least: number, most: number): Kind {
  return {
    clearable: false,
    canonical(value, name) {
      if (!/^(0x[0-9a-f]+|\d+)$/i.test(value)) {
        throw invalidValue(name);
      }
      const parsed = Number(value);
      if (parsed < least || parsed > most) {
        throw refusal('outOfRange', name, least, most);
      }
      return String(parsed);
    },
  };
}

/** A comma list of another kind, no spaces on read. */
export function listOf(item: Kind): Kind {
  return {
    ...item,
    clearable: true,
    several: true,
    canonical(value, name) {
      return value === ''
        ? ''
        : value
            .split(',')
            .map((part) => item.canonical(part.trim(), name))
            .join(',');
    },
  };
}

/** A comma set over a vocabulary, read back in the vocabulary's order. */
export function setOf(...words: readonly string[]): Kind {
  return {
    clearable: true,
    canonical(value, name) {
      const given = value === '' ? [] : value.split(',').map((part) => part.trim());
      for (const word of given) {
        if (!words.includes(word)) {
          throw noMatch(name);
        }
      }
      return words.filter((word) => given.includes(word)).join(',');
    },
  };
}

/** The name of a row in another menu, or one of the words that name none. */
export function reference(menu: string, ...words: readonly string[]): Kind {
  return { canonical: (value) => value, clearable: false, reference: menu, words };
}

/** Either kind: the first one that takes the value. */
export function either(first: Kind, second: Kind): Kind {
  return {
    clearable: first.clearable || second.clearable,
    canonical(value, name) {
      try {
        return first.canonical(value, name);
      } catch {
        return second.canonical(value, name);
      }
    },
  };
}

/**
 * A POSIX regular expression: brackets closed, no empty `()`, no equivalence class or collating element (vendor's page
 * Regular Expressions). `*` may stand in front, and in brackets (`[*mikrotik*]`, vendor's page DNS).
 */
export const regexp: Kind = {
  clearable: false,
  canonical(value) {
    // Brackets and escaped characters say nothing about parentheses.
    const outside = value.replaceAll(/\\.|\[\^?\]?(?:\[:[a-z]+:\]|[^\][]|\[(?![.=]))*\]/gs, 'x');
    if (value === '' || /[[\\]|\(\)/.test(outside) || !isBalanced(outside)) {
      throw refusal('badRegexp');
    }
    return value;
  },
};

function isBalanced(text: string): boolean {
  let open = 0;
  for (const character of text) {
    open += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (open < 0) {
      return false;
    }
  }
  return open === 0;
}
