import { isDeepStrictEqual } from 'node:util';
import { isScalar, type Node } from 'yaml';
import { flowEdits } from './flow-edits.ts';
import { changed, type FieldChanges, type ItemChanges, type NodeChange } from './node-change.ts';
import { type Collection, collectionOf, endOf, type Entry, startOf } from './parsed.ts';
import type { Splice } from './splice.ts';
import { beginsLine, columnOf, lineBreakBefore, lineEnd, lineStart, pastBlanks, breakAt } from './text-lines.ts';
import { flowText, isFields, itemText, type Layout, pairText, scalarText } from './yaml-value.ts';

/** What a node stands in. */
interface Around {
  readonly text: string;
  /** Spaces between the levels of the document. */
  readonly step: number;
  /** In brackets or braces. */
  readonly inFlow: boolean;
  /** The field whose value it is; null: it is an item, or the document. */
  readonly field: Entry | null;
}

/**
 * The splices that make of a node what a change says, at the places of what changes: every other character of the text
 * stays. @throws {RangeError} for a change that cannot be written there.
 */
export function nodeSplices(node: Node, change: NodeChange, around: Around): readonly Splice[] {
  switch (change.is) {
    case 'whole':
      return becoming(node, change.value, around);
    case 'fields':
      return changingFields(node, change, around);
    case 'items':
      return changingItems(node, change, around);
  }
}

function becoming(node: Node, value: unknown, around: Around): readonly Splice[] {
  const { text } = around;
  if (isScalar(node)) {
    if (node.value === value) return [];
    if (isFields(value) || Array.isArray(value)) return inPlace(node, flowText(value), text);
    return inPlace(node, scalarText(value, node), text);
  }
  const collection = collectionOf(node, text);
  if (collection !== null && isFields(value) && collection.entries.every(({ key }) => key !== null)) {
    const fields = new Map<string, NodeChange | null>();
    for (const { key } of collection.entries) if (!Object.hasOwn(value, key ?? '')) fields.set(key ?? '', null);
    for (const [name, each] of Object.entries(value)) fields.set(name, { is: 'whole', value: each });
    return changingFields(node, { is: 'fields', fields }, around);
  }
  if (collection !== null && Array.isArray(value) && collection.entries.every(({ key }) => key === null))
    return changingItems(node, itemChanges(collection, value), around);
  throw new RangeError('a value of another kind stands there');
}

function inPlace(node: Node, put: string, text: string): readonly Splice[] {
  return [{ from: startOf(node), to: endOf(node, text), text: put }];
}

/** Items that are as before stay, at the beginning and at the end; between them one takes the place of another. */
function itemChanges({ entries }: Collection, value: readonly unknown[]): ItemChanges {
  const old = entries.map((entry) => (entry.value === null ? null : (entry.value.toJSON() as unknown)));
  const items = new Map<number, NodeChange | null>();
  const shorter = Math.min(old.length, value.length);
  let head = 0;
  while (head < shorter && isDeepStrictEqual(old[head], value[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && isDeepStrictEqual(old[old.length - 1 - tail], value[value.length - 1 - tail]))
    tail += 1;
  // What comes can only come at the end, so what stays behind it is written again.
  if (value.length > old.length) tail = 0;
  for (let at = head; at < old.length - tail; at += 1)
    items.set(at, at < value.length - tail ? { is: 'whole', value: value[at] } : null);
  return { is: 'items', items, added: value.slice(Math.max(old.length, head)) };
}

function changingFields(node: Node, { fields }: FieldChanges, around: Around): readonly Splice[] {
  const collection = collectionOf(node, around.text);
  if (collection === null || collection.entries.some(({ key }) => key === null))
    throw new RangeError('no mapping stands there');
  const { entries } = collection;
  const inside = { ...around, inFlow: around.inFlow || collection.isFlow };
  const gone = new Set<number>();
  const known = new Set<string>();
  const splices: Splice[] = [];
  for (const [at, entry] of entries.entries()) {
    const change = fields.get(entry.key ?? '');
    known.add(entry.key ?? '');
    if (change === undefined) continue;
    if (change === null) gone.add(at);
    else if (entry.value === null) throw new RangeError('nothing stands there');
    else splices.push(...nodeSplices(entry.value, change, { ...inside, field: entry }));
  }
  const added = [...fields].flatMap(([name, change]): readonly (readonly [string, unknown])[] => {
    if (known.has(name)) return [];
    if (change === null) throw new RangeError(`no field ${name} stands there`);
    return [[name, changed(undefined, change)]];
  });
  if (gone.size + added.length === 0) return splices;
  const layout = layoutOf(collection, around);
  const write: Writing = {
    block: (column: number, of: Layout) => added.map(([name, value]) => pairText(name, value, column, of)),
    flow: () => added.map(([name, value]) => `${scalarText(name)}: ${flowText(value, layout.room)}`),
    empty: '{}',
  };
  return [...splices, ...entriesEdited(collection, gone, write, added.length, { ...around, layout })];
}

function changingItems(node: Node, { items, added }: ItemChanges, around: Around): readonly Splice[] {
  const collection = collectionOf(node, around.text);
  if (collection === null || collection.entries.some(({ key }) => key !== null))
    throw new RangeError('no list stands there');
  const inside = { ...around, inFlow: around.inFlow || collection.isFlow, field: null };
  const gone = new Set<number>();
  const splices: Splice[] = [];
  for (const [at, change] of items) {
    const entry = collection.entries[at];
    if (entry === undefined || entry.value === null) throw new RangeError('no such item stands there');
    if (change === null) gone.add(at);
    else splices.push(...nodeSplices(entry.value, change, inside));
  }
  if (gone.size + added.length === 0) return splices;
  const lastItem = collection.entries.at(-1)?.value;
  const isLastFlow =
    lastItem !== undefined && lastItem !== null && collectionOf(lastItem, around.text)?.isFlow === true;
  const layout = layoutOf(collection, around);
  const write: Writing = {
    block: (column: number, of: Layout) =>
      added.map((value) => `- ${isLastFlow ? flowText(value, layout.room) : itemText(value, column, of)}`),
    flow: () => added.map((value) => flowText(value, layout.room)),
    empty: '[]',
  };
  return [...splices, ...entriesEdited(collection, gone, write, added.length, { ...around, layout })];
}

/** How what comes is written. */
interface Writing {
  block(column: number, layout: Layout): readonly string[];
  flow(): readonly string[];
  readonly empty: '{}' | '[]';
}

type Placed = Around & { readonly layout: Layout };

function entriesEdited(
  collection: Collection,
  gone: ReadonlySet<number>,
  write: Writing,
  count: number,
  around: Placed,
): readonly Splice[] {
  const { text, layout } = around;
  const { entries, isFlow } = collection;
  const opened = isFlow && count > 0 ? openedBlock(collection, gone, write, around) : null;
  if (opened !== null) return opened;
  if (isFlow) return flowEdits(text, collection, gone, write.flow());
  const last = entries.at(-1) as Entry;
  const column = columnOf(text, (entries[0] as Entry).start);
  const splices = runsOf(gone).flatMap(([first, end]) => withoutLines(text, entries, first, end));
  if (gone.size === entries.length && count === 0) {
    const colonEnd = around.field?.colonEnd ?? null;
    if (colonEnd === null) throw new RangeError('nothing would be left of an item');
    return [...splices, { from: colonEnd, to: colonEnd, text: ` ${write.empty}` }];
  }
  if (count === 0) return splices;
  const at = lineEnd(text, last.end);
  const lineBreak = lineBreakBefore(text, at);
  const put = write.block(column, { ...layout, lineBreak }).map((each) => `${' '.repeat(column)}${each}${lineBreak}`);
  const before = text[at - 1] === '\n' ? '' : lineBreak;
  if (gone.size < entries.length || beginsLine(text, (entries[0] as Entry).start))
    return [...splices, { from: at, to: at, text: before + put.join('') }];
  throw new RangeError('nothing would be left of an item');
}

/** `[]` and `{}` become lines of their own below their field, where they are not in brackets themselves. */
function openedBlock(
  { node, entries }: Collection,
  gone: ReadonlySet<number>,
  write: Writing,
  { text, inFlow, field, layout }: Placed,
): readonly Splice[] | null {
  if (inFlow || field === null || field.colonEnd === null || entries.length > 0 || gone.size > 0) return null;
  const [start, end] = [startOf(node), endOf(node, text)];
  if (!/^ *$/.test(text.slice(field.colonEnd, start))) return null;
  const at = lineEnd(text, end);
  const lineBreak = lineBreakBefore(text, at);
  const column = columnOf(text, field.start) + layout.step;
  const put = write.block(column, { ...layout, lineBreak }).map((each) => `${' '.repeat(column)}${each}${lineBreak}`);
  return [
    { from: field.colonEnd, to: end, text: '' },
    { from: at, to: at, text: put.join('') },
  ];
}

/** The lines of entries that go; comments above them stay. */
function withoutLines(text: string, entries: readonly Entry[], first: number, last: number): readonly Splice[] {
  const { start } = entries[first] as Entry;
  if (beginsLine(text, start))
    return entries
      .slice(first, last + 1)
      .map((entry) => ({ from: lineStart(text, entry.start), to: lineEnd(text, entry.end), text: '' }));
  // It begins behind a dash: what follows, a comment or the next field, takes its place.
  if (last === entries.length - 1) throw new RangeError('nothing would be left of an item');
  let to = pastBlanks(text, lineEnd(text, (entries[last] as Entry).end));
  for (let end = breakAt(text, to)?.end; end !== undefined; end = breakAt(text, to)?.end) to = pastBlanks(text, end);
  return [{ from: start, to, text: '' }];
}

function layoutOf({ node, entries }: Collection, { text, step }: Around): Layout {
  const own = collectionOf(node, text)?.isFlow === true ? node : undefined;
  const lastValue = entries.at(-1)?.value ?? undefined;
  const like =
    own ?? (lastValue !== undefined && collectionOf(lastValue, text)?.isFlow === true ? lastValue : undefined);
  const isRoomy = like !== undefined && /^[{[] /.test(text.slice(startOf(like), startOf(like) + 2));
  return { lineBreak: '\n', step, room: isRoomy ? ' ' : '' };
}

/** Neighbours among the entries that go, each from the first to the last. */
function runsOf(gone: ReadonlySet<number>): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const at of [...gone].toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === at - 1) run[1] = at;
    else runs.push([at, at]);
  }
  return runs;
}
