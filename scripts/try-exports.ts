/**
 * Holds exports of routers against what we take: `node scripts/try-exports.ts FOLDER` reads every `.rsc` file in it,
 * declares the rows of the menus that we manage in a RouterConfig and validates that. Nothing is written.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { revisionOf } from '#controller';
import { declaredItem, type ExportedRow, type MenuPath, readExport, type Row, type Section, SECTIONS } from '#routeros';

/** A row, or a property of one, that did not become part of a valid RouterConfig. */
export interface Refusal {
  readonly place: string;
  readonly reason: string;
}

/** How one export fared. */
export interface Tried {
  readonly version: string | undefined;
  readonly rows: number;
  readonly skipped: number;
  readonly refusals: readonly Refusal[];
  /** The `spec` that the rows became. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A second view of the servers in `/system/ntp/client`, and the one that exports hold. */
const NTP_SERVERS = '/system/ntp/client/servers';

const MENUS: ReadonlySet<MenuPath> = new Set([
  ...Object.values(SECTIONS).flatMap(({ menus }) => menus.map(({ menu }) => menu.path)),
  NTP_SERVERS,
]);

interface Located {
  readonly line: number;
  readonly item: Readonly<Record<string, unknown>>;
}

/** Reads one export and validates what it declares. */
export function tryExport(text: string, file: string): Tried {
  const read = readExport(text, file, MENUS);
  const refusals: Refusal[] = read.faults.map(({ line, column, message }) => ({
    place: `${file}:${line}:${column}`,
    reason: message,
  }));
  const spec: Record<string, unknown> = {};
  for (const section of Object.values(SECTIONS)) {
    const located = itemsOf(section, read.rows, (line, reason) => {
      refusals.push({ place: `${file}:${line}`, reason });
    });
    const valid = located.filter(({ line, item }) => {
      const faults = faultsOf(section.shape === 'list' ? { [section.name]: [item] } : { [section.name]: item });
      refusals.push(...faults.map((reason) => ({ place: `${file}:${line}`, reason })));
      return faults.length === 0;
    });
    if (section.shape === 'list' && valid.length > 0) spec[section.name] = valid.map(({ item }) => item);
    else if (valid[0] !== undefined) spec[section.name] = valid[0].item;
  }
  refusals.push(...faultsOf(spec).map((reason) => ({ place: file, reason })));
  const rows = [...read.rows.values()].reduce((sum, some) => sum + some.length, 0);
  const skipped = [...read.skipped.values()].reduce((sum, count) => sum + count, 0);
  return { version: read.version, rows, skipped, refusals, spec };
}

function itemsOf(
  section: Section,
  rows: ReadonlyMap<MenuPath, readonly ExportedRow[]>,
  refuse: (line: number, reason: string) => void,
): readonly Located[] {
  const [menu] = section.menus;
  const exported = [...(rows.get(menu.menu.path) ?? []), ...ntpServers(section, rows)];
  const lines = section.shape === 'list' ? exported : merged(exported);
  return lines.flatMap(({ line, command, values }) => {
    if (section.shape === 'list' && command === 'set') {
      refuse(line, 'set in a list changes a row that this export does not hold');
      return [];
    }
    const { item, faults } = declaredItem(section, menu, values);
    for (const fault of faults) refuse(line, fault);
    return faults.length > 0 && section.shape === 'list' ? [] : [{ line, item }];
  });
}

function merged(rows: readonly ExportedRow[]): readonly ExportedRow[] {
  const [first] = rows;
  if (first === undefined) return [];
  return [{ ...first, values: Object.assign({}, ...rows.map(({ values }) => values)) as Row }];
}

function ntpServers(section: Section, rows: ReadonlyMap<MenuPath, readonly ExportedRow[]>): readonly ExportedRow[] {
  const servers = section.name === 'ntpClient' ? (rows.get(NTP_SERVERS) ?? []) : [];
  const [first] = servers;
  const addresses = servers.flatMap(({ values }) => (values['disabled'] === 'yes' ? [] : (values['address'] ?? [])));
  return first === undefined ? [] : [{ ...first, command: 'set', values: { servers: addresses.join(',') } }];
}

function faultsOf(sections: Readonly<Record<string, unknown>>): readonly string[] {
  const document = {
    apiVersion: 'routeros-gitops.dev/v1alpha1',
    kind: 'RouterConfig',
    metadata: { name: 'exported' },
    spec: { selector: {}, priority: 0, ...sections },
  };
  const revision = revisionOf({ 'exported.yaml': `${JSON.stringify(document, null, 1)}\n` });
  return revision.ok ? [] : revision.faults.map(({ path, message }) => `${path}: ${message}`);
}

if (import.meta.main) {
  const folder = process.argv[2] ?? '.';
  const files = readdirSync(folder).filter((name) => name.endsWith('.rsc'));
  const tried = files.map((name) => tryExport(readFileSync(join(folder, name), 'utf8'), name));
  for (const { place, reason } of tried.flatMap(({ refusals }) => refusals)) console.log(`${place}: ${reason}`);
  const sum = (of: (one: Tried) => number): number => tried.reduce((total, one) => total + of(one), 0);
  console.log(
    `${files.length} exports: ${sum(({ rows }) => rows)} rows of managed menus, ${sum(({ skipped }) => skipped)} of others, ${sum(({ refusals }) => refusals.length)} refused`,
  );
}
