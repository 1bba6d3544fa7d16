import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { planIdOf } from '#differ';
import { Failure } from '#failure';
import { ATTEMPT_PAYLOAD } from '../../controller/formats/attempt.ts';
import { MENU_ROWS, UNREAD } from '../../controller/formats/captures.ts';
import { BASE } from '../../controller/formats/desired-state.ts';
import { HEALTH_CHECKS, PROBED, SNAPSHOT_MENUS } from '../../controller/formats/device.ts';
import { DIAGNOSTIC_REASON, DIAGNOSTIC_REQUEST, DIAGNOSTIC_STEPS } from '../../controller/formats/diagnostic.ts';
import { OUTCOME, ROUTER } from '../../controller/formats/observed.ts';
import { ATTRIBUTION, DRIFT_ENTRIES } from '../../controller/formats/drift.ts';
import { NON_CONVERGING_FIELDS, PLAN, PLAN_BODY } from '../../controller/formats/plan.ts';
import { FLEET_PLANS, ROLLOUT_MEMBERS, WAVE_RULES } from '../../controller/formats/rollout.ts';
import { AUDIT_EVENT, FEEDS, REVISION_FILES } from '../../controller/formats/source.ts';
import { PROPOSAL } from '../../controller/formats/proposal.ts';
import type { Place } from '../../controller/formats/stored.ts';
import { TEXT } from '../../controller/formats/texts.ts';

const GOLDEN = path.join(import.meta.dirname, 'golden');
const PLACE = { table: 'attempts', row: 'a-1' };

const DAMAGED = expect.objectContaining({
  code: 'StoreDamaged',
  message: expect.stringMatching(/ in row a-1 of the table attempts cannot be read: /),
}) as Error;
/** Fields that not every object of their kind has. */
const OPTIONAL =
  /^(rollout|undoes)$|(notBefore|unlistedBy|order|fieldsOnly|tolerated)$|menus\.[^.]+\.(released|unlistedIn|toPrune)$/;
const REAL_PLAN = 'sha256:6f6a100b7a2b6fbed808ffe9381ef3e1b4bedabf4c09e07b4039b9e7b38e8ed6';

interface AnyFormat {
  encode(value: never): string;
  decode(json: string, place: Place): unknown;
}

type Path = readonly (string | number)[];

/** The formats with a version, by the golden file of each: the texts of version 1 that must load for ever. */
const VERSIONED: Readonly<Record<string, AnyFormat>> = {
  attribution: ATTRIBUTION,
  'attempt-payload': ATTEMPT_PAYLOAD,
  base: BASE,
  'diagnostic-reason': DIAGNOSTIC_REASON,
  'diagnostic-request': DIAGNOSTIC_REQUEST,
  'diagnostic-steps': DIAGNOSTIC_STEPS,
  drift: DRIFT_ENTRIES,
  'fleet-plans': FLEET_PLANS,
  'health-checks': HEALTH_CHECKS,
  'menu-rows': MENU_ROWS,
  'non-converging-fields': NON_CONVERGING_FIELDS,
  outcome: OUTCOME,
  plan: PLAN,
  'plan-body': PLAN_BODY,
  probe: PROBED,
  proposal: PROPOSAL,
  'revision-files': REVISION_FILES,
  'rollout-members': ROLLOUT_MEMBERS,
  router: ROUTER,
  snapshot: SNAPSHOT_MENUS,
  'unread-menus': UNREAD,
  'wave-rules': WAVE_RULES,
};

/** Those whose text is the value alone. */
const PLAIN: Readonly<Record<string, AnyFormat>> = { 'audit-event': AUDIT_EVENT, feeds: FEEDS, text: TEXT };

function golden(name: string): readonly unknown[] {
  return JSON.parse(readFileSync(path.join(GOLDEN, `${name}.json`), 'utf8')) as readonly unknown[];
}

/** The value of a golden text of version 1. */
function dataOf(stored: unknown): unknown {
  return (stored as { readonly data: unknown }).data;
}

test('every golden file is of a format', () => {
  const names = [...Object.keys(VERSIONED), ...Object.keys(PLAIN)].map((name) => `${name}.json`);
  expect(readdirSync(GOLDEN).toSorted()).toEqual(names.toSorted());
});

describe.each(Object.entries(VERSIONED))('the format of %s', (name, format) => {
  test.each(golden(name))('loads what version 1 wrote, and writes it again: %#', (stored) => {
    const text = JSON.stringify(stored);
    const value = format.decode(text, PLACE);
    expect(value).toEqual(dataOf(stored));
    expect(format.encode(value as never)).toBe(text);
  });

  test.each(golden(name))('loads what was written before there were versions: %#', (stored) => {
    expect(format.decode(JSON.stringify(dataOf(stored)), PLACE)).toEqual(dataOf(stored));
  });

  test('refuses a version of the future and says what to do', () => {
    const text = JSON.stringify({ v: 2, data: dataOf(golden(name)[0]) });
    expect(() => format.decode(text, PLACE)).toThrow(
      expect.objectContaining({
        code: 'StoreTooNew',
        message: expect.stringMatching(/ in row a-1 of the table attempts has the format 2, .* Run the release that/),
      }),
    );
  });

  test.each(['', '{', 'null', '7', '"x"', 'true', '{"v":1}', '{"v":1,"data":null}'])('refuses %s', (text) => {
    expect(() => format.decode(text, PLACE)).toThrow(DAMAGED);
  });

  test('refuses a value of another kind, wherever it stands', () => {
    const places = nodesIn(name).map(([data, at, node]) => ({
      at: at.join('.'),
      text: JSON.stringify(changed(data, at, typeof node === 'boolean' ? 'yes' : true)),
    }));
    expect(places.filter(({ text }) => !isDamaged(format, text)).map(({ at }) => at)).toEqual([]);
  });

  test('refuses an object without one of its fields, but for those that may be absent', () => {
    const places = nodesIn(name)
      .filter(([data, at]) => typeof at.at(-1) === 'string' && !isMap(format, data, at.slice(0, -1)))
      .map(([data, at]) => ({ at: at.join('.'), text: JSON.stringify(changed(data, at, undefined)) }));
    const spared = places.filter(({ text }) => !isDamaged(format, text)).map(({ at }) => at);
    expect(spared).toEqual(places.map(({ at }) => at).filter((at) => OPTIONAL.test(at)));
  });
});

describe.each(Object.entries(PLAIN))('the plain format of %s', (name, format) => {
  test.each(golden(name))('loads what was ever written, and writes it again: %#', (data) => {
    const text = JSON.stringify(data);
    expect(format.decode(text, PLACE)).toEqual(data);
    expect(format.encode(data as never)).toBe(text);
  });

  test('refuses what is no JSON', () => {
    expect(() => format.decode('{', PLACE)).toThrow(DAMAGED);
  });
});

test('a plan body that went through its format has the same id', () => {
  for (const stored of golden('plan-body')) {
    const body = PLAN_BODY.decode(JSON.stringify(stored), PLACE);
    expect(planIdOf(PLAN_BODY.decode(PLAN_BODY.encode(body), PLACE))).toBe(planIdOf(dataOf(stored) as typeof body));
  }
  const [real] = golden('plan-body');
  expect(planIdOf(dataOf(real) as never)).toBe(REAL_PLAN);
});

test('what is refused is named by its place, and its values are not told', () => {
  const broken = { menus: { '/ip/dns': { shape: 'settings', declaredBy: [], fields: { servers: ['S3cret'] } } } };
  expect(() => BASE.decode(JSON.stringify(broken), { table: 'devices', row: 'r1' })).toThrow(
    'The base in row r1 of the table devices cannot be read: the value.menus./ip/dns.fields.servers is no text. ' +
      'Go back to a backup of the store.',
  );
  const untold = expect.objectContaining({ message: expect.not.stringContaining('S3cret') }) as Error;
  expect(() => TEXT.decode('"S3cret', PLACE)).toThrow(untold);
});

test('a value with fields named as the marker is told from a marked one', () => {
  const files = { v: 'S3cret', data: 'x' };
  expect(REVISION_FILES.decode(JSON.stringify(files), PLACE)).toEqual(files);
  expect(REVISION_FILES.decode(REVISION_FILES.encode(files), PLACE)).toEqual(files);
});

/** Every value inside the golden values of a format, with the whole and its place there. */
function nodesIn(name: string): readonly (readonly [unknown, Path, unknown])[] {
  return golden(name).flatMap((stored) =>
    inside(dataOf(stored)).map(([at, node]) => [dataOf(stored), at, node] as const),
  );
}

function inside(value: unknown, at: Path = []): readonly (readonly [Path, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[at, value]];
  const fields = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [
    [at, value],
    ...fields.flatMap(([field, inner]: [string | number, unknown]) => inside(inner, [...at, field])),
  ];
}

/** The value with another one in this place; undefined: without it. */
function changed(value: unknown, [field, ...rest]: Path, other: unknown): unknown {
  if (field === undefined) return other;
  if (Array.isArray(value)) return value.with(Number(field), changed(value[Number(field)], rest, other));
  const object = value as Readonly<Record<string, unknown>>;
  return { ...object, [field]: changed(object[field], rest, other) };
}

/** An object that may have any names. */
function isMap(format: AnyFormat, data: unknown, at: Path): boolean {
  return isDamaged(format, JSON.stringify(changed(data, [...at, 'a name that no object has'], true)));
}

function isDamaged(format: AnyFormat, text: string): boolean {
  try {
    format.decode(text, PLACE);
    return false;
  } catch (error) {
    if (error instanceof Failure && error.code === 'StoreDamaged') return true;
    throw error;
  }
}
