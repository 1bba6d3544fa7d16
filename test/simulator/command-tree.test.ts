import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '#routeros';
import { startFleet } from '#simulator';

/** The command trees of real routers, beside the repository; not part of it. */
const trees = fileURLToPath(new URL('../../../shared/routeros-schema/', import.meta.url));
const versions = ['7.12.2', '7.16.2', '7.20.8', '7.22.3', '7.24'] as const;

type Node = { readonly [name: string]: Node | string };

function nodeAt(root: Node, path: string): Node | undefined {
  let node: Node | string | undefined = root;
  for (const word of path.split('/').filter((part) => part !== '')) {
    node = typeof node === 'object' ? node[word] : undefined;
  }
  return typeof node === 'object' ? node : undefined;
}

function treeTextOf(version: string): string {
  const [file = ''] = readdirSync(`${trees}${version}`);
  return readFileSync(`${trees}${version}/${file}`, 'utf8');
}

/** The trees were taken from routers with more packages or fewer. */
function packagesIn(tree: Node): readonly string[] {
  return nodeAt(tree, '/interface/wireless') === undefined ? [] : ['wireless'];
}

async function menusOf(version: string, packages: readonly string[] = []) {
  const fleet = await startFleet([
    { name: 'r', host: '127.0.0.1', port: 0, tls: false, version, serial: 'S', chr: true, packages },
  ]);
  const { profile } = fleet.router('r').state;
  await fleet.close();
  return profile;
}

/** What `add` and `set` take, but for what only says which row is meant. */
function settableIn(tree: Node, path: string): ReadonlySet<string> {
  const names = ['add', 'set'].flatMap((verb) => Object.keys(nodeAt(tree, `${path}/${verb}`) ?? {}));
  // `mlag-id` of bondings comes and goes with the hardware.
  const others = ['numbers', 'copy-from', 'place-before', 'desc', 'mlag-id'];
  return new Set(names.filter((name) => !name.startsWith('_') && !others.includes(name)));
}

const present = existsSync(trees);
if (!present) {
  console.warn(
    `\nNo command trees at ${trees}: the simulator's menus are NOT checked against real routers in this run.\n`,
  );
}

describe.each(versions)('the command tree of %s', (version) => {
  it.runIf(present)('has every menu, verb and argument the simulator takes', async () => {
    const tree = JSON.parse(treeTextOf(version)) as Node;
    const profile = await menusOf(version, packagesIn(tree));
    const unknown: string[] = [];
    for (const menu of profile.menus.values()) {
      for (const [verb, args] of menu.verbs) {
        const node = nodeAt(tree, `${menu.path}/${verb}`);
        for (const name of node === undefined ? ['(verb)'] : args) {
          if (name === '(verb)' || node?.[name] === undefined) {
            unknown.push(`${menu.path} ${verb} ${name}`);
          }
        }
      }
    }
    for (const { path, spec, verbs } of profile.menus.values()) {
      const wrong =
        spec.lacks?.filter((verb) => verbs.has(verb) || nodeAt(tree, `${path}/${verb}`) === undefined) ?? [];
      unknown.push(...wrong.map((verb) => `${path} lacks ${verb}`));
    }
    for (const command of profile.commands.values()) {
      const node = nodeAt(tree, command.path);
      for (const name of node === undefined ? ['(command)'] : command.args) {
        if (name === '(command)' || node?.[name] === undefined) {
          unknown.push(`${command.path} ${name}`);
        }
      }
    }
    expect(unknown).toEqual([]);
  });

  it.runIf(present)('has no argument of a managed menu that the simulator lacks', async () => {
    const tree = JSON.parse(treeTextOf(version)) as Node;
    const profile = await menusOf(version, packagesIn(tree));
    const lacking: string[] = [];
    for (const path of [...Object.keys(CATALOGUE), '/system/script', '/system/scheduler']) {
      for (const verb of ['add', 'set']) {
        const args = profile.menus.get(path)?.verbs.get(verb);
        for (const name of Object.keys(nodeAt(tree, `${path}/${verb}`) ?? {}).filter((key) => !key.startsWith('_'))) {
          // It comes with a package of its own.
          if (args?.has(name) !== true && !name.endsWith('openflow-switch')) {
            lacking.push(`${path} ${verb} ${name}`);
          }
        }
      }
    }
    expect(lacking).toEqual([]);
  });

  it.runIf(present)('has the columns of menus that are only read, and none of another version', async () => {
    const tree = JSON.parse(treeTextOf(version)) as Node;
    const others = versions.map((other) => JSON.parse(treeTextOf(other)) as Node);
    const profile = await menusOf(version, packagesIn(tree));
    const wrong: string[] = [];
    for (const { path, spec, fields } of profile.menus.values()) {
      if (spec.rows !== 'readOnly' && spec.rows !== 'removeOnly') continue;
      const here = settableIn(tree, path);
      wrong.push(...[...here].filter((name) => !fields.has(name)).map((name) => `${path} lacks ${name}`));
      const known = new Set(others.flatMap((other) => [...settableIn(other, path)]));
      for (const name of fields.keys())
        if (known.has(name) && !here.has(name)) wrong.push(`${path} has ${name} already`);
      const readable = nodeAt(tree, `${path}/get/value-name/_completion`);
      // Only one of the trees says what can be read.
      const columns = new Set([...Object.keys(readable ?? {}), '.about', '.nextid']);
      // Of its license a RouterBOARD tells more than the CHR of the tree.
      if (readable !== undefined && path !== '/system/license')
        wrong.push(...[...fields.keys()].filter((name) => !columns.has(name)).map((name) => `${path} invents ${name}`));
    }
    expect(wrong).toEqual([]);
  });

  it('knows the sections, what changed between versions, and no menu twice', async () => {
    const profile = await menusOf(version);
    expect([...profile.menus.keys()]).toEqual(
      expect.arrayContaining(['/system/identity', '/ip/dns', '/ip/dns/static', '/ip/address']),
    );
    expect(profile.menus.has('/safe-mode')).toBe(version !== '7.12.2' && version !== '7.16.2');
    expect(profile.commands.has('/ping')).toBe(version !== '7.24');
    expect(profile.menus.get('/ip/dns')?.verbs.get('set')?.has('vrf')).toBe(version !== '7.12.2');
    expect(profile.menus.get('/system/scheduler')?.verbs.get('add')?.has('days')).toBe(version === '7.24');
  });
});
