import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'package-'));
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: root, stdio: 'pipe' });
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
    const installed = path.join(folder, 'node_modules/routeros-gitops');
    expect(readdirSync(installed)).not.toContain('cli');
  });

  it('validates the example fleet and finds a fault in a broken one', () => {
    const example = path.join(folder, 'node_modules/routeros-gitops/devices.example');
    expect(rosctl('validate', example)).toMatchObject({ status: 0 });
    const broken = path.join(folder, 'broken');
    mkdirSync(broken);
    cpSync(example, broken, { recursive: true });
    writeFileSync(path.join(broken, 'extra.yaml'), 'kind: RouterDevice\n');
    const result = rosctl('validate', broken);
    expect(result.status).not.toBe(0);
    expect(result.stdout + result.stderr).toContain('extra.yaml:1');
  });

  it('brings neither tests nor the pinned Node', () => {
    const names = readdirSync(path.join(folder, 'node_modules'));
    expect(names).not.toContain('vitest');
    expect(names).not.toContain('node');
  });
});
