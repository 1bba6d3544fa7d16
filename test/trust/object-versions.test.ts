import { expect, test } from 'vitest';
import { configYaml, deviceYaml } from '#test/documents.ts';
import { objectPiecesOf } from '../../controller/source/object-pieces.ts';
import { objectVersionsIn } from '../../controller/source/object-versions.ts';

const CONFIG = configYaml('c1', 10, 'dns: {servers: [192.0.2.1]}', '{names: [r1]}');

test('comments and the order of fields leave no trace, a value and a label do', () => {
  const [version] = objectVersionsIn(CONFIG) ?? [];
  expect(version).toMatchObject({ kind: 'RouterConfig', name: 'c1', feeds: { names: ['r1'] } });
  const turned = CONFIG.replace(
    '  selector: {names: [r1]}\n  priority: 10\n',
    '  priority: 10\n  selector: {names: [r1]}\n',
  );
  expect(turned).not.toBe(CONFIG);
  expect(objectVersionsIn(`# Words.\n${turned}`)).toEqual([version]);
  expect(objectVersionsIn(CONFIG.replace('192.0.2.1', '192.0.2.2'))?.[0]?.spec).not.toBe(version?.spec);
  const labelled = objectVersionsIn(CONFIG.replace('name: c1', 'name: c1\n  labels: {a: b}'));
  expect(labelled).toMatchObject([{ spec: version?.spec }]);
  expect(labelled?.[0]?.metadata).not.toBe(version?.metadata);
});

test('a device feeds by what selectors look at, and nothing else', () => {
  expect(objectVersionsIn(`${deviceYaml('r1', 'site: vie')}---\n${CONFIG}`)).toMatchObject([
    { feeds: { metadata: { name: 'r1', labels: { role: 'edge' } }, spec: { environment: 'lab', site: 'vie' } } },
    { name: 'c1' },
  ]);
});

test.each([
  ['a selector that is none', CONFIG.replace('{names: [r1]}', '{names: 5}')],
  ['another kind', CONFIG.replace('RouterConfig', 'Pod')],
  ['a key twice', `${CONFIG}  priority: 11\n`],
  ['text that is no YAML', `${CONFIG}? [\n`],
  ['nothing', ''],
])('nobody can tell what a file with %s says', (_, text) => {
  expect(objectVersionsIn(text)).toBeNull();
});

test('objects travel in pieces that are short, all of them and in order; one that is huge can not be told', () => {
  const [version] = objectVersionsIn(CONFIG) ?? [];
  if (version === undefined) throw new Error('no version');
  const many = Array.from({ length: 3000 }, (_, at) => ({ ...version, name: `c${at}` }));
  const pieces = objectPiecesOf(many) ?? [];
  expect(pieces.length).toBeGreaterThan(2);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(140 * 1024);
  expect(pieces.flatMap((piece) => JSON.parse(piece) as unknown[])).toEqual(many);
  expect(objectPiecesOf([{ ...version, name: 'x'.repeat(3_000_000) }])).toBeNull();
  expect(objectPiecesOf(null)).toBeNull();
});
