import { type MenuPath, sectionParts, SECTIONS } from '#routeros';
import type { Kind, KnownDocument, RouterConfig, SectionName } from '#schemas';
import type { CanonicalRow, CanonicalSection } from './canonical.ts';
import type { Declared, DeclaredConfig, Inventory } from './inventory.ts';

/** Read at one go, as little as nobody notices. */
const PIECE_CHARACTERS = 128 * 1024;
const ROWS_AT_ONCE = 500;

type OtherKind = Exclude<Kind, 'RouterConfig'>;
type DocumentOf<K extends Kind> = Extract<KnownDocument, { kind: K }>;
/** An object that is no RouterConfig. */
type Other = { [K in OtherKind]: Declared<DocumentOf<K>> }[OtherKind];

/** A part of an inventory. Rows belong to the RouterConfig before them. */
type Part =
  | { readonly is: 'object'; readonly object: Other }
  | {
      readonly is: 'config';
      /** Its lists are empty yet. */
      readonly config: Omit<DeclaredConfig, 'sections'>;
      readonly sections: readonly (readonly [SectionName, CanonicalSection])[];
    }
  | {
      readonly is: 'rows';
      readonly section: SectionName;
      readonly menu: MenuPath;
      readonly declared: readonly unknown[];
      readonly rows: readonly CanonicalRow[];
    };

/**
 * An inventory as texts, each short enough to be read without keeping others waiting. Whoever reads it needs all of
 * them, in order.
 */
export function* piecesOf(inventory: Inventory): Generator<string> {
  let parts: string[] = [];
  let characters = 0;
  for (const part of partsOf(inventory)) {
    const text = JSON.stringify(part);
    parts.push(text);
    characters += text.length;
    if (characters < PIECE_CHARACTERS) continue;
    yield `[${parts.join(',')}]`;
    parts = [];
    characters = 0;
  }
  if (parts.length > 0) yield `[${parts.join(',')}]`;
}

function* partsOf(inventory: Inventory): Generator<Part> {
  const { devices, roster, approvalPolicies, rolloutPolicies, configs } = inventory;
  const others: readonly Other[] = [...devices.values(), ...approvalPolicies, ...rolloutPolicies];
  for (const object of roster === null ? others : [...others, roster]) yield { is: 'object', object: plainOf(object) };
  for (const config of configs) yield* configParts(config);
}

/** Without the way back to its file, which stays where the file is. */
function plainOf({ name, digest, document }: Other): Other {
  return { name, digest, document } as Other;
}

function* configParts({ name, digest, document, unlisted, unlistedIn, sections }: DeclaredConfig): Generator<Part> {
  const spec: Record<string, unknown> = { ...document.spec };
  for (const [section, read] of sections) if (isList(read)) spec[section] = emptied(spec[section] as object);
  const config = { name, digest, unlisted, unlistedIn, document: { ...document, spec } as unknown as RouterConfig };
  const heads = [...sections].map(([section, read]) => [section, headOf(read)] as const);
  yield { is: 'config', config, sections: heads };
  for (const [section, read] of sections) {
    for (const said of read) {
      if (said.shape === 'settings') continue;
      const declared = itemsOf(document.spec, section, said.menu) ?? [];
      for (let at = 0; at < Math.max(declared.length, said.rows.length); at += ROWS_AT_ONCE) {
        const end = at + ROWS_AT_ONCE;
        const rows = said.rows.slice(at, end);
        yield { is: 'rows', section, menu: said.menu, declared: declared.slice(at, end), rows };
      }
    }
  }
}

/** The list, or mapping of lists, without its items. */
function emptied(declared: object): object {
  return Array.isArray(declared) ? [] : Object.fromEntries(Object.keys(declared).map((list) => [list, []]));
}

/** The items that become rows of this menu before any other; undefined: they come with another menu. */
function itemsOf(spec: RouterConfig['spec'], name: SectionName, menu: MenuPath): readonly unknown[] | undefined {
  const part = sectionParts(SECTIONS[name]).find(({ menus: [first] }) => first.menu.path === menu);
  const declared = spec[name] as unknown;
  if (part?.list === undefined) return part && (declared as readonly unknown[]);
  return (declared as Readonly<Record<string, readonly unknown[]>>)[part.list];
}

function isList(section: CanonicalSection): boolean {
  return section.some(({ shape }) => shape === 'list');
}

function headOf(section: CanonicalSection): CanonicalSection {
  return section.map((said) => (said.shape === 'settings' ? said : { ...said, rows: [] }));
}

/** Puts an inventory together again. */
export interface Gathering {
  /** The next piece. */
  add(piece: string): void;
  /** All of them were added. */
  inventory(): Inventory;
}

/** For the pieces of one inventory. */
export function gatherInventory(): Gathering {
  const objects: Other[] = [];
  const configs: DeclaredConfig[] = [];

  function addRows({ section, menu, declared, rows }: Extract<Part, { is: 'rows' }>): void {
    const config = configs.at(-1);
    const read = config?.sections.get(section)?.find((said) => said.menu === menu);
    if (config === undefined || read?.shape !== 'list') throw new RangeError(`rows of ${section} without their place`);
    const items = itemsOf(config.document.spec, section, menu) as unknown[] | undefined;
    for (const item of declared) items?.push(item);
    for (const row of rows) (read.rows as CanonicalRow[]).push(row);
  }

  return {
    add(piece) {
      for (const part of JSON.parse(piece) as readonly Part[]) {
        if (part.is === 'object') objects.push(part.object);
        else if (part.is === 'config') configs.push({ ...part.config, sections: new Map(part.sections) });
        else addRows(part);
      }
    },
    inventory() {
      return {
        devices: new Map(ofKind(objects, 'RouterDevice').map((device) => [device.name, device])),
        configs,
        roster: ofKind(objects, 'Roster')[0] ?? null,
        approvalPolicies: ofKind(objects, 'ApprovalPolicy'),
        rolloutPolicies: ofKind(objects, 'RolloutPolicy'),
      };
    },
  };
}

function ofKind<K extends OtherKind>(objects: readonly Other[], kind: K): readonly Declared<DocumentOf<K>>[] {
  return objects.filter((object): object is Extract<Other, Declared<DocumentOf<K>>> => object.document.kind === kind);
}
