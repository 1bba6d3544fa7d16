/** The parts of JSON Schema that our schemas use. */
export interface SchemaNode {
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean' | readonly ['integer', 'string'];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly enum?: string[];
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly default?: unknown;
  readonly examples?: unknown[];
}

/** The reference page of one kind: a table per object, in the order of the schema. */
export function referencePage(schema: SchemaNode, source: string): string {
  const lines = [
    `# ${schema.title ?? ''}`,
    '',
    `<!-- Generated from ${source} by "npm run generate". -->`,
    '',
    schema.description ?? '',
    '',
    `For completion and checks while you type, put this line on top of the file (the path leads from your file to the schema):`,
    '',
    '```yaml',
    `# yaml-language-server: $schema=../${source}`,
    '```',
  ];
  appendTables(lines, schema, '');
  return `${lines.join('\n')}\n`;
}

function appendTables(lines: string[], node: SchemaNode, path: string): void {
  const properties = node.properties;
  if (properties === undefined) {
    if (node.items !== undefined) appendTables(lines, node.items, `${path}[]`);
    return;
  }
  lines.push('', `## ${path === '' ? 'Fields' : `\`${path}\``}`, '');
  if (path !== '' && node.description !== undefined) lines.push(node.description, '');
  lines.push('| Field | Type | Default | Description | Example |', '| --- | --- | --- | --- | --- |');
  for (const [name, child] of Object.entries(properties)) {
    const needed = node.required?.includes(name) === true ? ' (required)' : '';
    const cells = [
      `\`${name}\`${needed}`,
      typeOf(child),
      child.default === undefined ? '' : `\`${JSON.stringify(child.default)}\``,
      child.description ?? '',
      child.examples?.[0] === undefined ? '' : `\`${exampleOf(child.examples[0])}\``,
    ];
    lines.push(`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  }
  for (const [name, child] of Object.entries(properties)) {
    appendTables(lines, child, path === '' ? name : `${path}.${name}`);
  }
}

function exampleOf(example: unknown): string {
  return typeof example === 'string' ? example : JSON.stringify(example);
}

function typeOf(node: SchemaNode): string {
  if (node.type === 'array') return `list of ${node.items === undefined ? 'values' : typeOf(node.items)}`;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(', ');
  const limits = [
    node.minimum === undefined && node.maximum === undefined
      ? undefined
      : `${node.minimum ?? ''} to ${node.maximum ?? ''}`,
    node.patternErrorMessage,
  ].filter((limit) => limit !== undefined);
  return [typeof node.type === 'object' ? node.type.join(' or ') : (node.type ?? ''), ...limits].join(', ');
}
