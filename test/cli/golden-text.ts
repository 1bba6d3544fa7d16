import { userInfo } from 'node:os';
import type { Ran } from './run.ts';

/** Writes outputs of one run with placeholders for what differs from run to run. */
export type Redact = (text: string) => string;

/**
 * Times, ids, keys, ports and the folders of a run become placeholders; the same id always becomes the same one within
 * a text, whole or as its beginning. Columns are as wide as what stands in them, so runs of blanks become two.
 */
export function redactor(folders: Readonly<Record<string, string>>): Redact {
  return (text) => {
    const ids = new Map<string, number>();
    const keys = new Map<string, number>();
    let told = text;
    for (const [name, folder] of Object.entries(folders)) told = told.replaceAll(folder, `<${name}>`);
    return (
      told
        .replaceAll(`operator:${userInfo().username}`, 'operator:<user>')
        .replaceAll(/\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>')
        .replaceAll(/\b1[789]\d{11}\b/g, '"<time>"')
        .replaceAll(/\b\d+ (d|h|min|s) ago\b/g, '<age>')
        .replaceAll(/\bin \d+ (d|h|min|s)\b/g, 'in <age>')
        .replaceAll(/\bafter \d+ (d|h|min|s)\b/g, 'after <age>')
        .replaceAll(/\b(127\.0\.0\.1|localhost):\d+/g, '$1:<port>')
        // Between two records of the chain others may lie that tell of reads.
        .replaceAll(/"sequence": \d+/g, '"sequence": "<number>"')
        .replaceAll(/"(hash|previousHash)": "[0-9a-f]{64}"/g, '"$1": "<hash>"')
        .replaceAll(/--kept: \d+:[0-9a-f]{64}/g, '--kept: <number>:<hash>')
        .replaceAll(/\bssh-ed25519 [A-Za-z0-9+/=]+/g, 'ssh-ed25519 <key>')
        .replaceAll(/SHA256:[A-Za-z0-9+/]{43}/g, (key) => `SHA256:<key ${numbered(keys, key)}>`)
        .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>')
        .replaceAll(/\bup (\d+[wdhms])+\b/g, 'up <age>')
        .replaceAll(/\bin \d+ ms\b/g, 'in <age>')
        .replaceAll(/\b\d+ s (ahead of|behind) ours\b/g, '<age> $1 ours')
        .replaceAll(/(?<![0-9a-z])(?=[a-f]*\d)[0-9a-f]{12,64}(?![0-9a-z])/g, (id) => {
          const digits = id.length === 12 ? '' : `, ${String(id.length)} digits`;
          return `<id ${numbered(ids, id.slice(0, 12))}${digits}>`;
        })
        .replaceAll(/(?<=\S) {3,}/g, '  ')
    );
  };
}

function numbered(seen: Map<string, number>, word: string): string {
  const number = seen.get(word) ?? seen.size + 1;
  seen.set(word, number);
  return String(number);
}

/** A command and all that came of it, as a golden file holds it. */
export function ranText(args: readonly string[], { code, stdout, stderr }: Ran): string {
  const said = stderr === '' ? '' : `--- standard error\n${stderr}`;
  return `$ rosctl ${args.join(' ')}\n${stdout}${said}--- exit code ${String(code)}\n`;
}
