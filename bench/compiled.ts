import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');
/** Below node_modules, so that libraries are found from there. */
const PLACE = path.join(ROOT, 'node_modules', '.cache', 'bench');

/** What a controller starts by its file's name, so that no import leads to it. */
const STARTED = ['controller/source/reading-process', 'controller/source/watchdog', 'git/worker'].map((name) =>
  path.join(ROOT, `${name}.ts`),
);

/**
 * Modules of this folder as the package would hold them: compiled, since reading TypeScript costs Node a compiler's
 * memory.
 */
export interface Compiled {
  urlOf(module: string): URL;
  remove(): Promise<void>;
}

/** Compiles modules of this folder and all that they need. */
export async function compile(...modules: readonly string[]): Promise<Compiled> {
  const folder = path.join(PLACE, String(process.pid));
  await mkdir(folder, { recursive: true });
  const project = {
    extends: path.join(ROOT, 'tsconfig.build.json'),
    compilerOptions: { rootDir: ROOT, outDir: folder, typeRoots: [path.join(ROOT, 'node_modules', '@types')] },
    include: [...modules.map((module) => path.join(import.meta.dirname, module)), ...STARTED],
  };
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(project));
  const compiler = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', path.join(folder, 'tsconfig.json')]);
  const { imports } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as {
    readonly imports: Readonly<Record<string, string>>;
  };
  const doors = Object.entries(imports).map(([door, file]) => [door, file.replace(/\.ts$/, '.js')]);
  await writeFile(
    path.join(folder, 'package.json'),
    JSON.stringify({ type: 'module', imports: Object.fromEntries(doors) }),
  );
  return {
    urlOf: (module) => new URL(`file://${path.join(folder, 'bench', module.replace(/\.ts$/, '.js'))}`),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
