import { readFileSync } from 'node:fs';
import {
  type DeclaredSection,
  declaredSection,
  EXPORTED_MENUS,
  exportedState,
  readExport,
  type RouterExport,
  type Section,
  sectionParts,
  SECTIONS,
} from '#routeros';

/** What an export becomes as sections of a RouterConfig. */
export interface Exported {
  readonly read: RouterExport;
  /** Each section, or list in one, with what the export becomes there. */
  readonly sections: readonly { readonly section: Section; readonly declared: DeclaredSection }[];
}

/** Reads a file that `/export` printed. */
export function exportedIn(file: string): Exported {
  const read = readExport(readFileSync(file, 'utf8'), file, EXPORTED_MENUS);
  const { menus } = exportedState(read);
  const parts = Object.values(SECTIONS).flatMap(sectionParts);
  return { read, sections: parts.map((section) => ({ section, declared: declaredSection(section, menus) })) };
}
