import type { DesiredList, UnlistedWord } from '#differ';
import { type MenuPath, SECTIONS } from '#routeros';
import type { SectionName } from '#schemas';
import type { DeclaredConfig, UnlistedParts } from './inventory.ts';

/** What is said of rows that nobody declared: of all, and of those in single parts where the menu has such. */
export function wordsOn(
  name: SectionName,
  menu: MenuPath,
  configs: readonly DeclaredConfig[],
): Pick<DesiredList, 'unlisted' | 'unlistedBy' | 'unlistedIn'> {
  const whole = strongestWord(configs, ({ unlisted }) => unlisted[name]) ?? { unlisted: 'tolerate' };
  const { scopedBy, menus } = SECTIONS[name];
  const field = menus.find((each) => each.menu.path === menu)?.properties[scopedBy ?? ''];
  const parts = field === undefined ? [] : partsOf(name, configs);
  if (field === undefined || parts.length === 0) return whole;
  const words = parts.map((part) => [part, strongestWord(configs, (said) => wordIn(said.unlistedIn[name], part))]);
  return { ...whole, unlistedIn: { field, parts: Object.fromEntries(words) as Record<string, UnlistedWord> } };
}

/** The parts of a section that anybody names, in order. */
export function partsOf(name: SectionName, configs: readonly DeclaredConfig[]): readonly string[] {
  return [...new Set(configs.flatMap(({ unlistedIn }) => Object.keys(unlistedIn[name] ?? {})))].toSorted();
}

/** What is said of one part. Its name is anybody's. */
export function wordIn(parts: UnlistedParts | undefined, part: string): 'tolerate' | 'prune' | undefined {
  return parts !== undefined && Object.hasOwn(parts, part) ? parts[part] : undefined;
}

/** The word of the strongest RouterConfig that says anything, and who of that strength says it. */
function strongestWord(
  configs: readonly DeclaredConfig[],
  wordOf: (config: DeclaredConfig) => 'tolerate' | 'prune' | undefined,
): UnlistedWord | undefined {
  const saying = configs.filter((config) => wordOf(config) !== undefined);
  const [strongest] = saying;
  const unlisted = strongest && wordOf(strongest);
  if (strongest === undefined || unlisted === undefined) return undefined;
  const strong = saying.filter((config) => config.document.spec.priority === strongest.document.spec.priority);
  return { unlisted, unlistedBy: strong.map(({ name }) => name).toSorted() };
}
