import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Row, rowsOf } from '#routeros';
import { exportedIn } from '#test/exported.ts';
import { menuSpecs } from '../../simulator/menus/index.ts';
import { profiles, routerVersionOf } from '../../simulator/model/version.ts';
import { REFUSALS } from '../../simulator/model/refusals.ts';
import { call, oneRouter, type OneRouter } from './rest.ts';

/** The references, beside the repository; not part of it. */
const REFERENCES = fileURLToPath(new URL('../../../shared/reference/', import.meta.url));

/** Who may be asked: the references by section, command trees, the vendor's pages, exports and reports in public. */
const FORM =
  /^(routeros-rest\.md §|armed-rollback\.md §|command trees?\b|vendor's page |exports? of |public reports?: )/;

const SOURCES: readonly (readonly [string, string])[] = [
  ...Object.entries(REFUSALS).map(([name, { source }]) => [`the refusal ${name}`, source] as const),
  ...menuSpecs.flatMap(({ path, source, fields }) => [
    [path, source] as const,
    ...Object.entries(fields).map(([name, field]) => [`${path} ${name}`, field.source ?? source] as const),
  ]),
];

/** `there` for each section of a reference that the source names, else which one is not. */
function sectionsIn(source: string): readonly string[] {
  return [...source.matchAll(/([a-z-]+\.md) ((?:§[\d.]*\d(?:, )?)+)/g)].flatMap(([, file = '', sections = '']) => {
    const text = readFileSync(`${REFERENCES}${file}`, 'utf8');
    return [...sections.matchAll(/§([\d.]*\d)/g)].map(([, number = '']) => {
      const heading = new RegExp(`^#{2,3} ${number.replaceAll('.', String.raw`\.`)}[. ]`, 'm');
      return heading.test(text) ? 'there' : `${file} §${number}`;
    });
  });
}

describe('what the simulator takes and refuses', () => {
  it('has a source, in a section that is there', () => {
    for (const [what, source] of SOURCES) {
      expect([what, source]).toEqual([what, expect.stringMatching(FORM)]);
      if (existsSync(REFERENCES))
        for (const section of sectionsIn(source)) expect([what, section]).toEqual([what, 'there']);
    }
  });

  it('is refused by one of the refusals that have a source, and each of them is used', () => {
    const files = globSync('simulator/{kinds,engine,menus,model}/*.ts').filter((file) => !file.endsWith('refusals.ts'));
    const code = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(code.match(/new ConsoleFailure\(/g)).toBeNull();
    for (const name of Object.keys(REFUSALS)) {
      expect([name, code.includes(`refusal('${name}'`) || code.includes(`refusal: '${name}'`)]).toEqual([name, true]);
    }
  });
});

describe('a version without a profile', () => {
  it.each<[string, string]>([
    ['7.12', '7.12.2'],
    ['7.9.2', '7.12.2'],
    ['7.16.1', '7.16.2'],
    ['7.18.2', '7.16.2'],
    ['7.19', '7.20.8'],
    ['7.21.5', '7.20.8'],
    ['7.22.1', '7.22.3'],
    ['7.23.7', '7.22.3'],
    ['7.24rc2', '7.24'],
    ['7.30', '7.24'],
    ...profiles.map((profile): [string, string] => [profile, profile]),
  ])('%s runs as %s', (asked, runs) => {
    expect(routerVersionOf(asked)).toBe(runs);
  });

  it.each(['6.49.10', '8.0', 'latest', ''])('%j is none of RouterOS 7', (asked) => {
    expect(() => routerVersionOf(asked)).toThrow('no profile');
  });
});

describe('what exports hold and the validator takes', () => {
  let one: OneRouter;
  beforeAll(async () => {
    const bridges = ['wg 1', 'lo', 'loopback'].map((name) => ({ name }));
    one = await oneRouter({
      version: '7.24',
      menus: { '/interface/bridge': bridges, '/interface/wifi': [{ name: 'wifi1' }] },
    });
  });
  afterAll(async () => {
    await one.fleet.close();
  });

  const items = globSync('test/fixtures/exports/*.rsc').flatMap((file) => {
    // Radios come with hardware that this router does not have.
    const sections = exportedIn(file).sections.filter(
      ({ section }) => section.menus[0].menu.fixedWithout === undefined,
    );
    return sections.flatMap(({ section, declared }) => declared.items.map((item) => [section, item] as const));
  });

  it.each(items.map(([section, item]) => [section.name, JSON.stringify(item), section, item] as const))(
    '%s %s is taken by the simulator too',
    async (_, __, section, item) => {
      const result = rowsOf(section, item);
      if (!('rows' in result)) throw new Error(JSON.stringify(result));
      for (const { menu, fields } of result.rows) {
        const isList = section.shape === 'list';
        const [method, place] = !isList
          ? ['POST', '/set']
          : menu.fixedRows === true
            ? ['PATCH', `/${await idOf(one.router, menu.path, fields)}`]
            : ['PUT', ''];
        const answer = await call(one.router, method, `${menu.path}${place}`, fields);
        const isTwice = JSON.stringify(answer.json).includes('already');
        expect([answer.json, answer.status < 300 || isTwice]).toEqual([answer.json, true]);
        // Letters beyond ASCII are written by scripts, since JSON bodies are transcoded (routeros-rest.md §4).
        const isAscii = /^[ -~]*$/.test(JSON.stringify(fields));
        if (isList && !isTwice && isAscii) expect(answer.json).toMatchObject(fields);
      }
    },
  );
});

/** The id of the row of a menu whose rows are there already. */
async function idOf(router: OneRouter['router'], menu: string, { name = '' }: Row): Promise<string> {
  const rows = (await call(router, 'GET', menu)).json as readonly Row[];
  return rows.find((row) => row['name'] === name)?.['.id'] ?? 'none';
}
