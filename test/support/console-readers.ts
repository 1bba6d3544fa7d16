import { Failure } from '#failure';
import { type MenuPath, parseVersion, type Row } from '#routeros';
import type { SimulatedRouter } from '#simulator';
import type { ReadSession, Readers } from '../../controller/ports.ts';

/** A failure in place of what a menu of a device holds. */
export type Refusing = (device: string, menu: MenuPath) => Failure | null;

/** Reads simulated routers without a network between. */
export function consoleReaders(
  routers: ReadonlyMap<string, Pick<SimulatedRouter, 'rows' | 'version' | 'serial' | 'console'>>,
  refusing: Refusing = () => null,
): Readers & {
  readonly printed: { readonly device: string; readonly menu: MenuPath; readonly columns: readonly string[] }[];
} {
  const printed: { device: string; menu: MenuPath; columns: readonly string[] }[] = [];

  function rowsOf(device: string, menu: MenuPath, filters: Row = {}): readonly Row[] {
    const router = routers.get(device);
    const refused = refusing(device, menu);
    if (refused !== null) throw refused;
    if (router?.console.menu(menu) === undefined) throw new Failure('NoSuchMenu', `There is no ${menu}.`);
    return router.rows(menu).filter((row) => Object.entries(filters).every(([name, value]) => row[name] === value));
  }

  function sessionOf(device: string): ReadSession {
    const never = (): Promise<never> => Promise.reject(new Error('no diagnostics here'));
    return {
      async print(menu, properties, filters) {
        printed.push({ device, menu, columns: properties });
        return await Promise.resolve(rowsOf(device, menu, filters)).then((rows) =>
          rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => properties.includes(name)))),
        );
      },
      count: async (menu, filters) => await Promise.resolve(rowsOf(device, menu, filters).length),
      ping: never,
      traceroute: never,
      resolve: never,
      bandwidthTest: never,
      monitorTraffic: never,
    };
  }

  return {
    printed,
    async on(device, work, signal) {
      signal?.throwIfAborted();
      const router = routers.get(device);
      if (router === undefined) throw new Failure('ReadUserMissing', `Nobody reads ${device}.`);
      return await work({ session: sessionOf(device), version: parseVersion(router.version), serial: router.serial });
    },
  };
}
