import { mapSecrets } from '#differ';
import { Failure } from '#failure';
import { CATALOGUE, makeOwnSecrets, type Menu, type MenuPath, type Row } from '#routeros';
import type { DeviceSession } from '../ports.ts';

/** The secrets of one pass: seals are all that anybody behind the line sees of them. */
export interface Vault {
  /** What stands for a value, the same for the same value and in every life of the controller. */
  seal(value: string): string;
  /** The bound value that a seal stands for; undefined: it is none of this pass. */
  valueOf(seal: string): string | undefined;
  /** All bound values of this pass. */
  readonly values: readonly string[];
}

/**
 * The same line, on which no secret passes in clear: what the router holds in secret fields reads as seals, and what is
 * written as a seal reaches the router as its value. Without a vault secret fields are neither asked for nor written.
 * What the router repeats of a value is cut out of its words.
 */
export function sealedSession(line: DeviceSession, vault: Vault | null): DeviceSession {
  const known = makeOwnSecrets();
  for (const value of vault?.values ?? []) known.add(value, null);

  function sealed(menu: Menu, row: Row): Row {
    return mapSecrets(menu, row, (value) => {
      if (value === '' || vault === null) return '';
      if (value.length >= SHORTEST_TO_CUT) known.add(value, null);
      return vault.seal(value);
    });
  }

  function opened(menu: MenuPath, fields: Row): Row {
    return mapSecrets(CATALOGUE[menu], fields, (seal) => {
      const value = seal === '' ? '' : vault?.valueOf(seal);
      if (value !== undefined) return value;
      throw new Failure('Refused', `A secret in ${menu} is none of those that are bound now, so nothing was sent.`);
    });
  }

  async function quietly<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const message = known.cut(error.message);
      const detail = error.detail === undefined ? undefined : known.cut(error.detail);
      if (message === error.message && detail === error.detail) throw error;
      throw new Failure(error.code, message, { effect: error.effect, ...(detail === undefined ? {} : { detail }) });
    }
  }

  return {
    async print(path, properties, signal) {
      const menu = CATALOGUE[path];
      if (menu === undefined) return known.cutRows(await quietly(() => line.print(path, properties, signal)));
      const names = secretsOf(menu);
      if (names.length === 0) return await quietly(() => line.print(path, properties, signal));
      const asked = vault === null ? properties?.filter((name) => !names.includes(name)) : properties;
      const rows = await quietly(() => line.print(path, asked, signal));
      const holds = (row: Row): boolean => names.some((name) => row[name] !== undefined && row[name] !== '');
      return rows.some(holds) ? rows.map((row) => sealed(menu, row)) : rows;
    },
    async add(path, fields, signal) {
      const row = await quietly(async () => await line.add(path, opened(path, fields), signal));
      const menu = CATALOGUE[path];
      return menu === undefined ? row : sealed(menu, row);
    },
    set: (path, id, fields, signal) => quietly(async () => await line.set(path, id, opened(path, fields), signal)),
    remove: (path, id, signal) => quietly(() => line.remove(path, id, signal)),
    move: (path, id, before, signal) => quietly(() => line.move(path, id, before, signal)),
    query: (command, args, signal) => quietly(() => line.query(command, args, signal)),
    execute: async (script, signal) => known.cut(await quietly(() => line.execute(script, signal))),
    startJob: (script, signal) => quietly(() => line.startJob(script, signal)),
    close: () => line.close(),
  };
}

/** Below that a value may be a piece of any word. */
const SHORTEST_TO_CUT = 8;

const secretNames = new Map<Menu, readonly string[]>();

function secretsOf(menu: Menu): readonly string[] {
  const names = secretNames.get(menu) ?? Object.keys(menu.fields).filter((name) => menu.fields[name]?.secret === true);
  secretNames.set(menu, names);
  return names;
}
