/**
 * Writes what is generated: lists of sections, TypeScript types and reference pages from schemas/, reference pages from
 * tables in the code, and rosctl's table of commands from their files. `npm run generate`; a test fails while a
 * generated file is stale.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import { FAILURES, REASONS } from '#controller';
import { GLOBAL_OPTIONS } from '../cli/command-line/options.ts';
import { apiPage } from './api-page.ts';
import { commandRows } from './command-rows.ts';
import { commandsPage } from './commands-page.ts';
import { errorsPage } from './errors-page.ts';
import { eventsPage } from './events-page.ts';
import { parityPage, readParity } from './mcp-parity.ts';
import { mcpToolsPage } from './mcp-tools-page.ts';
import { outputPage } from './output-page.ts';
import { openApiFile } from './open-api.ts';
import { operationSchemas, outputSchemaFile, outputSchemas } from './output-schema.ts';
import { readCataloguePage } from './read-catalogue-page.ts';
import { withReasons } from './reasons-table.ts';
import { referencePage, type SchemaNode } from './schema-page.ts';
import { sectionFiles } from './section-files.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

const KIND_FILES = ['router-device', 'router-config', 'roster', 'approval-policy', 'rollout-policy'] as const;

/** A schema with the files it refers to in place of each `$ref`, all of them as `made` will have them. */
function readSchema(path: string, made: ReadonlyMap<string, string>): SchemaNode {
  const folder = dirname(path);
  const text = made.get(path) ?? readFileSync(join(ROOT, path), 'utf8');
  const inline = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(inline);
    if (node === null || typeof node !== 'object') return node;
    const reference = (node as { $ref?: unknown }).$ref;
    if (typeof reference === 'string') return readSchema(join(folder, reference), made);
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inline(value)]));
  };
  return inline(JSON.parse(text)) as SchemaNode;
}

/** A titled node becomes a named type; only objects with fields and whole sections deserve a name. */
function withoutFieldTitles(node: SchemaNode): SchemaNode {
  const { title, properties, items, ...rest } = node;
  const named = title !== undefined && (properties !== undefined || title.endsWith('Section'));
  return {
    ...rest,
    ...(named ? { title } : {}),
    ...(items === undefined ? {} : { items: withoutFieldTitles(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, child]) => [name, withoutFieldTitles(child)]),
          ),
        }),
  };
}

/** Path from the repository's root → content, for every generated file. */
export async function generateFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>(await sectionFiles(ROOT));
  for (const name of KIND_FILES) {
    const schema = readSchema(`schemas/${name}.json`, files);
    const types = await compile(withoutFieldTitles(schema) as Parameters<typeof compile>[0], name, {
      additionalProperties: false,
      bannerComment: `/* Generated from schemas/${name}.json by "npm run generate". */`,
      ignoreMinAndMaxItems: true,
      style: { printWidth: 120, singleQuote: true },
    });
    files.set(`schemas/generated/${name}.ts`, types);
    files.set(`docs/reference/schemas/${name}.md`, referencePage(schema, `schemas/${name}.json`));
  }
  const outputs = outputSchemas(ROOT);
  files.set('schemas/generated/output.json', outputSchemaFile(outputs));
  files.set('docs/reference/output.md', outputPage(outputs));
  const answers = operationSchemas(ROOT);
  files.set('schemas/generated/openapi.json', openApiFile(answers));
  files.set('docs/reference/api.md', apiPage(answers));
  files.set('docs/reference/errors.md', errorsPage(FAILURES));
  files.set('docs/reference/events.md', eventsPage());
  files.set('docs/reference/read-catalogue.md', readCataloguePage());
  files.set('docs/reference/mcp-tools.md', mcpToolsPage());
  files.set('docs/reference/mcp-parity.md', parityPage(readParity(ROOT)));
  const operations = 'docs/guides/operations.md';
  files.set(operations, withReasons(readFileSync(join(ROOT, operations), 'utf8'), REASONS));
  const rows = await commandRows();
  files.set('cli/generated/commands.json', `${JSON.stringify(rows, null, 2)}\n`);
  files.set('docs/reference/rosctl.md', commandsPage(rows, GLOBAL_OPTIONS));
  return files;
}

if (import.meta.main) {
  for (const [path, content] of await generateFiles()) {
    const target = join(ROOT, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    console.log(path);
  }
}
