import { booleanCodec, canonicalLive, CATALOGUE, type Menu, type MenuPath } from '#routeros';
import { ConsoleFailure, type Properties, type RouterConsole } from '../../simulator/model/console.ts';

/** A router that has the menus of the catalogue and keeps what it is given; scripts run on it without REST. */
export interface CatalogueConsole extends RouterConsole {
  readonly tables: ReadonlyMap<string, Properties[]>;
}

/** Every menu takes every writable field, in the spelling that the catalogue calls canonical. */
export function catalogueConsole(): CatalogueConsole {
  const tables = new Map<string, Properties[]>(Object.keys(CATALOGUE).map((path) => [path, []]));
  let lastId = 0;

  function menuAt(path: string): Menu | undefined {
    return (CATALOGUE as Readonly<Record<MenuPath, Menu | undefined>>)[path as MenuPath];
  }
  function kept(path: string, row: Properties, args: Properties): Properties {
    const menu = menuAt(path);
    const next = { ...row };
    for (const [argument, value] of Object.entries(args)) {
      const clears = argument.startsWith('!');
      const name = clears ? argument.slice(1) : argument;
      const field = menu?.fields[name];
      if (field === undefined || field.readOnly === true) throw new ConsoleFailure(`unknown parameter ${name}`);
      if (!clears && value === '' && field.unset === true) throw new ConsoleFailure(`invalid value for ${name}`);
      if (clears || value === '') delete next[name];
      else if (field.codec === booleanCodec) next[name] = String(value === 'yes' || value === 'true');
      else next[name] = canonicalLive(field.codec, value);
    }
    return next;
  }
  function place(path: string, id: string): number {
    const at = (tables.get(path) ?? []).findIndex((row) => row['.id'] === id);
    if (at < 0) throw new ConsoleFailure('no such item', 404);
    return at;
  }
  return {
    version: [7, 20, 8],
    tables,
    menu(path) {
      const menu = menuAt(path);
      return menu === undefined ? undefined : { shape: menu.shape, named: false };
    },
    arguments(path, command) {
      const menu = menuAt(path);
      if (menu === undefined) return undefined;
      if (['add', 'set'].includes(command)) return new Set(Object.keys(menu.fields));
      return ['print', 'find', 'remove', 'get', 'move'].includes(command) ? new Set(['where']) : undefined;
    },
    rows: (path) => (tables.get(path) ?? []).map((row) => ({ ...row })),
    add(path, args) {
      const id = `*${(++lastId).toString(16).toUpperCase()}`;
      tables.get(path)?.push(kept(path, { '.id': id, ...flagsOf(menuAt(path)) }, args));
      return id;
    },
    set(path, id, args) {
      const at = id === null ? 0 : place(path, id);
      const rows = tables.get(path) ?? [];
      rows[at] = kept(path, rows[at] ?? {}, args);
    },
    remove: (path, id) => void tables.get(path)?.splice(place(path, id), 1),
    move: () => undefined,
    command: () => Promise.reject(new ConsoleFailure('no such command')),
    touch: () => undefined,
    log: () => undefined,
  };
}

function flagsOf(menu: Menu | undefined): Properties {
  return Object.fromEntries((menu?.skipWhen ?? []).map((name) => [name, 'false']));
}
