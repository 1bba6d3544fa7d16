import { readFileSync } from 'node:fs';
import {
  type DeclaredSection,
  declaredSection,
  EXPORTED_MENUS,
  exportedState,
  readExport,
  type RouterExport,
  SECTIONS,
} from '#routeros';
import type { SectionName } from '#schemas';

/** What an export becomes as sections of a RouterConfig. */
export interface Exported {
  readonly read: RouterExport;
  readonly sections: Readonly<Record<SectionName, DeclaredSection>>;
}

/** Reads a file that `/export` printed. */
export function exportedIn(file: string): Exported {
  const read = readExport(readFileSync(file, 'utf8'), file, EXPORTED_MENUS);
  const { menus } = exportedState(read);
  const sections = Object.values(SECTIONS).map((section) => [section.name, declaredSection(section, menus)] as const);
  return { read, sections: Object.fromEntries(sections) as Record<SectionName, DeclaredSection> };
}
