import type { UnreadMenu } from '../records/captures.ts';
import { menu, rows } from './rows.ts';
import { list, object, text } from './shape.ts';
import { format } from './stored.ts';

/** What is configured in one menu, as a capture found it. */
export const MENU_ROWS = format('rows of a menu', rows);

/** The menus that a capture could not read. */
export const UNREAD = format('unread menus', list(object<UnreadMenu>({ menu, code: text, message: text })));
