#!/usr/bin/env node
// The compiled package runs dist/; a checkout runs the TypeScript sources directly.
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(`rosctl needs Node 24 or newer, this is ${process.versions.node}. See https://nodejs.org/.`);
  process.exit(70);
}
// They wait most of their life: memory before speed (docs/reference/benchmarks.md).
if (['controller', 'mcp'].includes(process.argv[2])) setFlagsFromString('--optimize-for-size');
const source = new URL('../cli/main.ts', import.meta.url);
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
