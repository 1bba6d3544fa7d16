import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { publicKeyLineOf } from '../../signatures/ssh-key.ts';
import { signSsh, type SshNamespace } from '../../signatures/sshsig.ts';

/** A person's key, made for one test. */
export interface TestKey {
  readonly privateKey: KeyObject;
  /** As in an .pub file and in a Roster. */
  readonly line: string;
}

export function testKey(name: string): TestKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, line: publicKeyLineOf(privateKey, `${name}@example.com`) };
}

/** What a tree entry is: a file's text or bytes, or an entry of another kind. */
export type Entry = string | Uint8Array | { readonly mode: '120000' | '160000' | '100755'; readonly content: string };

export interface CommitOptions {
  /** Null: unsigned. */
  readonly key: TestKey | null;
  readonly message: string;
  /** Default: the branch's head, or none. */
  readonly parents?: readonly string[];
  /** Default: the tree of the first parent. */
  readonly files?: Readonly<Record<string, Entry>>;
  /** Milliseconds. */
  readonly at?: number;
  readonly namespace?: SshNamespace;
  /** Signs with something else than `key`. @returns an armoured signature */
  readonly sign?: (payload: Uint8Array) => string;
  /** Changes the object's bytes after it was signed. */
  readonly forge?: (object: string) => string;
}

/** A bare repository whose objects a test writes itself, so that it can write what git would not. */
export class GitWriter {
  readonly folder: string;
  readonly branch: string;
  now: () => number = Date.now;

  private constructor(folder: string, branch: string) {
    this.folder = folder;
    this.branch = branch;
  }

  static async make(folder: string, branch = 'main'): Promise<GitWriter> {
    await mkdir(path.join(folder, 'objects'), { recursive: true });
    await mkdir(path.join(folder, 'refs/heads'), { recursive: true });
    await writeFile(path.join(folder, 'HEAD'), `ref: refs/heads/${branch}\n`);
    await writeFile(path.join(folder, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
    return new GitWriter(folder, branch);
  }

  async head(): Promise<string | null> {
    const file = path.join(this.folder, 'refs/heads', this.branch);
    return existsSync(file) ? (await readFile(file, 'utf8')).trim() : null;
  }

  /** Moves the branch; null deletes it. */
  async setHead(commit: string | null): Promise<void> {
    const file = path.join(this.folder, 'refs/heads', this.branch);
    if (commit === null) await rm(file, { force: true });
    else await writeFile(file, `${commit}\n`);
  }

  /** Writes a commit without moving the branch. @returns its id */
  async commit(options: CommitOptions): Promise<string> {
    const head = await this.head();
    const parents = options.parents ?? (head === null ? [] : [head]);
    const tree =
      options.files === undefined ? await this.treeOf(parents[0] ?? '') : await this.#writeFiles(options.files);
    const seconds = Math.floor((options.at ?? this.now()) / 1000);
    const who = `Test Person <test@example.com> ${seconds} +0000`;
    const headers = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${who}`,
      `committer ${who}`,
    ].join('\n');
    const body = `\n\n${options.message}`;
    const { key, namespace = 'git' } = options;
    const payload = Buffer.from(headers + body);
    const armoured = options.sign?.(payload) ?? (key === null ? '' : signSsh(key.privateKey, namespace, payload));
    const signature = armoured === '' ? '' : `\ngpgsig ${armoured.trimEnd().replaceAll('\n', '\n ')}`;
    const object = headers + signature + body;
    const id = await this.writeObject('commit', Buffer.from(options.forge?.(object) ?? object));
    this.#parents.set(id, parents[0] ?? '');
    return id;
  }

  /** Writes a commit and moves the branch to it. */
  async push(options: CommitOptions): Promise<string> {
    const commit = await this.commit(options);
    await this.setHead(commit);
    return commit;
  }

  /** An approval in the one form, as the branch's new head. */
  async approve(key: TestKey | null, plan: string, more: Partial<CommitOptions> = {}): Promise<string> {
    const parent = more.parents?.[0] ?? (await this.head()) ?? '';
    return await this.push({ key, message: approvalMessage(plan, parent), ...more });
  }

  async writeObject(type: 'blob' | 'tree' | 'commit', bytes: Uint8Array): Promise<string> {
    const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
    const id = createHash('sha1').update(whole).digest('hex');
    const file = path.join(this.folder, 'objects', id.slice(0, 2), id.slice(2));
    await mkdir(path.dirname(file), { recursive: true });
    if (!existsSync(file)) await writeFile(file, deflateSync(whole));
    this.#trees.set(
      id,
      type === 'commit' ? (/^tree ([0-9a-f]{40})/.exec(Buffer.from(bytes).toString())?.[1] ?? '') : '',
    );
    return id;
  }

  /**
   * The same signed payload and SSH signature in another object: the armour is wrapped anew. @returns its id; the
   * branch stays.
   */
  async carryAnew(commit: string, width = 60): Promise<string> {
    const stored = await readFile(path.join(this.folder, 'objects', commit.slice(0, 2), commit.slice(2)));
    const whole = inflateSync(stored).toString();
    const object = whole.slice(whole.indexOf('\0') + 1);
    const armour = /gpgsig -----BEGIN SSH SIGNATURE-----\n([^-]*)-----END/;
    const text = (armour.exec(object)?.[1] ?? '').replaceAll(/\s/g, '');
    const lines = text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
    const again = `gpgsig -----BEGIN SSH SIGNATURE-----\n ${lines.join('\n ')}\n -----END`;
    const id = await this.writeObject('commit', Buffer.from(object.replace(armour, again)));
    this.#parents.set(id, this.parentOf(commit));
    return id;
  }

  readonly #trees = new Map<string, string>();
  readonly #parents = new Map<string, string>();

  /** The first parent of a commit that was written here. */
  parentOf(commit: string): string {
    return this.#parents.get(commit) ?? '';
  }

  /** The tree of a commit that was written here; without it the empty tree. */
  async treeOf(commit: string): Promise<string> {
    return this.#trees.get(commit) ?? (await this.writeObject('tree', new Uint8Array()));
  }

  async #writeFiles(files: Readonly<Record<string, Entry>>): Promise<string> {
    const folders = Map.groupBy(Object.entries(files), ([name]) => (name.includes('/') ? name.split('/', 1)[0] : ''));
    const entries: { readonly mode: string; readonly name: string; readonly id: string }[] = [];
    for (const [folder = '', inside] of folders) {
      if (folder === '') {
        for (const [name, entry] of inside) {
          const { mode, content } = isContent(entry) ? { mode: '100644', content: entry } : entry;
          const id = mode === '160000' ? String(content) : await this.writeObject('blob', Buffer.from(content));
          entries.push({ mode, name, id });
        }
      } else {
        const below = Object.fromEntries(inside.map(([name, entry]) => [name.slice(folder.length + 1), entry]));
        entries.push({ mode: '40000', name: folder, id: await this.#writeFiles(below) });
      }
    }
    const sortName = ({ mode, name }: { readonly mode: string; readonly name: string }): string =>
      mode === '40000' ? `${name}/` : name;
    const sorted = entries.toSorted((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
    return await this.writeObject(
      'tree',
      Buffer.concat(
        sorted.map(({ mode, name, id }) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])),
      ),
    );
  }
}

function isContent(entry: Entry): entry is string | Uint8Array {
  return typeof entry === 'string' || entry instanceof Uint8Array;
}

/** The message of an approval in the one form. */
export function approvalMessage(plan: string, parent: string): string {
  return `Approve\n\nApprove-Plan: ${plan}\nApprove-Parent: ${parent}\n`;
}
