import type { ControlBody, ControlChange } from '#controller';
import { printable } from '../table.ts';

/**
 * A control plan for people: each object that is added, removed or changed, and each of its fields that differs, in signs like those of plans. Nothing is left
 * out, and nothing in it can act on the terminal.
 */
export function controlText({ changes }: ControlBody): string {
  return changes.map(changeText).join('\n');
}

function changeText({ kind, name, before, after }: ControlChange): string {
  const title = `${kind} ${printable(name)}`;
  if (before === null)
    return [`+ ${title}`, ...leavesOf(after).map(([path, value]) => `    ${path}: ${value}`)].join('\n');
  if (after === null) return `- ${title}`;
  const was = new Map(leavesOf(before));
  const is = new Map(leavesOf(after));
  const lines = [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => `    ${path}: ${was.get(path) ?? 'none'} → ${is.get(path) ?? 'none'}`);
  return [`~ ${title}`, ...lines].join('\n');
}

/** Path and value of everything that is no object; people and other named entries of a list go by their name. */
function leavesOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value;
    if (entries.every((entry) => typeof entry !== 'object' || entry === null)) {
      return [[path, `[${entries.map(leafText).join(', ')}]`]];
    }
    const names = entries.map((entry) => (entry as { name?: unknown } | null)?.name);
    const named = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
    return entries.flatMap((entry, index) =>
      leavesOf(entry, `${path}[${named ? leafText(names[index]) : String(index)}]`),
    );
  }
  if (typeof value !== 'object' || value === null) return [[path, leafText(value)]];
  const fields = Object.entries(value);
  if (fields.length === 0) return [[path, '{}']];
  return fields.flatMap(([name, each]) => leavesOf(each, path === '' ? printable(name) : `${path}.${printable(name)}`));
}

function leafText(value: unknown): string {
  if (typeof value === 'string') return /^[A-Za-z0-9._:/@+=-]+$/.test(value) ? value : printable(JSON.stringify(value));
  return JSON.stringify(value) ?? 'none';
}
