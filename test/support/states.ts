import fc from 'fast-check';
import { textOfBytes } from '#bytes';
import {
  booleanCodec,
  canonical,
  canonicalLive,
  CATALOGUE,
  commentCodec,
  type Field,
  type Menu,
  type MenuPath,
  type Row,
  textCodec,
} from '#routeros';
import type { Catalogue, DesiredList, DesiredMenu, DesiredRow, DesiredState, LiveState, PlanInput } from '#differ';

/** Stands in every generated secret, so that a search for it finds any leak. */
export const SECRET_MARK = 'hunter2';

const SYNTHETIC = 'a menu made up for tests';

/** A list menu with secrets, which the first sections lack. */
const PEERS: Menu = {
  path: '/test/peers',
  copiesSecrets: true,
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: textCodec, source: SYNTHETIC },
    password: { codec: textCodec, secret: true, source: SYNTHETIC },
    token: { codec: textCodec, secret: true, default: '', source: SYNTHETIC },
    comment: { codec: commentCodec, source: SYNTHETIC },
    disabled: { codec: booleanCodec, default: 'false', source: SYNTHETIC },
    dynamic: { codec: booleanCodec, readOnly: true, source: SYNTHETIC },
  },
  writeOrder: 25,
  addWith: { disabled: 'false' },
  skipWhen: ['dynamic'],
  pathEffects: ['unmodelled'],
  historyWords: [],
  source: SYNTHETIC,
};

/** An ordered menu, as the firewall will be one. */
const RULES: Menu = {
  path: '/test/rules',
  shape: 'orderedList',
  match: ['mark'],
  fields: {
    mark: { codec: textCodec, source: SYNTHETIC },
    action: { codec: textCodec, default: 'accept', source: SYNTHETIC },
    disabled: { codec: booleanCodec, default: 'false', source: SYNTHETIC },
    bytes: { codec: textCodec, readOnly: true, source: SYNTHETIC },
    dynamic: { codec: booleanCodec, readOnly: true, source: SYNTHETIC },
  },
  writeOrder: 45,
  addWith: {},
  skipWhen: ['dynamic'],
  pathEffects: ['unmodelled'],
  historyWords: [],
  source: SYNTHETIC,
};

/** The real menus and two made-up ones. */
export const TEST_CATALOGUE: Catalogue = { ...CATALOGUE, [PEERS.path]: PEERS, [RULES.path]: RULES };

/** A comment that somebody typed in another character set: no UTF-8. */
const BYTES = textOfBytes(Buffer.from('B\u00fcro', 'latin1'));

interface ListPool {
  /** Its rows cannot be switched off. */
  readonly alwaysOn?: true;
  /** Ordered menus have none: the order of twins can't be told. */
  readonly noTwins?: true;
  /** Rows of the router itself go by other tuples, too. */
  readonly named?: true;
  /** Few tuples, so that the three sides meet often. */
  readonly tuples: readonly Row[];
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const COMMENTS = ['', 'one', 'two words', 'a "quoted" $x\\', 'Büro Ωμέγα 🔑', BYTES];

/** Texts of all kinds: what the codec of a field reads of them is what the field may hold here. */
const TEXTS = [
  'one',
  'two',
  '192.0.2.1',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '00:00:5E:00:53:01',
  '00:00:5E:00:53:02',
].concat(['10', '20', '1h', '2h', 'true', 'false', 'yes', 'no']);

/** Three canonical texts that the field may hold, as far as there are any. */
function samplesOf({ codec }: Field): readonly string[] {
  return TEXTS.filter((text) => canonicalLive(codec, text) === text && isRead(codec, text)).slice(0, 3);
}

function isRead(codec: Field['codec'], text: string): boolean {
  try {
    return canonical(codec, text) === text;
  } catch {
    return false;
  }
}

/**
 * Rows of a menu as its fields allow them: two tuples, one field at a time different. Fields that name rows stay at
 * their default, since those rows would have to be there.
 */
function poolOf(menu: Menu): ListPool {
  const samples = (name: string): readonly string[] => {
    const field = menu.fields[name] as Field;
    return field.reference === undefined ? samplesOf(field) : [];
  };
  const matched = (name: string): readonly string[] => samplesOf(menu.fields[name] as Field);
  const at = (index: number): Row =>
    Object.fromEntries(
      menu.match.flatMap((name) => {
        const text = matched(name)[index] ?? matched(name)[0] ?? menu.fields[name]?.default;
        return text === undefined ? [] : [[name, text] as const];
      }),
    );
  const free = Object.entries(menu.fields).filter(
    ([name, field]) =>
      field.readOnly !== true && name !== 'disabled' && !menu.match.includes(name) && field.secret !== true,
  );
  return {
    ...(menu.fields['disabled'] === undefined ? { alwaysOn: true } : {}),
    ...(menu.shape === 'orderedList' || menu.fields['disabled'] === undefined ? { noTwins: true } : {}),
    // What two rows claim is a matter of its own.
    tuples: (menu.claims === undefined
      ? [at(0), at(1), ...(menu.shape === 'orderedList' ? [at(2)] : [])]
      : [at(0)]
    ).filter(
      (tuple, index, all) => all.findIndex((other) => JSON.stringify(tuple) === JSON.stringify(other)) === index,
    ),
    values: Object.fromEntries(
      free.flatMap(([name, { default: usual, neverCleared }]) => {
        // The router always holds one.
        if (neverCleared === true) return [];
        const texts = [...new Set([...(usual === undefined ? [] : [usual]), ...samples(name)])];
        return texts.length === 0 ? [] : [[name, texts] as const];
      }),
    ),
  };
}

const LISTS_BY_HAND: Readonly<Record<MenuPath, ListPool>> = {
  '/ip/dns/static': {
    tuples: [
      { name: 'a.example', type: 'A', address: '192.0.2.1' },
      { name: 'a.example', type: 'A', address: '192.0.2.2' },
      { regexp: '.*\\.ads\\.example', type: 'NXDOMAIN' },
      { name: 'm.example', type: 'MX', 'mx-exchange': 'mail.example', 'mx-preference': '0' },
    ],
    values: { ttl: ['1d', '5m', '1h30m'], comment: COMMENTS, 'address-list': ['', 'seen'] },
  },
  '/ip/firewall/address-list': {
    tuples: [
      { list: 'blocked', address: '198.51.100.7' },
      { list: 'blocked', address: '198.51.100.0/24' },
      { list: 'allowed', address: '198.51.100.7' },
      { list: 'allowed', address: 'host.example' },
    ],
    values: { comment: COMMENTS },
  },
  '/ip/address': {
    tuples: [
      { address: '10.0.0.1/24', interface: 'bridge' },
      { address: '10.0.0.2/24', interface: 'bridge' },
      { address: '10.0.0.1/24', interface: 'ether2' },
    ],
    values: { comment: COMMENTS },
  },
  '/test/peers': {
    tuples: [{ name: 'north' }, { name: 'south' }],
    values: {
      password: [`${SECRET_MARK}-1`, `${SECRET_MARK}-2`],
      token: ['', `${SECRET_MARK}-3`],
      comment: COMMENTS,
    },
  },
  '/test/rules': {
    noTwins: true,
    tuples: ['one', 'two', 'three', 'four', 'five'].map((mark) => ({ mark })),
    values: { action: ['accept', 'drop'] },
  },
};

/** Of a menu whose rows are there in any case what may be declared of them. */
const INTERFACES: ListPool = {
  alwaysOn: true,
  noTwins: true,
  named: true,
  tuples: [{ name: 'ether1' }, { name: 'ether2' }, { name: 'bridge' }],
  values: { comment: COMMENTS, disabled: ['true', 'false'] },
};

/** Interfaces apart, menus whose rows are there in any case are left out: what adds and removes rows makes no sense of them. */
const LISTS: Readonly<Record<MenuPath, ListPool>> = {
  '/interface': INTERFACES,
  ...Object.fromEntries(
    Object.values(CATALOGUE)
      .filter((menu) => menu.shape !== 'settings' && menu.fixedRows !== true)
      .map((menu) => [menu.path, poolOf(menu)] as const)
      .filter(([, { tuples }]) => Object.keys(tuples[0] ?? {}).length > 0),
  ),
  ...LISTS_BY_HAND,
};

const SETTINGS: Readonly<Record<MenuPath, Readonly<Record<string, readonly string[]>>>> = {
  '/ip/dns': {
    servers: ['', '1.1.1.1', '9.9.9.9,1.1.1.1'],
    'allow-remote-requests': ['true', 'false'],
    'cache-max-ttl': ['1w', '1d'],
  },
  '/system/identity': { name: ['MikroTik', 'edge', 'core router', 'Wien Süd'] },
  '/system/ntp/client': { enabled: ['true', 'false'], servers: ['', '192.0.2.123'] },
  '/system/ntp/server': {
    enabled: ['true', 'false'],
    broadcast: ['true', 'false'],
    'broadcast-addresses': ['', '192.0.2.255'],
    'local-clock-stratum': ['5', '10'],
  },
};

export const MENUS = [...Object.keys(LISTS_BY_HAND), ...Object.keys(SETTINGS)] as readonly MenuPath[];

/** Every list of the catalogue whose rows come and go, and interfaces. */
export const CATALOGUE_LISTS = Object.keys(LISTS).filter((path) => CATALOGUE[path as MenuPath]) as readonly MenuPath[];

/** Other spellings of canonical text that routers have been seen to use, or that mean the same. */
const ODD_SPELLINGS: Readonly<Record<string, string>> = {
  true: 'yes',
  false: 'no',
  '1d': '1d00:00:00',
  '5m': '00:05:00',
  '198.51.100.7': '198.51.100.7/32',
};

const OWNERS = ['fleet', 'site', 'role'];

const owners = fc.subarray(OWNERS, { minLength: 1 });

function declaredFields(values: ListPool['values']): fc.Arbitrary<Row> {
  const names = Object.keys(values);
  return fc
    .subarray(names)
    .chain((chosen) =>
      fc
        .tuple(...chosen.map((name) => fc.constantFrom(...(values[name] as readonly string[]))))
        .map((texts) => Object.fromEntries(chosen.map((name, index) => [name, texts[index] as string]))),
    );
}

/** Rows of a declaration: of each tuple none, one, or an enabled one and a disabled twin. */
function declaredRows({ tuples, values, noTwins, alwaysOn }: ListPool): fc.Arbitrary<readonly DesiredRow[]> {
  const row = fc.tuple(declaredFields(values), owners);
  const ofTuple = (tuple: Row): fc.Arbitrary<readonly DesiredRow[]> =>
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      {
        weight: 4,
        arbitrary: fc
          .tuple(
            row,
            alwaysOn === true ? fc.constant({}) : fc.constantFrom({}, { disabled: 'false' }, { disabled: 'true' }),
          )
          .map(([[fields, by], state]) => [{ fields: { ...tuple, ...fields, ...state }, owners: by }]),
      },
      {
        weight: noTwins === true ? 0 : 1,
        arbitrary: fc.tuple(row, row).map(([[on, onBy], [off, offBy]]) => [
          { fields: { ...tuple, ...off, disabled: 'true' }, owners: offBy },
          { fields: { ...tuple, ...on, disabled: 'false' }, owners: onBy },
        ]),
      },
    );
  return fc
    .tuple(...tuples.map(ofTuple))
    .map((rows) => rows.flat())
    .chain((rows) => fc.shuffledSubarray(rows, { minLength: rows.length }));
}

function declaredList(pool: ListPool): fc.Arbitrary<DesiredList> {
  return fc
    .record({
      shape: fc.constant('list' as const),
      declaredBy: fc.subarray(OWNERS),
      unlisted: fc.constantFrom('tolerate' as const, 'tolerate' as const, 'prune' as const),
      unlistedBy: fc.subarray(OWNERS),
      unlistedIn: fc.option(declaredParts(pool)),
      rows: declaredRows(pool),
    })
    .map(({ unlistedIn, ...list }) => ({
      ...list,
      ...(unlistedIn === null ? {} : { unlistedIn }),
      declaredBy: [...new Set([...list.declaredBy, ...list.rows.flatMap((r) => r.owners)])],
    }));
}

/** What may be said of parts, by the first field of the tuples. */
function declaredParts({ tuples }: ListPool): fc.Arbitrary<NonNullable<DesiredList['unlistedIn']>> {
  const [field = ''] = Object.keys(tuples[0] ?? {});
  const names = [...new Set(tuples.flatMap((tuple) => tuple[field] ?? []))];
  const word = fc.record({
    unlisted: fc.constantFrom('tolerate' as const, 'prune' as const),
    unlistedBy: fc.subarray(OWNERS),
  });
  return fc.dictionary(fc.constantFrom(...names), word).map((parts) => ({ field, parts }));
}

function declaredSettings(values: ListPool['values']): fc.Arbitrary<DesiredMenu> {
  return fc.tuple(declaredFields(values), owners, fc.subarray(OWNERS)).map(([fields, by, also]) => ({
    shape: 'settings',
    declaredBy: [...new Set([...by, ...also])],
    fields,
    owners: Object.fromEntries(Object.keys(fields).map((name) => [name, by])),
  }));
}

/** What the layers could say about one device. */
export function declarations(paths: readonly MenuPath[] = MENUS): fc.Arbitrary<DesiredState> {
  return fc.subarray([...paths]).chain((chosen) => {
    const menus = chosen.map((path) => {
      const pool = LISTS[path];
      return pool === undefined ? declaredSettings(SETTINGS[path] as ListPool['values']) : declaredList(pool);
    });
    return fc
      .tuple(...menus)
      .map(
        (declared) =>
          ({ menus: Object.fromEntries(chosen.map((path, index) => [path, declared[index]])) }) as DesiredState,
      );
  });
}

interface Drawn {
  readonly tuple: Row;
  readonly fields: Row;
  readonly disabled: boolean;
  readonly dynamic: boolean;
  readonly odd: boolean;
}

function drawnRow({ tuples, values }: ListPool): fc.Arbitrary<Drawn> {
  return fc.record({
    tuple: fc.constantFrom(...tuples),
    fields: declaredFields(values),
    disabled: fc.boolean(),
    dynamic: fc.integer({ min: 0, max: 7 }).map((die) => die === 0),
    odd: fc.boolean(),
  });
}

/** Rows as a router prints them: empty values left out, some flags written out, sometimes in another spelling. */
function spelt({ tuple, fields, disabled, dynamic, odd }: Drawn, id: number): Row {
  const row: Record<string, string> = { '.id': `*${id.toString(16).toUpperCase()}` };
  for (const [name, text] of Object.entries({ ...tuple, ...fields, disabled: String(disabled) })) {
    if (text !== '') row[name] = odd ? (ODD_SPELLINGS[text] ?? text) : text;
  }
  if (odd && row['type'] === 'A') delete row['type'];
  if (odd && !disabled) delete row['disabled'];
  return { ...row, dynamic: String(dynamic), bytes: String(id * 17) };
}

/** A router refuses a second enabled row of a tuple in a list menu. */
function withoutEnabledTwins(rows: readonly Drawn[]): readonly Drawn[] {
  const enabled = new Set<Row>();
  return rows.map((row) => {
    const disabled = row.disabled || enabled.has(row.tuple);
    if (!disabled) enabled.add(row.tuple);
    return { ...row, disabled };
  });
}

function liveList(pool: ListPool): fc.Arbitrary<readonly Row[]> {
  const drawn = pool.noTwins
    ? fc.uniqueArray(drawnRow(pool), {
        maxLength: 8,
        selector: (row) => (row.dynamic && pool.named !== true ? {} : row.tuple),
      })
    : fc.array(drawnRow(pool), { maxLength: 8 });
  return drawn.map((rows) => withoutEnabledTwins(rows).map((row, index) => spelt(row, index + 1)));
}

function liveSettings(values: ListPool['values']): fc.Arbitrary<readonly Row[]> {
  return fc.tuple(declaredFields(values), fc.boolean()).map(([fields, odd]) => {
    const texts = Object.entries(fields).map(([name, text]) => [name, odd ? (ODD_SPELLINGS[text] ?? text) : text]);
    return [{ ...Object.fromEntries(texts), 'cache-used': '99' }];
  });
}

/** What a router could hold: duplicates, disabled twins, dynamic rows, odd spellings, read-only fields. */
export function liveStates(paths: readonly MenuPath[] = MENUS): fc.Arbitrary<LiveState> {
  const menus = paths.map((path) => {
    const pool = LISTS[path];
    return pool === undefined ? liveSettings(SETTINGS[path] as ListPool['values']) : liveList(pool);
  });
  return fc
    .tuple(...menus)
    .map((rows) => ({ menus: Object.fromEntries(paths.map((path, index) => [path, rows[index] as readonly Row[]])) }));
}

/** A confirmed state: what was declared then, and in some sections rows that were released. */
function bases(paths: readonly MenuPath[]): fc.Arbitrary<DesiredState> {
  const released = fc.tuple(
    ...paths.map((path) => fc.option(fc.subarray([...(LISTS[path]?.tuples ?? [])], { minLength: 0 }), { freq: 2 })),
  );
  return fc.tuple(declarations(paths), released).map(([{ menus }, tuples]) => {
    const remembered = paths.flatMap((path, index): readonly (readonly [MenuPath, DesiredMenu])[] => {
      const menu = menus[path];
      const rows = tuples[index] ?? [];
      return menu?.shape === 'list' && rows.length > 0 ? [[path, { ...menu, released: rows }]] : [];
    });
    return { menus: { ...menus, ...Object.fromEntries(remembered) } };
  });
}

/** All three sides of planning; the base is often the last declaration with something more or less. */
export function planInputs(paths: readonly MenuPath[] = MENUS): fc.Arbitrary<PlanInput> {
  return fc.record({
    desired: declarations(paths),
    base: fc.option(bases(paths), { freq: 4 }),
    live: liveStates(paths),
  });
}
