import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packInto } from '#test/package.ts';
import { until } from '#test/rig.ts';

const root = path.resolve(import.meta.dirname, '../..');

let folder: string;
let installed: string;
let tarball: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'package-'));
  installed = path.join(folder, 'node_modules/routeros-gitops');
  tarball = packInto(folder);
  writeFileSync(path.join(folder, 'package.json'), '{"name": "elsewhere", "private": true}\n');
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
  return spawnSync(path.join(folder, 'node_modules/.bin/rosctl'), [...args], { cwd: folder, encoding: 'utf8' });
}

/** Whoever claims the name on a registry would be run, or installed. */
const BY_NAME =
  /\b(npx|bunx|pnpx|npm (?:exec|x)|(?:pnpm|yarn) dlx)\s+(?:-\S+\s+)*(rosctl|routeros-gitops)|\b(npm|pnpm|yarn) (i|add|install)\s+(?:-\S+\s+)*(rosctl|routeros-gitops)(?![\w.-]*\.tgz)/;

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

  it('brings every prompt of assistants', () => {
    const promptsIn = (folder: string): readonly string[] =>
      readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    expect(promptsIn(path.join(installed, 'dist/mcp/prompts'))).toEqual(promptsIn('mcp/prompts'));
    expect(promptsIn('mcp/prompts')).toHaveLength(10);
  });

  it('completes for shells, and begins a fleet with the example that it brings', () => {
    expect(rosctl('completion', 'words', '--', 'demo', '--ke').stdout).toBe('--keep\n');
    expect(rosctl('version').stdout).toMatch(/^rosctl +\d+\.\d+\.\d+\ncontroller +not known/);
    const fleet = path.join(folder, 'example');
    const made = rosctl('init', '--example', fleet, '--signing-key', path.join(folder, 'key.pem'), '--name', 'alice');
    expect(made).toMatchObject({ status: 0 });
    expect(rosctl('validate', fleet).stdout).toContain('12 devices');
  });

  it.each(['routeros-gitops', 'routeros-gitops-mcp'])('has the unit %s, which systemd finds well fenced', (name) => {
    const unit = path.join(folder, `${name}.service`);
    const text = readFileSync(path.join(installed, `deploy/${name}.service`), 'utf8');
    const program = /^ExecStart=(\S+)/m.exec(text)?.[1] ?? 'none';
    expect(program).toBe('/opt/routeros-gitops/bin/rosctl');
    // Where it will lie, not where it lies here; a typing error in a setting is a warning.
    writeFileSync(unit, text.replaceAll(program, path.join(folder, 'node_modules/.bin/rosctl')));
    const asked = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
    if (asked.error !== undefined) {
      console.warn('systemd-analyze is not installed: the unit is only read.');
      expect(text).toMatch(/^\[Service\]$/m);
      return;
    }
    expect(asked).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const fences = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit]);
    expect(fences.status).toBe(0);
  });

  it('has a container file that copies what npm pack makes, and nothing that is not there', () => {
    const text = readFileSync(path.join(installed, 'deploy/Containerfile'), 'utf8');
    const copied = [...text.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, from = '']) => from.split(' '));
    expect(copied).toEqual([tarball]);
    for (const [named] of text.matchAll(/routeros-gitops-[\d.]+\.tgz/g)) expect(named).toBe(tarball);
    expect(text).toMatch(/^USER node$/m);
    expect(text).toMatch(/^FROM node:24-/m);
  });

  it('names nothing to run that a registry would be asked for', () => {
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .map((entry) => path.join(entry.parentPath, entry.name));
    const texts = files.map((file) => [path.relative(installed, file), readFileSync(file, 'utf8')] as const);
    const named = texts.filter(([, text]) => BY_NAME.test(text)).map(([file]) => file);
    expect(named).toEqual([]);
  });

  it('brings neither tests nor the pinned Node', () => {
    const names = readdirSync(path.join(folder, 'node_modules'));
    expect(names).not.toContain('vitest');
    expect(names).not.toContain('node');
  });
});
