import { KINDS, schemaOf, type Kind } from '#schemas';

type Path = readonly (string | number)[];
type Files = Readonly<Record<string, string>>;

interface Node {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
}

/** A document of a kind with every field that its schema knows, from the examples there, and where its texts stand. */
export interface WholeDocument {
  readonly kind: Kind;
  readonly document: unknown;
  readonly texts: readonly Path[];
  /** Mappings whose names anybody chooses. */
  readonly maps: readonly Path[];
}

/** One of each kind. */
export function wholeDocuments(): readonly WholeDocument[] {
  return KINDS.map((kind) => {
    const schema = schemaOf(kind) as Node;
    const places = { texts: [] as Path[], maps: [] as Path[] };
    find(schema, [], places);
    const document = { ...(exampleOf(schema) as object), apiVersion: 'routeros-gitops.dev/v1alpha1', kind };
    return { kind, document, ...places };
  });
}

function exampleOf(node: Node): unknown {
  if (node.properties !== undefined)
    return Object.fromEntries(Object.entries(node.properties).map(([name, child]) => [name, exampleOf(child)]));
  if (node.items?.properties !== undefined) return [exampleOf(node.items)];
  return node.examples?.[0] ?? node.enum?.[0] ?? 'text';
}

function find(node: Node, path: Path, places: { readonly texts: Path[]; readonly maps: Path[] }): void {
  if (node.type === 'string' || (Array.isArray(node.type) && node.type.includes('string'))) places.texts.push(path);
  for (const [name, child] of Object.entries(node.properties ?? {})) find(child, [...path, name], places);
  if (node.items !== undefined) find(node.items, [...path, 0], places);
  if (typeof node.additionalProperties !== 'object') return;
  places.maps.push(path);
  const [name] = Object.keys(node.examples?.[0] ?? {});
  if (name !== undefined) find(node.additionalProperties, [...path, name], places);
}

/**
 * The document with another value at a place, as YAML. JSON is YAML, and its escapes carry what no file of UTF-8
 * could.
 */
export function yamlWith(document: unknown, path: Path, value: unknown): string {
  return `${JSON.stringify(replaced(document, path, value))}\n`;
}

function replaced(node: unknown, [segment, ...rest]: Path, value: unknown): unknown {
  if (segment === undefined) return value;
  if (Array.isArray(node)) return node.map((item, index) => (index === segment ? replaced(item, rest, value) : item));
  const fields = node as Readonly<Record<string, unknown>>;
  return { ...fields, [segment]: replaced(fields[segment], rest, value) };
}

/** Texts that somebody did not think of. */
export const ODD_TEXTS: readonly string[] = [
  '',
  ' ',
  '\ud800',
  'a\udfffb',
  '\u0000',
  '\u0007bell',
  '\u001b]0;title\u0007',
  '\u0085\u009b31m',
  '\u202eright to left',
  '\u200bzero\u2060width\ufeff',
  '\u{e0041}tag',
  '\ufffe\uffff',
  '\u{1f600}'.repeat(40),
  'line\nline\r\nline',
  '__proto__',
  'constructor',
  'yes',
  '1e400',
  '-0',
  '9'.repeat(400),
  '_'.repeat(60_000),
  `${'a-'.repeat(5000)}.`,
  '1.'.repeat(3000),
  `https://${'x'.repeat(20_000)}`,
  `${'/a'.repeat(9000)}!`,
  'x'.repeat(70_000),
  '${jndi:ldap://x}',
  '../../../etc/passwd',
  "'; drop table plans; --",
];

const HEAD = 'apiVersion: routeros-gitops.dev/v1alpha1\n';
const DEVICE = `${HEAD}kind: RouterDevice\nmetadata: {name: r1}\nspec: {address: "https://192.0.2.1", credentialsRef: c, environment: lab}\n`;

function config(sections: string): string {
  return `${HEAD}kind: RouterConfig\nmetadata: {name: c}\nspec:\n  selector: {}\n  priority: 10\n${sections}`;
}

function rows(count: number, address: (index: number) => string): string {
  const lines = Array.from({ length: count }, (_, index) => `    - {list: a, address: ${address(index)}}\n`);
  return `  addressLists:\n${lines.join('')}`;
}

const addressOf = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;

/** Files that cost much to read and are none, with what they are refused for. */
export const COSTLY: Readonly<Record<string, { readonly files: () => Files; readonly says: RegExp }>> = {
  'a scalar of underscores': {
    files: () => ({ 'f.yaml': `a: ${'_'.repeat(60_000)}x\n` }),
    says: /other YAML readers take _+… for another value/,
  },
  'a scalar of underscores of 16 MB': {
    files: () => ({ 'f.yaml': `a: ${'_'.repeat(16_000_000)}x\n` }),
    says: /a text of more than 65536 characters/,
  },
  '64,000 unknown keys': {
    files: () => ({ 'f.yaml': config(Array.from({ length: 64_000 }, (_, key) => `  k${key}: 1\n`).join('')) }),
    says: /a mapping of more than 500 fields/,
  },
  '16 MB of tiny documents': {
    files: () => ({ 'f.yaml': '---\n'.repeat(4_000_000) }),
    says: /more than 50000 documents/,
  },
  '390 kB of tags': {
    files: () => ({ 'f.yaml': `a: ${'!a '.repeat(130_000)}\n` }),
    says: /A node can have at most one tag|can not be read as YAML/,
  },
  '16 MB of brackets': {
    files: () => ({ 'f.yaml': `a: ${'['.repeat(8_000_000)}\n` }),
    says: /can not be read|more time or memory|given up twice/,
  },
  '130,000 rows with faults': {
    files: () => ({ 'f.yaml': DEVICE, 'g.yaml': config(rows(130_000, (index) => `x${index}_`)) }),
    says: /a list of more than 100000 entries/,
  },
  '20,000 rows with faults': {
    files: () => ({ 'f.yaml': DEVICE, 'g.yaml': config(rows(20_000, (index) => `x${index}_`)) }),
    says: /more faults/,
  },
};

/** Files that are many and long, and a fleet all the same. */
export const LARGE: Readonly<Record<string, () => Files>> = {
  'a list of 100,000 entries': () => ({ 'f.yaml': DEVICE, 'g.yaml': config(rows(100_000, addressOf)) }),
  '10,000 files': () =>
    Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [
        `devices/r${index}.yaml`,
        DEVICE.replace('name: r1', `name: r${index}`).replace('192.0.2.1', addressOf(index)),
      ]),
    ),
};
