import type { LiveState } from '#differ';
import { Failure } from '#failure';
import { menuAvailable, menuOf, type MenuPath, type Row } from '#routeros';
import type { DeviceName, Readers } from '../ports.ts';

/**
 * What visits did not read of a device, since nobody declared it: read of the router over the user that only reads. Null:
 * it cannot be, also where rows hold secrets, which that user does not see.
 */
export async function readLacking(
  readers: Readers,
  device: DeviceName,
  menus: readonly MenuPath[],
  signal: AbortSignal,
): Promise<LiveState['menus'] | null> {
  if (menus.some(holdsSecrets)) return null;
  try {
    return await readers.on(
      device,
      async ({ session, version }) => {
        const read: Record<MenuPath, readonly Row[]> = {};
        for (const path of menus)
          read[path] = menuAvailable(menuOf(path), version)
            ? await session.print(path, columnsOf(path), undefined, signal)
            : [];
        return read;
      },
      signal,
    );
  } catch (error) {
    if (error instanceof Failure || signal.aborted) return null;
    throw error;
  }
}

function holdsSecrets(path: MenuPath): boolean {
  const { fields, copiesSecrets } = menuOf(path);
  return copiesSecrets === true || Object.values(fields).some(({ secret }) => secret === true);
}

function columnsOf(path: MenuPath): readonly string[] {
  const { shape, fields, skipWhen } = menuOf(path);
  const names = Object.keys(fields).filter((name) => fields[name]?.readOnly !== true);
  return shape === 'settings' ? names : [...new Set(['.id', ...names, ...skipWhen])];
}
