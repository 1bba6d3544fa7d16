import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Folder, planted line, and whether the fences let it pass. */
const PLANTED: readonly (readonly [string, string, 'refused' | 'allowed'])[] = [
  ['schemas', "import { menuOf } from '#routeros';", 'refused'],
  ['schemas', "import { visible } from '#visible';", 'refused'],
  ['differ', "import { visible } from '#visible';", 'allowed'],
  ['simulator/menus', "import { visible } from '#visible';", 'refused'],
  ['routeros/values', "import { makePlan } from '#differ';", 'refused'],
  ['routeros/values', "import { connectRouter } from '#routeros/rest';", 'refused'],
  ['routeros/values', "import { nearestName } from '#schemas';", 'allowed'],
  ['routeros/rest', "import { request } from 'undici';", 'allowed'],
  ['routeros/rest', "import { randomUUID } from 'node:crypto';", 'allowed'],
  ['routeros/rest', 'export const chance = Math.random();', 'allowed'],
  ['routeros/rest', 'export const at = Date.now();', 'allowed'],
  ['routeros/rest', "import { makePlan } from '#differ';", 'refused'],
  ['differ', "import { menuOf } from '#routeros';", 'allowed'],
  ['differ', "import { connectRouter } from '#routeros/rest';", 'refused'],
  ['differ', "import { startController } from '#controller';", 'refused'],
  ['differ', "import { menuOf } from '../routeros/index.ts';", 'refused'],
  ['controller/policy', "import { connectRouter } from '#routeros/rest';", 'refused'],
  ['controller/policy', "import { readFile } from 'node:fs/promises';", 'refused'],
  ['controller/policy', "import { openStore } from '../store/store.ts';", 'refused'],
  ['controller/policy', "import { connect } from '../device/connect.ts';", 'refused'],
  ['controller/policy', "import { applyPlan } from '../apply/apply-plan.ts';", 'refused'],
  ['controller/policy', "import { watch } from '../source/watch.ts';", 'refused'],
  ['controller/policy', "import { createLogger } from '../telemetry/log.ts';", 'refused'],
  ['controller/policy', "import { resolve } from '../credentials/resolve.ts';", 'refused'],
  ['controller/policy', "import { reconcile } from '../reconcile/reconcile.ts';", 'refused'],
  ['controller/policy', "import { systemClock } from '../clock.ts';", 'refused'],
  ['controller/policy', "import type { Reason } from '../reasons.ts';", 'allowed'],
  ['controller/policy', "import type { PlanRecord } from '../records/plans.ts';", 'allowed'],
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

/** Every pure folder has its own copy of these fences. */
const PURE = ['schemas', 'routeros/values', 'differ', 'controller/policy'];

const PLANTED_IN_PURE: readonly (readonly [string, 'refused' | 'allowed'])[] = [
  ['export const at = Date.now();', 'refused'],
  ['export const home = process.env;', 'refused'],
  ['export const later = setTimeout(() => {}, 1);', 'refused'],
  ['export const often = setInterval(() => {}, 1);', 'refused'],
  ['export const soon = setImmediate(() => {});', 'refused'],
  ['queueMicrotask(() => {});', 'refused'],
  ["export const answer = fetch('http://192.0.2.1/');", 'refused'],
  ['export const since = performance.now();', 'refused'],
  ['export const chance = Math.random();', 'refused'],
  ['export const { random } = Math;', 'refused'],
  ['export const id = crypto.randomUUID();', 'refused'],
  ['export const at = globalThis.Date.now();', 'refused'],
  ['export const at = global.Date.now();', 'refused'],
  ["import { randomUUID } from 'node:crypto';", 'refused'],
  ["import { randomBytes } from 'node:crypto';", 'refused'],
  ["import { createHash, randomBytes } from 'node:crypto';", 'refused'],
  ["import * as all from 'node:crypto';", 'refused'],
  ["import { randomUUID } from 'crypto';", 'refused'],
  ["import { readFileSync } from 'node:fs';", 'refused'],
  ["import { request } from 'undici';", 'refused'],
  ["import { createHash } from 'node:crypto';", 'allowed'],
  ["import { createHmac } from 'node:crypto';", 'allowed'],
  ['export const copy = structuredClone({});', 'allowed'],
  ['export const most = Math.max(1, 2);', 'allowed'],
];

const ALL = [
  ...PLANTED,
  ...PURE.flatMap((where) => PLANTED_IN_PURE.map(([line, verdict]) => [where, line, verdict] as const)),
];

let folder: string;
let output: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fences-'));
  cpSync(path.join(root, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const [at, [where, line]] of ALL.entries()) {
    mkdirSync(path.join(folder, where), { recursive: true });
    const used = /import (?:\{ |\* as )(\w+)/.exec(line)?.[1];
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
  it.each(ALL.map(([where, line, verdict], at) => ({ where, line, verdict, at })))(
    '$where: $line is $verdict',
    ({ where, verdict, at }) => {
      const complaints = output
        .split('\n')
        .filter((line) => line.includes(`${where}/planted-${at}.ts`) && /restricted|process-env/.test(line));
      expect(complaints.length > 0 ? 'refused' : 'allowed').toBe(verdict);
    },
  );
});
