// Compiles what the npm package runs into dist/: Node refuses .ts files inside node_modules.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

// Prompts are data beside the file that reads them.
cpSync(path.join(root, 'mcp/prompts'), path.join(dist, 'mcp/prompts'), {
  recursive: true,
  filter: (file) => !file.endsWith('.ts'),
});

// The doors between top folders lead to the compiled files there.
const { imports, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  imports: Record<string, string>;
  version: string;
};
const doors = Object.entries(imports)
  .filter(([door]) => !door.startsWith('#test'))
  .map(([door, file]) => [door, file.replace(/\.ts$/, '.js')]);
writeFileSync(
  path.join(dist, 'package.json'),
  `${JSON.stringify({ type: 'module', version, imports: Object.fromEntries(doors) }, null, 2)}\n`,
);
