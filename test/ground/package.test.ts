import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#test/rig.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What a checkout has and packing does not need, or makes anew. */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'node_modules', 'dist', 'coverage', 'test', 'bench']);

/** Packing builds dist/ from nothing: in a copy nobody else builds or reads it meanwhile. */
function copyOfCheckout(into: string): string {
  mkdirSync(into);
  for (const name of readdirSync(root)) {
    if (!LEFT_OUT.has(name)) cpSync(path.join(root, name), path.join(into, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(into, 'node_modules'));
  return into;
}

let folder: string;
let installed: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'package-'));
  installed = path.join(folder, 'node_modules/routeros-gitops');
  const checkout = copyOfCheckout(path.join(folder, 'checkout'));
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: checkout, stdio: 'pipe' });
  rmSync(checkout, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"name": "elsewhere", "private": true}\n');
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball';
  execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`], {
    cwd: folder,
    stdio: 'pipe',
  });
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function rosctl(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync('npx', ['--no-install', 'rosctl', ...args], { cwd: folder, encoding: 'utf8' });
}

describe('the packed package, installed into another folder', () => {
  it('runs rosctl, compiled', () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    expect(rosctl('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
    expect(rosctl('--help').stdout).toContain('validate');
    expect(readdirSync(installed)).not.toContain('cli');
  });

  it('validates the example fleet and finds a fault in a broken one', () => {
    const example = path.join(installed, 'devices.example');
    expect(rosctl('validate', example)).toMatchObject({ status: 0 });
    const broken = path.join(folder, 'broken');
    mkdirSync(broken);
    cpSync(example, broken, { recursive: true });
    writeFileSync(path.join(broken, 'extra.yaml'), 'kind: RouterDevice\n');
    const result = rosctl('validate', broken);
    expect(result.status).not.toBe(0);
    expect(result.stdout + result.stderr).toContain('extra.yaml:1');
  });

  it('begins a fleet, and follows it with a controller', async () => {
    const fleet = path.join(folder, 'fleet');
    const key = path.join(folder, 'key.pem');
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    expect(rosctl('init', fleet, '--signing-key', key, '--name', 'alice')).toMatchObject({ status: 0 });
    const bin = path.join(installed, 'bin/rosctl.mjs');
    const controller = spawn(process.execPath, [bin, 'controller', '--source', '.', '--listen', 'off'], {
      cwd: fleet,
      stdio: 'ignore',
    });
    const ended = once(controller, 'exit');
    try {
      const told = await until(
        () => rosctl('trust', 'show', '--state', path.join(fleet, 'state')),
        ({ status }) => status === 0,
        60,
      );
      expect(told.stdout).toContain('All of the branch is accepted.');
    } finally {
      controller.kill();
      await ended;
    }
  }, 90_000);

  it('brings every page that its pages link to', () => {
    const pages = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
    expect(pages).toContain('README.md');
    const links = pages.flatMap((page) =>
      [...readFileSync(path.join(installed, page), 'utf8').matchAll(/\]\((?!#|[a-z]+:)([^)#\s]+)/g)].map(
        ([, target = '']) => ({ page, target }),
      ),
    );
    expect(links).toContainEqual({ page: 'README.md', target: 'docs/quickstart.md' });
    expect(links.filter(({ page, target }) => !existsSync(path.join(installed, path.dirname(page), target)))).toEqual(
      [],
    );
  });

  it('brings neither tests nor the pinned Node', () => {
    const names = readdirSync(path.join(folder, 'node_modules'));
    expect(names).not.toContain('vitest');
    expect(names).not.toContain('node');
  });
});
