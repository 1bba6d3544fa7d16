import { API_VERSION } from '#schemas';
import type { Adoption, Edit } from '../desired/adoption.ts';
import { changed, changeOf } from './node-change.ts';
import { configsIn, editedText } from './edit-text.ts';
import { documentText, isFields } from './yaml-value.ts';

/** Files that are to be put into a fleet, by path. */
export type EditedFiles = Readonly<Record<string, string>>;

/**
 * The files of a fleet with an adoption made: those that change, whole, and what does not change in them byte by byte as
 * it was. A RouterConfig that is made gets a file of its own beside the others. @throws {RangeError} when a RouterConfig
 * is in none of them, or one cannot be written so that it says what is asked and nothing else.
 */
export function editedFiles(
  files: Readonly<Record<string, string>>,
  device: string,
  { edits, made }: Adoption,
): EditedFiles {
  const edited: Record<string, string> = {};
  const byConfig = Map.groupBy(edits, ({ config }) => config);
  const lost = new Set(byConfig.keys());
  for (const [file, text] of Object.entries(files)) {
    if (![...byConfig.keys()].some((name) => text.includes(name))) continue;
    const found = configsIn(text).filter((name) => byConfig.has(name));
    if (found.length === 0) continue;
    for (const name of found) lost.delete(name);
    edited[file] = editedText(text, byConfig).text;
  }
  if (made !== null) {
    lost.delete(made.name);
    const spec = { selector: { names: [device] }, priority: made.priority };
    edited[newFile(files, made.name)] = newConfigText(made.name, spec, byConfig.get(made.name) ?? []);
  }
  const [first] = lost;
  if (first !== undefined) throw new RangeError(`the RouterConfig ${first} stands in no file`);
  return edited;
}

/** A file with one RouterConfig, which says what the edits say. */
export function newConfigText(
  name: string,
  spec: object,
  edits: readonly Pick<Edit, 'path' | 'kind' | 'value'>[],
): string {
  const head = { apiVersion: API_VERSION, kind: 'RouterConfig', metadata: { name }, spec };
  const document = changed(head, changeOf(edits));
  return isFields(document) ? documentText(document) : '';
}

/** In the folder where most RouterConfigs are. */
function newFile(files: Readonly<Record<string, string>>, name: string): string {
  const folders = Object.entries(files)
    .filter(([, text]) => /^kind: RouterConfig$/m.test(text))
    .map(([file]) => file.slice(0, file.lastIndexOf('/') + 1));
  const counts = Map.groupBy(folders, (folder) => folder);
  const [folder] = [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [''];
  return `${folder}${name}.yaml`;
}
