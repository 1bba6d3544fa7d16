import { CATALOGUE } from '#routeros';
import type { Diagnostic } from './diagnostic.ts';
import type { DeclaredConfig, LocatedConfig } from './inventory.ts';
import { layeredValues, type LayeredValue } from './layers.ts';
import { faultAt, placeOf } from './report.ts';

/** One field of one row of the router that two sections declare, since two menus list that row. */
export interface DeclaredTwice {
  readonly kept: LayeredValue;
  readonly other: LayeredValue;
}

const LISTED = Object.values(CATALOGUE).flatMap((menu) =>
  'listedIn' in menu ? [{ own: menu.path, also: menu.listedIn }] : [],
);

/**
 * What of a bridge, or another row that two menus list, is declared otherwise in each: the two values would be written
 * over each other. `configs`: the RouterConfigs of one device.
 */
export function declaredTwice(configs: readonly DeclaredConfig[]): readonly DeclaredTwice[] {
  if (!configs.some(({ sections }) => sections.has('interfaces'))) return [];
  const values = layeredValues(configs);
  return LISTED.flatMap(({ own, also }) => {
    const others = new Map(values.filter(({ menu }) => menu === also).map((value) => [keyOf(value), value]));
    return values.flatMap((kept) => {
      const other = kept.menu === own && kept.field !== 'name' ? others.get(keyOf(kept)) : undefined;
      return other === undefined || kept.value === other.value ? [] : [{ kept, other }];
    });
  });
}

function keyOf({ row, field }: LayeredValue): string {
  return `${row ?? ''} ${field}`;
}

/** The fault at what `interfaces` says. */
export function twiceFault(
  { kept, other }: DeclaredTwice,
  { first, second }: { readonly first: LocatedConfig; readonly second: LocatedConfig },
  deviceName: string,
): Diagnostic {
  const message =
    `"${first.name}" (${placeOf(first, kept.path)}) sets ${kept.field}=${kept.value} in ${kept.section}, here it is ${other.value}: ` +
    `both are one row of the router; both mean the device "${deviceName}"`;
  return faultAt(second, other.path, message, `say it in ${kept.section} alone`);
}
