import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOMS } from '../../scripts/fences.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Folder, planted line, and whether the fences let it pass. */
const PLANTED: readonly (readonly [string, string, 'refused' | 'allowed'])[] = [
  ['schemas', "import { menuOf } from '#routeros';", 'refused'],
  ['schemas', "import { visible } from '#visible';", 'refused'],
  ['differ', "import { visible } from '#visible';", 'allowed'],
  ['differ', "import { canonicalJson } from '#canonical-json';", 'allowed'],
  ['schemas', "import { canonicalJson } from '#canonical-json';", 'refused'],
  ['simulator/menus', "import { visible } from '#visible';", 'refused'],
  ['routeros/values', "import { makePlan } from '#differ';", 'refused'],
  ['routeros/values', "import { connectRouter } from '#routeros/rest';", 'refused'],
  ['routeros/values', "import { nearestName } from '#schemas';", 'allowed'],
  ['routeros/rest', "import { request } from 'undici';", 'allowed'],
  ['routeros/rest', "import { randomUUID } from 'node:crypto';", 'allowed'],
  ['routeros/rest', 'export const chance = Math.random();', 'allowed'],
  ['routeros/rest', 'export const at = Date.now();', 'allowed'],
  ['routeros/rest', "import { makePlan } from '#differ';", 'refused'],
  ['routeros/readable', "import { DNS } from '../catalogue/dns.ts';", 'allowed'],
  ['routeros/readable', "import { quote } from '../script/text.ts';", 'refused'],
  ['routeros/values', "import { READABLE } from '../readable/index.ts';", 'refused'],
  ['differ', "import { READABLE } from '#routeros/readable';", 'refused'],
  ['routeros', "import { connectRouter } from './rest/connect.ts';", 'refused'],
  ['routeros/values', "import { connectRouter } from '../rest/connect.ts';", 'refused'],
  ['routeros/values', "import { quote } from '../script/text.ts';", 'allowed'],
  ['git', "import { readKey } from '#signatures';", 'allowed'],
  ['git', "import { makePlan } from '#differ';", 'refused'],
  ['git', "import { readFolder } from '../controller/source/folder.ts';", 'refused'],
  ['signatures', "import { makePlan } from '#differ';", 'allowed'],
  ['signatures', "import { openRepository } from '#git';", 'refused'],
  ['base', "import { nearestName } from '#schemas';", 'refused'],
  ['differ', "import { menuOf } from '#routeros';", 'allowed'],
  ['differ', "import { connectRouter } from '#routeros/rest';", 'refused'],
  ['differ', "import { startController } from '#controller';", 'refused'],
  ['differ', "import { menuOf } from '../routeros/index.ts';", 'refused'],
  ['differ', "import { renderPlanText } from './render/text.ts';", 'refused'],
  ['differ/render', "import { maskPlan } from '../mask.ts';", 'allowed'],
  ['controller/operations', "import { renderPlanText } from '#differ/render';", 'refused'],
  ['mcp', "import type { DeviceView } from '#controller';", 'allowed'],
  ['mcp', "import { startController } from '#controller';", 'refused'],
  ['mcp/tools', "import { OPERATIONS } from '#controller/operations';", 'refused'],
  ['mcp/tools', "import type { OutputOf } from '#controller/operations';", 'allowed'],
  ['mcp/tools', "import { READABLE } from '#routeros/readable';", 'allowed'],
  ['mcp', "import { connectRouter } from '#routeros/rest';", 'refused'],
  ['mcp', "import { openRepository } from '#git';", 'refused'],
  ['mcp', "import { openStore } from '../controller/store/store.ts';", 'refused'],
  ['mcp', "import { socketDoor } from '../cli/mcp/socket-door.ts';", 'refused'],
  ['mcp', "import { Server } from '@modelcontextprotocol/server';", 'refused'],
  ['cli/mcp', "import { Server } from '@modelcontextprotocol/server';", 'refused'],
  ['controller/doors', "import { TOOLS } from '#mcp';", 'refused'],
  ['cli/text', "import { renderPlanText } from '#differ/render';", 'allowed'],
  ['cli/text', "import { requestOf } from '#controller/operations';", 'allowed'],
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
  ['controller/store/migrations', "import { openStore } from '../store.ts';", 'allowed'],
  ['controller/store/migrations', "import type { Plans } from '../../records/plans.ts';", 'allowed'],
  ['controller/store/migrations', "import { connect } from '../../device/connect.ts';", 'refused'],
  ['controller/store/migrations', "import { makePlan } from '../../../differ/index.ts';", 'refused'],
  ['controller/policy', "import type { Reason } from '../reasons.ts';", 'allowed'],
  ['controller/policy', "import type { PlanRecord } from '../records/plans.ts';", 'allowed'],
  ['controller/policy', "import { makePlan } from '#differ';", 'allowed'],
  ['controller/formats', "import type { AttemptPayload } from '../records/attempts.ts';", 'allowed'],
  ['controller/formats', "import { planIdOf } from '#differ';", 'allowed'],
  ['controller/formats', "import type { Tables } from '../store/tables.ts';", 'refused'],
  ['controller/formats', "import { readFile } from 'node:fs/promises';", 'refused'],
  ['controller/formats', 'export const at = Date.now();', 'refused'],
  ['controller/device', "import { connectRouter } from '#routeros/rest';", 'allowed'],
  ['controller/apply', "import { startFleet } from '#simulator';", 'refused'],
  ['controller/apply', "import { main } from '#cli';", 'refused'],
  ['controller/apply', 'export const url = process.env["DATABASE_URL"];', 'refused'],
  ['simulator/model', "import type { Jobs } from '../script/jobs.ts';", 'refused'],
  ['simulator/model', "import { tableOf } from '../engine/table.ts';", 'refused'],
  ['simulator/model', 'export const at = Date.now();', 'refused'],
  ['simulator/kinds', "import { ConsoleFailure } from '../model/console.ts';", 'allowed'],
  ['simulator/kinds', "import { tableOf } from '../engine/table.ts';", 'refused'],
  ['simulator/engine', "import { bool } from '../kinds/kind.ts';", 'allowed'],
  ['simulator/engine', "import { menuSpecs } from '../menus/index.ts';", 'refused'],
  ['simulator/engine', "import { humanAt } from '../faults/human.ts';", 'refused'],
  ['simulator/engine', "import { SimulatedRouter } from '../router.ts';", 'refused'],
  ['simulator/menus', "import { tableOf } from '../engine/table.ts';", 'allowed'],
  ['simulator/menus', "import { Jobs } from '../script/jobs.ts';", 'refused'],
  ['simulator/menus', "import { answerRequest } from '../http/door.ts';", 'refused'],
  ['simulator/faults', "import { tableOf } from '../engine/table.ts';", 'allowed'],
  ['simulator/faults', "import { menuSpecs } from '../menus/index.ts';", 'refused'],
  ['simulator/faults', "import { answerRequest } from '../http/door.ts';", 'refused'],
  ['simulator/script', "import { ConsoleFailure } from '../model/console.ts';", 'allowed'],
  ['simulator/script', "import { tableOf } from '../engine/table.ts';", 'refused'],
  ['simulator/script', "export * from '../engine/table.ts';", 'refused'],
  ['simulator/script', "import { tableOf } from './../engine/table.ts';", 'refused'],
  ['simulator/http', "import { createFaults } from '../faults/active.ts';", 'allowed'],
  ['simulator/http', "import { menuSpecs } from '../menus/index.ts';", 'refused'],
  ['simulator/http', "import { Jobs } from '../script/jobs.ts';", 'refused'],
  ['simulator', "import { Jobs } from './script/jobs.ts';", 'allowed'],
  ['simulator', "import { menuOf } from '../routeros/index.ts';", 'refused'],
  ['simulator/menus', "import { menuOf } from '#routeros';", 'refused'],
  ['simulator/menus', "import { makePlan } from '#differ';", 'refused'],
  ['simulator/menus', "import { quote } from '../../routeros/script/text.ts';", 'refused'],
  ['simulator/menus', "import { createServer } from 'node:http';", 'allowed'],
  ['cli/commands', "import { startFleet } from '#simulator';", 'allowed'],
  ['cli/commands', "import { startRig } from '#test/rig.ts';", 'refused'],
  ['controller/records', "import { x } from '../store/store.ts';", 'refused'],
  ['controller/store', "import { x } from '../trust/authority.ts';", 'refused'],
  ['controller/telemetry', "import { x } from '../fleet/fleet.ts';", 'refused'],
  ['controller/credentials', "import { x } from '../operations/freeze.ts';", 'refused'],
  ['controller/desired', "import { x } from '../source/walk.ts';", 'refused'],
  ['controller/fleet', "import { x } from '../rollouts/rollouts.ts';", 'refused'],
  ['controller/source', "import { x } from '../trust/authority.ts';", 'refused'],
  ['controller/trust', "import { x } from '../reconcile/ports.ts';", 'refused'],
  ['controller/device', "import { x } from '../apply/arm.ts';", 'refused'],
  ['controller/gates', "import { x } from '../store/store.ts';", 'refused'],
  ['controller/gates', "import { x } from '../reconcile/ports.ts';", 'refused'],
  ['controller/apply', "import { x } from '../reconcile/ports.ts';", 'refused'],
  ['controller/observed', "import { x } from '../reconcile/ports.ts';", 'refused'],
  ['controller/reports', "import { x } from '../operations/api.ts';", 'refused'],
  ['controller/rollouts', "import { x } from '../reconcile/roll-back.ts';", 'refused'],
  ['controller/reconcile', "import { x } from '../visits/visit.ts';", 'refused'],
  ['controller/reconcile', "import { x } from '../store/store.ts';", 'refused'],
  ['controller/visits', "import { x } from '../operations/api.ts';", 'refused'],
  ['controller/operations', "import { x } from '../doors/socket.ts';", 'refused'],
  ['controller/operations', "import { x } from '../store/store.ts';", 'refused'],
  ['controller/doors', "import { x } from '../fleet/fleet.ts';", 'refused'],
  ...['controller/reads', 'controller/diagnose', 'controller/watch'].flatMap(
    (reads) =>
      [
        [reads, "import type { DeviceSession } from '../ports.ts';", 'refused'],
        [reads, "import type { Clock, DeviceSession } from '../ports.ts';", 'refused'],
        [reads, "export type { DeviceSession } from '../ports.ts';", 'refused'],
        [reads, "import { connectDevice } from '../device/connect.ts';", 'refused'],
        [reads, "import { connectRouter } from '#routeros/rest';", 'refused'],
        [reads, "import type { ReadSession } from '../ports.ts';", 'allowed'],
        [reads, "import type { Target } from '../fleet/target.ts';", 'allowed'],
      ] as const,
  ),
  ['controller/reads', "import { proveReader } from '../device/prove-reader.ts';", 'allowed'],
  ['controller/fleet', "import { x } from '../desired/inventory.ts';", 'allowed'],
  ['controller/trust', "import { x } from '../source/walk.ts';", 'allowed'],
  ['controller/gates', "import { x } from '../policy/gate.ts';", 'allowed'],
  ['controller/reconcile', "import { x } from '../apply/arm.ts';", 'allowed'],
  ['controller/visits', "import { x } from '../reconcile/ports.ts';", 'allowed'],
  ['controller/operations', "import { x } from '../fleet/fleet.ts';", 'allowed'],
  ['controller/store', "import { x } from '../formats/plan.ts';", 'allowed'],
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
  for (const file of ['oxlint.config.ts', 'scripts/fences.ts', 'package.json'])
    cpSync(path.join(root, file), path.join(folder, file));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const [at, [where, line]] of ALL.entries()) {
    mkdirSync(path.join(folder, where), { recursive: true });
    const used = /import (?:\{ |\* as )(\w+)/.exec(line)?.[1];
    writeFileSync(
      path.join(folder, where, `planted-${at}.ts`),
      `${line}\n${used === undefined ? '' : `export const used = ${used};\n`}`,
    );
  }
  for (const [one, other] of ['ab', 'ba'])
    writeFileSync(
      path.join(folder, 'simulator/model', `circle-${one}.ts`),
      `import type { Of${other} } from './circle-${other}.ts';\nexport interface Of${one} { readonly other: Of${other} }\n`,
    );
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

  it('goes in no circle, types counted', () => {
    expect(output.match(/circle-[ab]\.ts.*no-cycle/g)).toHaveLength(2);
  });

  it('is said of what is there', () => {
    const named = Object.entries(ROOMS).flatMap(([room, { may }]) => [
      room,
      ...may.filter((name) => !name.startsWith('#')),
    ]);
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });
});
