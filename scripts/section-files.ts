/**
 * What the files in schemas/sections/ are woven into: the schemas of kinds, and the lists of sections that the code
 * reads.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'oxfmt';
import { type Field, fieldAvailable, formatVersion, sectionParts, SECTIONS } from '#routeros';
import type { SchemaNode } from './schema-page.ts';

/** The schemas that name sections. */
const WOVEN = ['router-config', 'router-device', 'approval-policy', 'rollout-policy'] as const;

interface SectionFile {
  /** `dns-static` */
  readonly file: string;
  /** `dnsStatic` */
  readonly name: string;
  /** It has rows that may be unlisted: a list, or a mapping of lists. */
  readonly isList: boolean;
  readonly scopedBy: string | null;
}

type Properties = Record<string, SchemaNode & { readonly $ref?: string }>;

/**
 * Path from the root → content, of the schemas of kinds with every section in its places, and of the two generated
 * lists. Sections keep the order that router-config.json has them in; new ones come last.
 */
export async function sectionFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const schemas = Object.fromEntries(WOVEN.map((kind) => [kind, readJson(join(root, 'schemas', `${kind}.json`))]));
  const properties = propertiesAt(schemas['router-config'], 'spec');
  const sections = sectionsIn(join(root, 'schemas/sections'), Object.keys(properties));
  weaveConfig(properties, sections);
  const names = sections.map(({ name }) => name);
  weaveEnum(propertiesAt(schemas['router-device'], 'spec', 'capabilities')['sections'], names);
  weaveEnum(propertiesAt(schemas['approval-policy'], 'spec')['sections'], names);
  const driftRule = propertiesAt(schemas['rollout-policy'], 'spec')['driftRules']?.items as SchemaNode;
  weaveEnum(driftRule.properties?.['sections'], names);
  const files: Record<string, string> = {
    'schemas/generated/sections.ts': schemaList(sections),
    'routeros/generated/sections.ts': sectionList(sections),
  };
  for (const kind of WOVEN) files[`schemas/${kind}.json`] = JSON.stringify(schemas[kind], null, 2);
  for (const { file, name } of sections) files[`schemas/sections/${file}.json`] = withVersions(root, file, name);
  const { printWidth, singleQuote } = readJson(join(root, '.oxfmtrc.json')) as {
    printWidth: number;
    singleQuote: true;
  };
  const formatted = Object.entries(files).map(async ([path, text]) => {
    const { code } = await format(path, text, { printWidth, singleQuote });
    return [path, code] as const;
  });
  return new Map(await Promise.all(formatted));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function propertiesAt(schema: unknown, ...path: readonly string[]): Properties {
  let node = schema as SchemaNode;
  for (const name of path) node = node.properties?.[name] as SchemaNode;
  return node.properties as Properties;
}

function sectionsIn(folder: string, order: readonly string[]): readonly SectionFile[] {
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return readdirSync(folder)
    .toSorted()
    .map((path): SectionFile => {
      const file = path.replace(/\.json$/, '');
      const name = file.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const schema = readJson(join(folder, path)) as SchemaNode & { readonly scopedBy?: string };
      const isList = schema.type === 'array' || Object.values(listsIn(schema)).length > 0;
      return { file, name, isList, scopedBy: schema.scopedBy ?? null };
    })
    .toSorted((a, b) => rank(a.name) - rank(b.name));
}

/** What is said of a section's unlisted rows already stays as somebody wrote it. */
function weaveConfig(properties: Properties, sections: readonly SectionFile[]): void {
  const unlisted = propertiesAt({ properties }, 'unlisted');
  const said = { ...unlisted };
  for (const name of Object.keys(unlisted)) delete unlisted[name];
  for (const { name, isList } of sections)
    if (isList && !isFixed(name)) unlisted[name] = said[name] ?? unlistedOf(name);
  const parts = propertiesAt({ properties }, 'unlistedIn');
  const saidOfParts = { ...parts };
  for (const name of Object.keys(parts)) delete parts[name];
  for (const { name, scopedBy } of sections)
    if (scopedBy !== null) parts[name] = saidOfParts[name] ?? unlistedInOf(name, scopedBy);
  for (const [name, { $ref }] of Object.entries(properties))
    if ($ref?.startsWith('sections/') === true) delete properties[name];
  for (const { file, name } of sections) properties[name] = { $ref: `sections/${file}.json` };
}

/** Rows that come with the hardware are never pruned. */
function isFixed(name: string): boolean {
  const menus = Object.entries(SECTIONS).find(([known]) => known === name)?.[1].menus ?? [];
  return menus.length > 0 && menus.every(({ menu }) => menu.fixedRows === true);
}

/** The oldest version that is written to: what it has needs no word. */
const OLDEST = [7, 12, 0] as const;

/** The schema of a section with what the catalogue says of versions at the end of each description. */
function withVersions(root: string, file: string, name: string): string {
  const schema = readJson(join(root, 'schemas/sections', `${file}.json`)) as SchemaNode;
  const section = Object.entries(SECTIONS).find(([known]) => known === name)?.[1];
  const lists = listsIn(schema);
  for (const part of section === undefined ? [] : sectionParts(section)) {
    const [of] = part.menus;
    const fields = part.list === undefined ? (schema.items ?? schema) : lists[part.list];
    for (const [field, node] of Object.entries(fields?.properties ?? {})) {
      tellVersion(node, of.menu.fields[of.properties[field] ?? '']);
    }
  }
  return JSON.stringify(schema, null, 2);
}

/** What the items of each list hold, in the schema of a mapping of lists. */
function listsIn({ properties = {} }: SchemaNode): Readonly<Record<string, SchemaNode>> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([list, { items }]) => (items?.properties === undefined ? [] : [[list, items]])),
  );
}

function tellVersion(node: SchemaNode, known: Field | undefined): void {
  const plain = (node.description ?? '').replace(/ RouterOS \S+ and newer\.$/, '');
  const isNews = known?.since !== undefined && !fieldAvailable(known, OLDEST);
  const version = isNews ? ` RouterOS ${formatVersion(known.since)} and newer.` : '';
  Object.assign(node, { description: `${plain}${version}` });
}

function unlistedOf(name: string): SchemaNode {
  return {
    title: `Unlisted rows of ${name}`,
    description: `What happens to rows of \`${name}\` on the router that no RouterConfig ever listed: \`tolerate\` leaves and reports them, \`prune\` removes them.`,
    type: 'string',
    enum: ['tolerate', 'prune'],
    default: 'tolerate',
    examples: ['prune'],
  };
}

function unlistedInOf(name: string, field: string): SchemaNode {
  return {
    title: `Unlisted rows of ${name} by ${field}`,
    description: `For each \`${field}\` that is named: what happens to rows of \`${name}\` with it that no RouterConfig ever listed. For others \`unlisted\` counts.`,
    type: 'object',
    maxProperties: 1000,
    additionalProperties: { type: 'string', enum: ['tolerate', 'prune'] },
    examples: [{ [`${field}1`]: 'prune' }],
  };
}

function weaveEnum(list: SchemaNode | undefined, names: readonly string[]): void {
  Object.assign(list?.items as SchemaNode, { enum: names });
}

const BANNER = '/* Generated from the files in schemas/sections/ by "npm run generate". */';

function schemaList(sections: readonly SectionFile[]): string {
  const imports = sections.map(
    ({ file, name }) => `import ${name} from '../sections/${file}.json' with { type: 'json' };`,
  );
  const entries = sections.map(({ file, name }) => `${name}: { path: 'sections/${file}.json', schema: ${name} }`);
  return `${BANNER}\n${imports.toSorted().join('\n')}

/** Where the schema of each section stands, and itself; in the order of a RouterConfig's. */
export const SECTION_FILES = { ${entries.join(',\n')} } as const;
`;
}

function sectionList(sections: readonly SectionFile[]): string {
  const constant = ({ file }: SectionFile): string => `${file.replaceAll('-', '_').toUpperCase()}_SECTION`;
  const imports = sections.map((section) => `import { ${constant(section)} } from '../sections/${section.file}.ts';`);
  const entries = sections.map((section) => `${section.name}: ${constant(section)}`);
  return `${BANNER}\nimport type { SectionName } from '#schemas';
${imports.toSorted().join('\n')}
import type { Section } from '../sections/section.ts';

/** Every section of a RouterConfig, in the order of its schema. */
export const SECTIONS: Readonly<Record<SectionName, Section>> = { ${entries.join(',\n')} };
`;
}
