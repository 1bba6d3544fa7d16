import { declaredSection, type Item, type LeftOutProperty, type RefusedRow, SECTIONS } from '#routeros';
import { SECTION_NAMES, type SectionName } from '#schemas';
import type { ReadDevice } from './read-device.ts';

/** The items of each section; of settings one. */
export type Sections = ReadonlyMap<SectionName, readonly Item[]>;

/** What the rows of a router became. */
export interface DeclaredDevice {
  readonly device: ReadDevice;
  readonly sections: Sections;
  /** Rows of menus that a section covers, and how many of them are in `sections`. */
  readonly rows: number;
  readonly imported: number;
  readonly refused: readonly RefusedRow[];
  readonly leftOut: readonly LeftOutProperty[];
}

/** Declares all rows of a router that a section covers. */
export function declaredDevice(device: ReadDevice): DeclaredDevice {
  const declared = SECTION_NAMES.map((name) => [name, declaredSection(SECTIONS[name], device.live.menus)] as const);
  const all = declared.map(([, section]) => section);
  const refused = [...device.refused, ...all.flatMap((section) => section.refused)];
  const imported = all.reduce((sum, section) => sum + section.imported, 0);
  return {
    device,
    sections: new Map(declared.flatMap(([name, { items }]) => (items.length === 0 ? [] : [[name, items]]))),
    rows: imported + refused.length,
    imported,
    refused,
    leftOut: all.flatMap((section) => section.leftOut),
  };
}
