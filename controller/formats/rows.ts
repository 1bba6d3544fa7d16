import type { MenuPath, Row } from '#routeros';
import { list, map, text, textFrom, type Shape } from './shape.ts';

/** The fields of a row of a menu. */
export const row: Shape<Row> = map(text);

/** Rows of a menu. */
export const rows: Shape<readonly Row[]> = list(row);

/** The path of a menu. */
export const menu: Shape<MenuPath> = textFrom('/');
