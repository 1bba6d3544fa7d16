import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';
import { approvalMessage, testKey, type TestKey } from '#test/git-writer.ts';
import { startPostgres } from '#test/postgres.ts';
import { openTrustRig, type TrustRig } from '#test/trust-rig.ts';
import { runs } from '#test/sample.ts';
import type { PlanId } from '#differ';
import { postgres, sqlite } from '../store/places.ts';

const server = await startPostgres();
afterAll(async () => {
  if (typeof server !== 'string') await server.stop();
});
const shared = typeof server === 'string' ? [] : [postgres(server)];
if (typeof server === 'string') console.warn(`\n!!! PostgreSQL was NOT tested: it does not start here.\n${server}\n`);

const KEYS = { alice: testKey('alice'), bob: testKey('bob'), carol: testKey('carol'), dora: testKey('dora') };
type Person = keyof typeof KEYS;

function rosterYaml(names: Readonly<Partial<Record<Person, string>>> = {}, without: readonly Person[] = []): string {
  const people = Object.entries(KEYS)
    .filter(([person]) => !without.includes(person as Person))
    .map(([person, { line }]) => {
      const roles = person === 'alice' ? 'contributor, approver, policy' : 'contributor, approver';
      return `  - {name: ${names[person as Person] ?? person}, roles: [${roles}], keys: ["${line}"]}\n`;
    });
  return policyYaml('Roster', 'people', `people:\n${people.join('')}`);
}

/** A RouterConfig of the model. What it wants stands in `server`; which devices it feeds in `feeds`. */
interface Config {
  readonly id: number;
  name: string;
  server: number;
  feeds: boolean;
  /** Who changed its content, and in which step. */
  readonly edits: { readonly step: number; readonly person: string }[];
  /** Steps after which it fed the router. */
  readonly fed: Set<number>;
}

/** Files of the model: which configs each holds, in order, and a comment. */
interface Model {
  step: number;
  configs: Config[];
  gone: Config[];
  files: { path: string; configs: Config[]; comment: number }[];
  readonly names: Partial<Record<Person, string>>;
  made: number;
}

function begin(): Model {
  const model: Model = { step: 0, configs: [], gone: [], files: [], names: {}, made: 0 };
  for (let count = 0; count < 3; count += 1) add(model, null);
  model.configs.forEach((config) => config.feeds && config.fed.add(0));
  return model;
}

function add(model: Model, person: Person | null): void {
  const id = model.made;
  model.made += 1;
  const edits = person === null ? [] : [{ step: model.step, person: nameOf(model, person) }];
  const config = { id, name: `c${id}`, server: 1, feeds: id === 0 || id > 2, edits, fed: new Set<number>() };
  model.configs.push(config);
  model.files.push({ path: `c${id}.yaml`, configs: [config], comment: 0 });
}

function nameOf(model: Model, person: Person): string {
  return model.names[person] ?? person;
}

function filesOf(model: Model): Record<string, string> {
  const files: Record<string, string> = { 'roster.yaml': rosterYaml(model.names), 'r1.yaml': deviceYaml('r1') };
  for (const { path, configs, comment } of model.files) {
    const documents = configs.map((each) =>
      configYaml(
        each.name,
        10 + each.id,
        `dns: {servers: [192.0.2.${String(each.server)}]}`,
        each.feeds ? '{names: [r1]}' : '{matchLabels: {role: nobody}}',
      ),
    );
    if (documents.length > 0) files[path] = `# ${String(comment)}\n${documents.join('---\n')}`;
  }
  return files;
}

/** What somebody does to the repository. Only the first four change what is desired. */
const ACTIONS = [
  'edit',
  'add',
  'remove',
  'feed',
  'move a file',
  'join files',
  'split a file',
  'comment',
  'turn a file round',
  'rename',
  'move and rename',
] as const;
type Action = (typeof ACTIONS)[number];
const CONTENT: readonly Action[] = ['edit', 'add', 'remove', 'feed'];

function act(model: Model, action: Action, person: Person, pick: number): void {
  model.step += 1;
  const { configs, files } = model;
  const config = configs[pick % configs.length];
  const file = files[pick % files.length];
  const other = files[(pick + 1) % files.length];
  if (config === undefined || file === undefined || other === undefined) return;
  const edited = (): void => void config.edits.push({ step: model.step, person: nameOf(model, person) });
  const fresh = (): string => `n${String(model.step)}`;
  if (action === 'edit') {
    config.server = (config.server % 200) + 1;
    edited();
  }
  if (action === 'feed') {
    config.feeds = !config.feeds;
    edited();
  }
  if (action === 'add') add(model, person);
  if (action === 'remove' && configs.length > 1) {
    edited();
    model.configs = configs.filter((each) => each !== config);
    model.gone.push(config);
    for (const each of files) each.configs = each.configs.filter((held) => held !== config);
  }
  if (action === 'move a file' || action === 'move and rename') file.path = `${fresh()}.yaml`;
  if (action === 'rename' || action === 'move and rename') config.name = fresh();
  if (action === 'join files' && other !== file) {
    file.configs = [...file.configs, ...other.configs];
    other.configs = [];
  }
  if (action === 'split a file') {
    files.push({ path: `${fresh()}.yaml`, configs: file.configs.slice(1), comment: 0 });
    file.configs = file.configs.slice(0, 1);
  }
  if (action === 'comment') file.comment = model.step;
  if (action === 'turn a file round') file.configs = file.configs.toReversed();
  model.files = files.filter((each) => each.configs.length > 0);
  for (const each of model.configs) if (each.feeds) each.fed.add(model.step);
}

/**
 * Whose signatures changed what feeds the router now, fed it at the base, or in between; since the base, and what did
 * not feed it then, since the anchor.
 */
function expected({ configs, gone }: Model, base: number): readonly string[] {
  const people = [...configs, ...gone].flatMap(({ edits, fed }) => {
    if (![...fed].some((step) => step >= base)) return [];
    return edits.filter(({ step }) => step > (fed.has(base) ? base : -1)).map(({ person }) => person);
  });
  return [...new Set(people)].toSorted();
}

async function approveControl(rig: TrustRig, key: TestKey): Promise<void> {
  const { git, fleet } = rig;
  const { control } = fleet.sourceStatus() ?? {};
  if (control === null || control === undefined) throw new Error('no control plan waits');
  const parent = (await git.head()) ?? '';
  rig.pass(1000);
  await git.push({ key, message: approvalMessage(control.plan.id, parent) });
}

const PEOPLE = fc.constantFrom<Person>('bob', 'carol', 'dora');

describe.each([sqlite, ...shared])('the authors of a plan, in $name', (place) => {
  const open = async (model: Model): Promise<TrustRig> =>
    await openTrustRig(await place.next(), KEYS.alice, filesOf(model));

  test('are whoever changed the content of what feeds the router, whatever is moved, renamed, split or joined', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ action: fc.constantFrom(...ACTIONS), person: PEOPLE, pick: fc.nat(20), alone: fc.boolean() }),
          {
            minLength: 3,
            maxLength: 14,
          },
        ),
        fc.nat(13),
        async (steps, at) => {
          const model = begin();
          await using rig = await open(model);
          let base = { step: 0, commit: (await rig.git.head()) ?? '' };
          for (const { action, person, pick, alone } of steps) {
            act(model, action, person, pick);
            const commit = await rig.git.push({ key: KEYS[person], message: action, files: filesOf(model) });
            // Several commits of one range, or each by itself.
            if (alone || model.step === at) expect(await rig.read()).toBeNull();
            if (model.step === at) base = { step: model.step, commit };
          }
          expect(await rig.read()).toBeNull();
          const authors = await rig.authorsOf('r1', base.commit);
          // Who is named beyond that shared an object by its content with one that is.
          expect(authors.people).toEqual(expect.arrayContaining([...expected(model, base.step)]));
          expect(authors.unknown).toBe(false);
          if (!steps.some(({ action }) => CONTENT.includes(action))) expect(authors.people).toEqual([]);
        },
      ),
      runs(12),
    );
  });

  test('are exactly those where every object has content of its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ action: fc.constantFrom(...ACTIONS), person: PEOPLE, pick: fc.nat(20) }), {
          maxLength: 10,
        }),
        async (steps) => {
          const model = begin();
          await using rig = await open(model);
          const base = (await rig.git.head()) ?? '';
          for (const { action, person, pick } of steps) {
            act(model, action, person, pick);
            await rig.git.push({ key: KEYS[person], message: action, files: filesOf(model) });
          }
          expect(await rig.read()).toBeNull();
          expect(await rig.authorsOf('r1', base)).toEqual({ people: expected(model, 0), unknown: false });
        },
      ),
      runs(10),
    );
  });

  test('stay so under another name in the roster, and make it unknown when nobody holds their key any more', async () => {
    const model = begin();
    await using rig = await open(model);
    const base = (await rig.git.head()) ?? '';
    act(model, 'edit', 'bob', 0);
    await rig.git.push({ key: KEYS.bob, message: 'Edit', files: filesOf(model) });
    expect(await rig.read()).toBeNull();
    model.names.bob = 'robert';
    await rig.git.push({ key: KEYS.carol, message: 'Rename bob', files: filesOf(model) });
    await rig.read();
    await approveControl(rig, KEYS.alice);
    expect(await rig.read()).toBeNull();
    expect(rig.fleet.sourceStatus()?.control).toBeNull();
    expect(await rig.authorsOf('r1', base)).toEqual({ people: ['bob', 'robert'], unknown: false });

    const files = { ...filesOf(model), 'roster.yaml': rosterYaml({}, ['bob']) };
    await rig.git.push({ key: KEYS.carol, message: 'Expel bob', files });
    await rig.read();
    await approveControl(rig, KEYS.alice);
    expect(await rig.read()).toBeNull();
    expect(rig.fleet.sourceStatus()?.control).toBeNull();
    expect(await rig.authorsOf('r1', base)).toEqual({ people: ['bob'], unknown: true });
  });

  test('are those who wrote a file that nobody could read, with whoever made sense of it', async () => {
    const model = begin();
    await using rig = await open(model);
    const base = (await rig.git.head()) ?? '';
    const sound = filesOf(model);
    act(model, 'edit', 'bob', 0);
    const edited = filesOf(model);
    const broken = `${edited['c0.yaml'] ?? ''}\n? [`;
    await rig.git.push({ key: KEYS.bob, message: 'Broken', files: { ...sound, 'c0.yaml': broken } });
    const { 'c0.yaml': _gone, ...rest } = sound;
    await rig.git.push({ key: KEYS.carol, message: 'Move it', files: { ...rest, 'moved.yaml': broken } });
    await rig.git.push({ key: KEYS.dora, message: 'Mend it', files: edited });
    expect(await rig.read()).toBeNull();
    expect(await rig.authorsOf('r1', base)).toEqual({ people: ['bob', 'carol', 'dora'], unknown: false });
  });

  test('are unknown besides whoever turns a file that was none of the source into one', async () => {
    const model = begin();
    await using rig = await open(model);
    const base = (await rig.git.head()) ?? '';
    const sound = filesOf(model);
    const extra = configYaml('extra', 90, 'dns: {servers: [203.0.113.66]}');
    await rig.git.push({ key: KEYS.bob, message: 'Notes', files: { ...sound, 'extra.yaml.off': extra } });
    expect(await rig.read()).toBeNull();
    await rig.git.push({ key: KEYS.carol, message: 'Switch it on', files: { ...sound, 'extra.yaml': extra } });
    expect(await rig.read()).toBeNull();
    expect(await rig.authorsOf('r1', base)).toEqual({ people: ['carol'], unknown: true });
  });

  test('are known for a copy under another name too, and for one that stands for what went before', async () => {
    const model = begin();
    await using rig = await open(model);
    act(model, 'edit', 'bob', 0);
    const before = filesOf(model);
    await rig.git.push({ key: KEYS.bob, message: 'Edit', files: before });
    const { 'c0.yaml': text = '', ...rest } = before;
    await rig.git.push({ key: KEYS.carol, message: 'Remove', files: rest });
    await rig.git.push({ key: KEYS.carol, message: 'Add', files: { ...rest, 'c9.yaml': text.replace('c0', 'c9') } });
    expect(await rig.read()).toBeNull();
    expect((await rig.authorsOf('r1', null)).people).toEqual(['bob', 'carol']);
  });

  test.each([
    ['at once', false],
    ['in two steps', true],
  ])('are known for what fed nobody under the name that it had, %s', async (_, twice) => {
    const model = begin();
    await using rig = await open(model);
    const base = (await rig.git.head()) ?? '';
    // It feeds no router yet.
    act(model, 'edit', 'bob', 1);
    const edited = filesOf(model);
    await rig.git.push({ key: KEYS.bob, message: 'Edit', files: edited });
    expect(await rig.read()).toBeNull();
    expect(await rig.authorsOf('r1', base)).toEqual({ people: [], unknown: false });
    act(model, 'rename', 'carol', 1);
    const { 'c1.yaml': _gone, ...rest } = edited;
    if (twice) await rig.git.push({ key: KEYS.carol, message: 'Remove', files: rest });
    await rig.git.push({ key: KEYS.carol, message: 'Rename', files: filesOf(model) });
    act(model, 'feed', 'dora', 1);
    await rig.git.push({ key: KEYS.dora, message: 'Feed', files: filesOf(model) });
    expect(await rig.read()).toBeNull();
    const people = twice ? ['bob', 'carol', 'dora'] : ['bob', 'dora'];
    expect(await rig.authorsOf('r1', base)).toEqual({ people, unknown: false });
  });

  test('an approval that was refused for that stays refused, also when they are authors no more', async () => {
    const PLAN: PlanId = `sha256:${'7'.repeat(64)}`;
    for (const asked of [true, false]) {
      const model = begin();
      await using rig = await open(model);
      act(model, 'edit', 'bob', 0);
      const edit = await rig.git.push({ key: KEYS.bob, message: 'Edit', files: filesOf(model) });
      await rig.git.push({ key: KEYS.bob, message: approvalMessage(PLAN, edit) });
      expect(await rig.read()).toBeNull();
      if (asked) expect(await rig.use(PLAN, 'r1')).toBeNull();
      // As if the device had been confirmed with it meanwhile.
      expect(await rig.use(PLAN, 'r1', edit)).toEqual(asked ? null : ['bob']);
    }
  });

  test('a merge that drops a change is its signer’s, one that passes changes on is not', async () => {
    const model = begin();
    await using rig = await open(model);
    const { git } = rig;
    const base = (await git.head()) ?? '';
    const sound = filesOf(model);
    act(model, 'edit', 'bob', 0);
    const edited = filesOf(model);
    const side = await git.commit({ key: KEYS.bob, message: 'Side', files: edited, parents: [base] });
    const main = await git.commit({
      key: KEYS.dora,
      message: 'Main',
      files: { ...sound, 'README.md': 'x' },
      parents: [base],
    });
    await git.push({
      key: KEYS.carol,
      message: 'Merge',
      parents: [main, side],
      files: { ...edited, 'README.md': 'x' },
    });
    expect(await rig.read()).toBeNull();
    expect(await rig.authorsOf('r1', base)).toEqual({ people: ['bob'], unknown: false });
    const now = (await git.head()) ?? '';
    await git.push({
      key: KEYS.carol,
      message: 'Drop it',
      parents: [now, main],
      files: { ...sound, 'README.md': 'x' },
    });
    expect(await rig.read()).toBeNull();
    expect(await rig.authorsOf('r1', now)).toEqual({ people: ['carol'], unknown: false });
  });
});
