import {
  declaredSection,
  type Item,
  type LeftOutProperty,
  type RefusedRow,
  type Section,
  type SecretNames,
  sectionParts,
  SECTIONS,
  sectionTitle,
} from '#routeros';
import type { ReadDevice } from './read-device.ts';
import { secretNameOf } from './secret-name.ts';

/** What has items by itself, by its title: a section, or a list in one (`wifi.security`). */
export const PARTS: ReadonlyMap<string, Section> = new Map(
  Object.values(SECTIONS)
    .flatMap(sectionParts)
    .map((part) => [sectionTitle(part), part]),
);

/** The part of that title. @throws {RangeError} when there is none. */
export function partOf(title: string): Section {
  const part = PARTS.get(title);
  if (part === undefined) throw new RangeError(`no section is called ${title}`);
  return part;
}

/** The items of each part, by its title; of settings one. */
export type Sections = ReadonlyMap<string, readonly Item[]>;

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

/** Declares all rows of a router that a section covers; secrets that are set by a name. */
export function declaredDevice(device: ReadDevice): DeclaredDevice {
  const nameOf: SecretNames = ({ path }, row, property) => secretNameOf(device.name, path, property, row['name'] ?? '');
  const declared = [...PARTS].map(
    ([title, part]) => [title, declaredSection(part, device.live.menus, nameOf)] as const,
  );
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
