import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startFixtures } from '../test/conformance/server.ts';
import { startMcpHttp } from '../test/support/mcp-http-rig.ts';
import { labFleet, startRig } from '../test/support/rig.ts';

/*
 * Holds the MCP server against the suites of others: the conformance suite of each revision, with their fixtures behind
 * our HTTP stack; the Inspector, strict; and clients of both eras over stdio and HTTP. A file that is named gets the
 * counts, as reports of vitest have them.
 */

const root = path.join(import.meta.dirname, '..');
const modules = path.join(root, 'node_modules');
const CONFORMANCE = path.join(modules, '@modelcontextprotocol/conformance/dist/index.js');
const NEXT = path.join(modules, 'conformance-next/dist/index.js');
const INSPECTOR = path.join(modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const VITEST = path.join(modules, 'vitest/vitest.mjs');

const folder = await mkdtemp(path.join(tmpdir(), 'mcp-verify-'));
const results: { readonly part: string; readonly passed: boolean; readonly seconds: number }[] = [];

/** Runs one suite and shows what it says where it fails. */
async function part(name: string, words: readonly string[]): Promise<void> {
  const started = Date.now();
  let said = '';
  const env = { ...process.env, MCP_CATALOG_PATH: folder, MCP_STORAGE_DIR: folder };
  const child = spawn(process.execPath, words, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise((ended) => child.on('close', ended));
  const passed = code === 0;
  if (!passed) console.log(`${said}\n`);
  results.push({ part: name, passed, seconds: (Date.now() - started) / 1000 });
  console.log(`${passed ? 'passed' : `FAILED (${String(code)})`}  ${name}`);
}

const fixtures = await startFixtures();
try {
  const server = ['server', '--url', fixtures.url];
  await part('conformance 0.1.16, active suite', [CONFORMANCE, ...server, '--suite', 'active', '-o', folder]);
  for (const revision of ['2025-11-25', '2026-07-28'])
    await part(`conformance 0.2.0-alpha.12, ${revision}`, [NEXT, ...server, '--requirements', revision, '-o', folder]);
} finally {
  await fixtures.close();
}

const rig = await startRig((router) => labFleet(router, 'dns: {}'));
const mcp = await startMcpHttp(rig);
try {
  const token = mcp.people.set('inspector', { role: 'admin', audience: 'mcp' });
  const asked = [INSPECTOR, '--cli', mcp.url.href, '--transport', 'http', '--header', `authorization: Bearer ${token}`];
  for (const era of ['legacy', 'modern'])
    for (const method of ['tools/list', 'resources/templates/list', 'prompts/list']) {
      const strict = method === 'tools/list' ? ['--strict'] : [];
      const how = ['--protocol-era', era, '--method', method, ...strict, '--format', 'json'];
      await part(`Inspector 2.12.0, ${era}, ${method}${strict.length === 0 ? '' : ', strict'}`, [...asked, ...how]);
    }
} finally {
  await mcp.close();
  await rig.close();
  await rm(folder, { recursive: true, force: true });
}

await part('clients 1.32.2 and 2.4.0 over stdio and HTTP', [VITEST, 'run', 'test/mcp/sessions.test.ts']);

const failed = results.filter(({ passed }) => !passed);
const seconds = results.reduce((sum, each) => sum + each.seconds, 0);
console.log(
  `${String(results.length - failed.length)} passed, ${String(failed.length)} failed, in ${seconds.toFixed(0)} s`,
);
const [, , report] = process.argv;
if (report !== undefined) {
  const assertionResults = results.map((each) => ({
    fullName: each.part,
    status: each.passed ? 'passed' : 'failed',
    failureMessages: [],
  }));
  const counts = { numPassedTests: results.length - failed.length, numFailedTests: failed.length, numPendingTests: 0 };
  const testResults = [{ name: 'mcp:verify', status: failed.length === 0 ? 'passed' : 'failed', assertionResults }];
  await writeFile(report, JSON.stringify({ ...counts, success: failed.length === 0, testResults }));
}
process.exitCode = failed.length === 0 ? 0 : 1;
