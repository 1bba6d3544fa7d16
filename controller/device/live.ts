import type { LiveState } from '#differ';
import { menuOf, type MenuPath, type Row } from '#routeros';
import type { DeviceSession } from '../ports.ts';

/**
 * One list read per menu, never one per row (DESIGN §5). @throws {Failure} when any read fails: never a partial state.
 */
export async function readLive(
  session: DeviceSession,
  menus: readonly MenuPath[],
  signal?: AbortSignal,
): Promise<LiveState> {
  const live: Record<MenuPath, readonly Row[]> = {};
  for (const path of menus) live[path] = await session.print(path, propertiesOf(path), signal);
  return { menus: live };
}

const properties = new Map<MenuPath, readonly string[] | undefined>();

/** What the differ needs of a list row; settings menus are read whole, they are one row. */
function propertiesOf(path: MenuPath): readonly string[] | undefined {
  if (!properties.has(path)) properties.set(path, readableProperties(path));
  return properties.get(path);
}

function readableProperties(path: MenuPath): readonly string[] | undefined {
  const menu = menuOf(path);
  if (menu.shape === 'settings') return undefined;
  const configuration = Object.entries(menu.fields).filter(([, field]) => field.readOnly !== true);
  return [...new Set(['.id', ...configuration.map(([name]) => name), ...menu.skipWhen])];
}
