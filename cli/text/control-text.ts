import { createHash } from 'node:crypto';
import { contactChangeOf, type ControlBody, type ControlChange, keyChangesOf } from '#controller';
import { type Leaves, leavesOf } from '../approval/leaves.ts';
import { wordText } from './word-text.ts';

/**
 * A control plan for people: each object that is added, removed or changed, and each of its fields that differs, in
 * signs like those of plans; of the fields that stay, their digest. Two bodies that differ in anything never read
 * alike, and nothing in them can act on the terminal.
 */
export function controlText({ source, changes }: ControlBody): string {
  return [...changes.map(changeText), `source ${wordText(source)}`].join('\n');
}

/** Keys by the fingerprints by which people compare them, and where a login goes, whether that changes or stays. */
function changeText(change: ControlChange): string {
  return [fieldsText(change), ...keyLines(change), ...contactLines(change)].join('\n');
}

function keyLines(change: ControlChange): readonly string[] {
  return keyChangesOf({ changes: [change] }).map(
    (each) => `    key ${each.change}: ${wordText(each.key)} of ${wordText(each.person)}`,
  );
}

function contactLines(change: ControlChange): readonly string[] {
  const contact = contactChangeOf(change)?.after;
  if (contact === undefined) return [];
  const { address, credentialsRef, tls, fingerprint } = contact;
  const certificate = fingerprint === null ? '' : `, certificate ${wordText(fingerprint)}`;
  return [
    `    will connect to: ${wordText(address)} with the credentials ${wordText(credentialsRef)}, tls ${wordText(tls)}${certificate}`,
  ];
}

function fieldsText({ kind, name, before, after }: ControlChange): string {
  const title = `${kind} ${wordText(name)}`;
  if (before === null) return [`+ ${title}`, ...listed(leavesOf(after))].join('\n');
  if (after === null) return [`- ${title}`, ...listed(leavesOf(before))].join('\n');
  const was = leavesOf(before);
  const is = leavesOf(after);
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  const same = paths.filter((path) => was.get(path) === is.get(path));
  const lines = paths
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => `    ${path}: ${was.get(path) ?? 'none'} → ${is.get(path) ?? 'none'}`);
  return [`~ ${title}`, ...lines, ...stays(new Map(same.map((path) => [path, is.get(path) ?? 'none'])))].join('\n');
}

function listed(leaves: Leaves): readonly string[] {
  return [...leaves].map(([path, value]) => `    ${path}: ${value}`);
}

/** A list of a hundred people is not read again for one of them, yet its digest shows that the rest is what it was. */
function stays(leaves: Leaves): readonly string[] {
  if (leaves.size === 0) return [];
  const digest = createHash('sha256')
    .update(JSON.stringify([...leaves].toSorted(byPath)))
    .digest('hex');
  return [`    unchanged: ${String(leaves.size)} ${leaves.size === 1 ? 'field' : 'fields'}, sha256:${digest}`];
}

function byPath([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
