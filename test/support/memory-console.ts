import { ConsoleFailure, type Caller, type Properties, type RouterConsole } from '../../simulator/model/console.ts';

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '/ip/dns/static': [
    'name',
    'regexp',
    'type',
    'address',
    'forward-to',
    'mx-exchange',
    'mx-preference',
    'ttl',
    'address-list',
    'disabled',
    'comment',
  ],
  '/ip/address': ['address', 'interface', 'disabled', 'comment'],
  '/ip/route': ['dst-address', 'gateway', 'disabled', 'comment'],
  '/ip/firewall/address-list': ['list', 'address', 'disabled', 'comment'],
  '/ip/firewall/filter': ['chain', 'action', 'disabled', 'comment'],
  '/system/script': ['name', 'source', 'policy', 'owner', 'dont-require-permissions', 'comment'],
  '/system/scheduler': [
    'name',
    'start-date',
    'start-time',
    'interval',
    'on-event',
    'policy',
    'owner',
    'disabled',
    'comment',
  ],
};
const SETTINGS: Readonly<Record<string, Properties>> = {
  '/ip/dns': { servers: '1.1.1.1,8.8.8.8', 'allow-remote-requests': 'false', 'cache-max-ttl': '1w' },
  '/system/identity': { name: 'MikroTik' },
  '/system/device-mode': { mode: 'advanced', scheduler: 'true' },
};
const INTERFACES = ['ether1', 'ether2', 'lo'];

export interface MemoryConsole extends RouterConsole {
  readonly lines: { readonly topics: string; readonly message: string }[];
  /** Every write in order: `add /ip/address *1 by script`. */
  readonly writes: string[];
  /** Rows that are not stored: /system/script/job. */
  live: (path: string) => readonly Properties[];
  removeLive: (id: string) => void;
  /** After each write of a menu. */
  changed: (path: string) => void;
  /** A plain read of a whole menu, as a test wants it. */
  read: (path: string) => readonly Properties[];
}

/** A router small enough to read: enough menus for scripts, in memory, without REST. */
export function memoryConsole(version: readonly [number, number, number] = [7, 20, 8]): MemoryConsole {
  const tables = new Map<string, Properties[]>(Object.keys(FIELDS).map((path) => [path, []]));
  const settings = new Map<string, Properties>(Object.entries(SETTINGS).map(([path, row]) => [path, { ...row }]));
  let lastId = 0;

  function need(caller: Caller, policy: string): void {
    if (!caller.policies.has(policy)) throw new ConsoleFailure('not enough permissions (9)', 500);
  }
  function rowsOf(path: string): readonly Properties[] {
    const table = tables.get(path);
    if (table !== undefined) return table;
    const row = settings.get(path);
    return row === undefined ? router.live(path) : [row];
  }
  function check(path: string, id: string | null, args: Properties): void {
    if (args['interface'] !== undefined && !INTERFACES.includes(args['interface'])) {
      throw new ConsoleFailure('input does not match any value of interface');
    }
    const others = (tables.get(path) ?? []).filter((row) => row['.id'] !== id);
    if (others.some((row) => row['name'] !== undefined && row['name'] === args['name'] && path.startsWith('/system'))) {
      throw new ConsoleFailure('failure: item with this name already exists');
    }
    if (path === '/ip/address' && others.some((row) => row['address'] === args['address'])) {
      throw new ConsoleFailure('failure: already have such address');
    }
  }
  function write(kind: string, path: string, id: string | null, caller: Caller): void {
    router.writes.push(`${kind} ${path} ${id ?? '-'} by ${caller.via}`);
    router.changed(path);
  }

  const router: MemoryConsole = {
    version,
    lines: [],
    writes: [],
    live: () => [],
    removeLive: () => undefined,
    changed: () => undefined,
    read: rowsOf,
    menu(path) {
      if (path === '/system/script/job') return { shape: 'list', named: false };
      if (settings.has(path)) return { shape: 'settings', named: false };
      if (!tables.has(path)) return undefined;
      return {
        shape: path === '/ip/firewall/filter' ? 'orderedList' : 'list',
        named: FIELDS[path]?.includes('name') === true,
      };
    },
    arguments(path, command) {
      if (path === '/tool' && command === 'ping') return new Set(['address', 'count']);
      if (path === '/system/script' && command === 'run') return new Set(['number', 'use-script-permissions']);
      if (path === '/' && command === 'resolve') return new Set(['domain-name', 'server']);
      const fields = FIELDS[path] ?? Object.keys(SETTINGS[path] ?? {});
      const isList = tables.has(path) || path === '/system/script/job';
      if (!isList && !settings.has(path)) return undefined;
      if (command === 'print') return new Set(['as-value', 'count-only', 'detail', 'where', 'proplist']);
      if (command === 'get') return new Set(['number', 'value-name']);
      if (command === 'set') return new Set([...fields, 'numbers']);
      if (!isList) return undefined;
      if (command === 'add') return path === '/system/script/job' ? undefined : new Set([...fields, 'place-before']);
      if (command === 'find') return new Set(['where']);
      return ['remove', 'enable', 'disable', 'move'].includes(command)
        ? new Set(['numbers', 'destination'])
        : undefined;
    },
    rows(path, caller) {
      need(caller, 'read');
      return rowsOf(path).map((row) => ({ ...row }));
    },
    add(path, args, caller) {
      need(caller, 'write');
      check(path, null, args);
      if (path === '/ip/address' && args['address'] === undefined) throw new ConsoleFailure('missing =address=');
      const id = `*${(++lastId).toString(16).toUpperCase()}`;
      tables.get(path)?.push({ '.id': id, disabled: 'false', dynamic: 'false', ...args });
      write('add', path, id, caller);
      return id;
    },
    set(path, id, args, caller) {
      need(caller, 'write');
      const row = id === null ? settings.get(path) : tables.get(path)?.find((candidate) => candidate['.id'] === id);
      if (row === undefined) throw new ConsoleFailure('no such item', 404);
      check(path, id, args);
      for (const [name, value] of Object.entries(args)) {
        if (name.startsWith('!')) delete row[name.slice(1)];
        else row[name] = name === 'disabled' ? String(value === 'yes' || value === 'true') : value;
      }
      write('set', path, id, caller);
    },
    remove(path, id, caller) {
      need(caller, 'write');
      if (path === '/system/script/job') {
        router.removeLive(id);
        return;
      }
      const table = tables.get(path) ?? [];
      const index = table.findIndex((row) => row['.id'] === id);
      if (index < 0) throw new ConsoleFailure('no such item', 404);
      table.splice(index, 1);
      write('remove', path, id, caller);
    },
    move(path, ids, before, caller) {
      need(caller, 'write');
      const table = tables.get(path) ?? [];
      const moved = table.filter((row) => ids.includes(row['.id'] ?? ''));
      const rest = table.filter((row) => !ids.includes(row['.id'] ?? ''));
      const at = rest.findIndex((row) => row['.id'] === before);
      rest.splice(at < 0 ? rest.length : at, 0, ...moved);
      table.splice(0, table.length, ...rest);
      write('move', path, before, caller);
    },
    async command(path, args, caller) {
      if (path === '/resolve') {
        if (args['domain-name'] !== 'router.lan') throw new ConsoleFailure('failure: dns name does not exist');
        return '192.168.88.1';
      }
      need(caller, 'test');
      const count = Number(args['count'] ?? '1');
      const answers = args['address'] === '192.168.88.1';
      return Array.from({ length: count }, (_probe, index) => ({
        seq: String(index),
        received: String(answers ? index + 1 : 0),
      }));
    },
    touch(path, id, state) {
      const row = tables.get(path)?.find((candidate) => candidate['.id'] === id);
      if (row !== undefined) Object.assign(row, state);
    },
    log(topics, message) {
      router.lines.push({ topics, message });
    },
  };
  return router;
}

const CONFIG_POLICIES = ['read', 'write', 'test', 'policy', 'ftp', 'reboot', 'api', 'rest-api'];

/** A user with these policies; without any named, with all that scripts need. */
export function callerWith(...policies: readonly string[]): Caller {
  return {
    user: 'gitops',
    address: '10.0.0.9',
    policies: new Set(policies.length === 0 ? CONFIG_POLICIES : policies),
    via: 'rest-api',
  };
}
