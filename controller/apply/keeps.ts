import type { LiveState, Plan } from '#differ';
import { Failure } from '#failure';
import { copyRowScript, menuOf, type MenuPath, type Row } from '#routeros';
import type { DeviceSession } from '../ports.ts';
import { isKeep } from '../device/keep-row.ts';
import type { ArmedNames } from './token.ts';

/** The copy of a row on the router, from which the undo takes the secrets back that no script holds. */
export interface Keep {
  readonly menu: MenuPath;
  readonly name: string;
  /** The name of the row. */
  readonly of: string;
  /** The row's secrets, sealed. */
  readonly secrets: Row;
}

/** Which rows of a plan are copied: those that it changes or removes and that hold a secret. */
export function keepsOf({ inverse }: Pick<Plan, 'inverse'>, { keep }: ArmedNames): readonly Keep[] {
  return inverse.flatMap(({ menu, match, rows: [row, ...others] }, index): readonly Keep[] => {
    const of = match?.['name'];
    if (of === undefined || row === undefined || others.length > 0 || menuOf(menu).copiesSecrets !== true) return [];
    const secrets = secretsOf(menu, row);
    return Object.keys(secrets).length === 0 ? [] : [{ menu, name: `${keep}${index + 1}`, of, secrets }];
  });
}

/** The copies that these menus hold, whosever they are. A menu that the router does not have holds none. */
export async function readKeeps(
  session: DeviceSession,
  menus: Iterable<MenuPath>,
  signal?: AbortSignal,
): Promise<readonly (Row & { readonly menu: MenuPath })[]> {
  const found: (Row & { readonly menu: MenuPath })[] = [];
  for (const menu of new Set(menus)) {
    if (menuOf(menu).copiesSecrets !== true) continue;
    const secrets = Object.keys(menuOf(menu).fields).filter((name) => menuOf(menu).fields[name]?.secret === true);
    const rows = await session.print(menu, ['.id', 'name', ...secrets], signal).catch((error: unknown) => {
      if (error instanceof Failure && error.code === 'NoSuchMenu') return [];
      throw error;
    });
    found.push(...rows.filter(isKeep).map((row) => ({ ...row, menu })));
  }
  return found;
}

/** Of an attempt's copies those that the router does not hold, with the very secrets of their rows. */
export async function missingKeeps(
  session: DeviceSession,
  keeps: readonly Keep[],
  signal: AbortSignal,
): Promise<readonly Keep[]> {
  if (keeps.length === 0) return [];
  const held = await readKeeps(
    session,
    keeps.map(({ menu }) => menu),
    signal,
  );
  return keeps.filter(({ menu, name, secrets }) => {
    const copies = held.filter((row) => row.menu === menu && row['name'] === name);
    const [copy] = copies;
    return copies.length !== 1 || copy === undefined || textOf(secretsOf(menu, copy)) !== textOf(secrets);
  });
}

/** Copies one row on the router while the undo waits; what stands there by the name of the copy goes first. */
export async function makeKeep(
  session: DeviceSession,
  { menu, name, of }: Keep,
  guard: string,
  signal: AbortSignal,
): Promise<void> {
  await session.execute(copyRowScript(menuOf(menu), of, name, guard), signal);
}

/** Takes copies off the router and proves that they are gone. @throws {Failure} `ArmFailed` when one is still there. */
export async function removeKeeps(session: DeviceSession, keeps: readonly Keep[], signal: AbortSignal): Promise<void> {
  const menus = keeps.map(({ menu }) => menu);
  const mine = (row: Row & { readonly menu: MenuPath }): boolean =>
    keeps.some(({ menu, name }) => row.menu === menu && row['name'] === name);
  const held = (await readKeeps(session, menus, signal)).filter(mine);
  for (const row of held) {
    try {
      await session.remove(row.menu, row['.id'] ?? '', signal);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'NoSuchItem') throw error;
    }
  }
  if (held.length === 0) return;
  const left = (await readKeeps(session, menus, signal)).filter(mine);
  if (left.length > 0)
    throw new Failure(
      'ArmFailed',
      `Still on the router after disarming: ${left.map((row) => row['name']).join(', ')}.`,
    );
}

function secretsOf(path: MenuPath, row: Row): Row {
  const secrets: Record<string, string> = {};
  for (const [name, value] of Object.entries(row))
    if (menuOf(path).fields[name]?.secret === true && value !== '') secrets[name] = value;
  return secrets;
}

function textOf(row: Row): string {
  return JSON.stringify(Object.entries(row).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Whether the row that a copy is of still holds the secrets that the snapshot held. */
export function isAsKept({ menu, of, secrets }: Keep, live: LiveState): boolean {
  const rows = (live.menus[menu] ?? []).filter((row) => row['name'] === of);
  return rows.length === 1 && textOf(secretsOf(menu, rows[0] ?? {})) === textOf(secrets);
}
