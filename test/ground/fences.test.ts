import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Folder, planted line, and whether the fences let it pass. */
const PLANTED: readonly (readonly [string, string, 'refused' | 'allowed'])[] = [
  ['schemas', "import { menuOf } from '#routeros';", 'refused'],
  ['schemas', "import { readFileSync } from 'node:fs';", 'refused'],
  ['routeros/values', "import { makePlan } from '#differ';", 'refused'],
  ['routeros/values', "import { connectRouter } from '#routeros/rest';", 'refused'],
  ['routeros/values', "import { request } from 'undici';", 'refused'],
  ['routeros/values', "import { nearestName } from '#schemas';", 'allowed'],
  ['routeros/rest', "import { request } from 'undici';", 'allowed'],
  ['routeros/rest', "import { makePlan } from '#differ';", 'refused'],
  ['differ', "import { menuOf } from '#routeros';", 'allowed'],
  ['differ', "import { createHash } from 'node:crypto';", 'allowed'],
  ['differ', "import { connectRouter } from '#routeros/rest';", 'refused'],
  ['differ', "import { startController } from '#controller';", 'refused'],
  ['differ', "import { menuOf } from '../routeros/index.ts';", 'refused'],
  ['differ', 'export const at = Date.now();', 'refused'],
  ['differ', 'export const home = process.env;', 'refused'],
  ['controller/policy', "import { connectRouter } from '#routeros/rest';", 'refused'],
  ['controller/policy', "import { readFile } from 'node:fs/promises';", 'refused'],
  ['controller/policy', "import { makePlan } from '#differ';", 'allowed'],
  ['controller/apply', "import { connectRouter } from '#routeros/rest';", 'allowed'],
  ['controller/apply', "import { startFleet } from '#simulator';", 'refused'],
  ['controller/apply', "import { main } from '#cli';", 'refused'],
  ['controller/apply', 'export const url = process.env["DATABASE_URL"];', 'refused'],
  ['simulator/menus', "import { menuOf } from '#routeros';", 'refused'],
  ['simulator/menus', "import { makePlan } from '#differ';", 'refused'],
  ['simulator/menus', "import { quote } from '../../routeros/script/text.ts';", 'refused'],
  ['simulator/menus', "import { createServer } from 'node:http';", 'allowed'],
  ['cli/commands', "import { startFleet } from '#simulator';", 'allowed'],
  ['cli/commands', "import { startRig } from '#test/rig.ts';", 'refused'],
];

let folder: string;
let output: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fences-'));
  cpSync(path.join(root, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const [at, [where, line]] of PLANTED.entries()) {
    mkdirSync(path.join(folder, where), { recursive: true });
    const used = /import \{ (\w+) \}/.exec(line)?.[1];
    writeFileSync(
      path.join(folder, where, `planted-${at}.ts`),
      `${line}\n${used === undefined ? '' : `export const used = ${used};\n`}`,
    );
  }
  output = spawnSync(path.join(root, 'node_modules/.bin/oxlint'), ['--format', 'unix', '.'], {
    cwd: folder,
    encoding: 'utf8',
  }).stdout;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('who may import whom', () => {
  it.each(PLANTED.map(([where, line, verdict], at) => ({ where, line, verdict, at })))(
    '$where: $line is $verdict',
    ({ where, verdict, at }) => {
      const complaints = output
        .split('\n')
        .filter((line) => line.includes(`${where}/planted-${at}.ts`) && /restricted|process-env/.test(line));
      expect(complaints.length > 0 ? 'refused' : 'allowed').toBe(verdict);
    },
  );
});
