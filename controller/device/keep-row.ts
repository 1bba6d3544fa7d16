import type { MenuPath, Row } from '#routeros';

/** The copy of a row from which an undo takes a secret back, as a router holds it. */
export interface KeepRow {
  readonly menu: MenuPath;
  readonly id: string;
  readonly name: string;
  /** Of the attempt that it was made for: `rg-T`. */
  readonly owner: string;
  /** T again: how the id of the plan begins, and the number of the attempt. */
  readonly plan: string;
  readonly number: number;
}

/** Whether a row is the copy that an undo takes a secret back from: it is nobody's configuration. */
export function isKeep(row: Row): boolean {
  return KEEP_NAME.test(row['name'] ?? '');
}

/** Of these rows the copies. */
export function keepsAmong(menu: MenuPath, rows: readonly Row[]): readonly KeepRow[] {
  return rows.flatMap((row): readonly KeepRow[] => {
    const { '.id': id = '', name = '' } = row;
    const [, owner, digits = '', number = ''] = KEEP_NAME.exec(name) ?? [];
    return owner === undefined ? [] : [{ menu, id, name, owner, plan: `sha256:${digits}`, number: Number(number) }];
  });
}

const KEEP_NAME = /^(rg-([0-9a-f]{12})-(\d+))-keep-\d+$/;
