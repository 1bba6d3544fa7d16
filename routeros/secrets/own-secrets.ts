import type { Row } from '../catalogue/menu.ts';
import { CUT, cutForms, finderOf } from './cut.ts';
import { formsOf } from './forms.ts';

/** The secrets that we send, and the one place where they are cut out of what comes back. */
export interface OwnSecrets {
  /** This is one of ours from now on. `user`: whom it is sent for. */
  add(secret: string, user: string | null): void;
  /** Other people's words without any secret of ours. */
  cut(text: string): string;
  /**
   * Rows without secrets of eight characters and more: what is shorter may be any word. The rows themselves when they
   * hold none.
   */
  cutRows(rows: readonly Row[]): readonly Row[];
}

const SHORTEST_IN_ROWS = 8;

/** None yet. */
export function makeOwnSecrets(): OwnSecrets {
  const known = new Set<string>();
  const forms = new Set<string>();
  const formsInRows = new Set<string>();
  let all: readonly string[] = [];
  let inRows: readonly string[] = [];
  let isIn: ((text: string) => boolean) | null = null;

  function holdsOne(row: Row): boolean {
    isIn ??= finderOf(inRows);
    for (const name in row) if (isIn(row[name] ?? '') || isIn(name)) return true;
    return false;
  }

  function cutRow(row: Row): Row {
    if (!holdsOne(row)) return row;
    const entries = Object.entries(row).map(([key, value]) => [cutForms(key, inRows), cutForms(value, inRows)]);
    return Object.fromEntries(entries) as Row;
  }

  return {
    add(secret, user) {
      const key = JSON.stringify([user, secret]);
      if (secret === '' || known.has(key)) return;
      known.add(key);
      for (const form of formsOf(secret, user)) {
        forms.add(form);
        if (secret.length >= SHORTEST_IN_ROWS) formsInRows.add(form);
      }
      all = [...forms];
      inRows = [...formsInRows];
      isIn = null;
    },
    cut: (text) => cutForms(text, all),
    cutRows(rows) {
      if (inRows.length === 0) return rows;
      for (const row of rows) if (holdsOne(row)) return rows.map(cutRow);
      return rows;
    },
  };
}

/** Whether a row holds, or held until it was cut, a secret of ours. */
export function holdsSecret(row: Row, secrets: Pick<OwnSecrets, 'cutRows'>): boolean {
  if (secrets.cutRows([row])[0] !== row) return true;
  return Object.entries(row).some((texts) => texts.some((text) => text.includes(CUT)));
}
