import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SECTION_NAMES } from '#schemas';

// What a Kubernetes structural schema may hold, and annotations that go into the reference pages.
const ALLOWED = new Set(
  '$schema $ref title description type properties required items additionalProperties enum pattern patternErrorMessage minimum maximum minLength maxLength minItems maxItems minProperties maxProperties scopedBy default examples x-kubernetes-int-or-string'.split(
    ' ',
  ),
);
const files = globSync('schemas/**/*.json')
  .filter((path) => !path.includes('/generated/'))
  .map((path) => path.replaceAll('\\', '/'));

interface Node {
  readonly [key: string]: unknown;
}

function eachNode(node: Node, path: string, visit: (node: Node, path: string, isField: boolean) => void): void {
  visit(node, path, false);
  for (const [name, child] of Object.entries((node['properties'] ?? {}) as Record<string, Node>)) {
    visit(child, `${path}.${name}`, true);
    eachNode(child, `${path}.${name}`, visit);
  }
  if (node['items'] !== undefined) eachNode(node['items'] as Node, `${path}[]`, visit);
}

/** The one union that Kubernetes knows carries its own mark there. */
function hasOneType(node: Node): boolean {
  if (node['x-kubernetes-int-or-string'] === true) return JSON.stringify(node['type']) === '["integer","string"]';
  return typeof (node['type'] ?? node['$ref']) === 'string';
}

function fileOf(section: string): string {
  return section.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

test('there is one file per kind and section', () => {
  expect(files.map((path) => path.replace('schemas/', '')).toSorted()).toEqual([
    'approval-policy.json',
    'metadata.json',
    'rollout-policy.json',
    'roster.json',
    'router-config.json',
    'router-device.json',
    ...SECTION_NAMES.map((name) => `sections/${fileOf(name)}.json`).toSorted(),
    'selector.json',
  ]);
});

test.each(files)('%s can become a Kubernetes structural schema', (path) => {
  const breaches: string[] = [];
  eachNode(JSON.parse(readFileSync(path, 'utf8')) as Node, path, (node, place) => {
    breaches.push(...Object.keys(node).flatMap((key) => (ALLOWED.has(key) ? [] : [`${place}: ${key}`])));
    if (!hasOneType(node)) breaches.push(`${place} has not exactly one type`);
    if (node['properties'] !== undefined && node['additionalProperties'] !== false) breaches.push(`${place} is open`);
  });
  expect(breaches).toEqual([]);
});

test.each(files)('every text, list and mapping of %s has an end', (path) => {
  const endless: string[] = [];
  const look = (node: Node, place: string): void => {
    const types = [node['type']].flat();
    const bounded = node['enum'] !== undefined || node['maxLength'] !== undefined;
    if (types.includes('string') && !bounded) endless.push(`${place} may be of any length`);
    if (types.includes('array') && node['maxItems'] === undefined)
      endless.push(`${place} may have any number of entries`);
    const { additionalProperties } = node;
    if (typeof additionalProperties !== 'object' || additionalProperties === null) return;
    if (node['maxProperties'] === undefined) endless.push(`${place} may have any number of fields`);
    look(additionalProperties as Node, `${place}.*`);
  };
  eachNode(JSON.parse(readFileSync(path, 'utf8')) as Node, path, (node, place, isField) => {
    if (!isField) look(node, place);
  });
  expect(endless).toEqual([]);
});

test.each(files)('every field of %s has a title, a description and an example', (path) => {
  const missing: string[] = [];
  eachNode(JSON.parse(readFileSync(path, 'utf8')) as Node, path, (node, place, isField) => {
    if (!isField || node['$ref'] !== undefined) return;
    const needed = node['properties'] === undefined ? ['title', 'description', 'examples'] : ['title', 'description'];
    missing.push(...needed.filter((key) => node[key] === undefined).map((key) => `${place}: ${key}`));
  });
  expect(missing).toEqual([]);
});
