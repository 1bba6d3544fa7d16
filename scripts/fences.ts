import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { OxlintOverride } from 'oxlint';

/** A room: a folder with those below it that have no line of their own. Its files may import each other. */
interface Room {
  /** What else they may import: doors (`#differ`), files, and folders with all that is below them. */
  readonly may: readonly string[];
  /** Doors of which they may import types alone. */
  readonly types?: readonly string[];
  /** No I/O, no clock, no randomness, no environment. */
  readonly pure?: true;
  /** It only reads routers: no way leads from here to a line that writes. */
  readonly reads?: true;
}

/** What every room beside and above the controller may speak. */
const LANGUAGES = [
  '#bytes',
  '#canonical-json',
  '#differ',
  '#failure',
  '#hosts',
  '#routeros',
  '#routeros/readable',
  '#schemas',
  '#signatures',
  '#visible',
];

const PORTS = 'controller/ports.ts';
const REASONS = 'controller/reasons.ts';
const EVENTS = 'controller/events.ts';
const CONFIG = 'controller/config.ts';
const FACTS = [PORTS, REASONS, EVENTS];
const LOG = 'controller/telemetry/log.ts';
const PRIVATE_FILE = 'controller/credentials/private-file.ts';
const STORE_FAILURES = 'controller/store/failures.ts';
/** Each names its own; the table of all of them is made of these. */
const FAILURES = [
  STORE_FAILURES,
  'controller/access/failures.ts',
  'controller/credentials/failures.ts',
  'controller/source/failures.ts',
  'controller/diagnose/failures.ts',
];

function rooms(...names: readonly string[]): readonly string[] {
  return names.map((name) => `controller/${name}`);
}

/** Who may import whom; docs/architecture.md says why. Everything that is not listed is refused. */
export const ROOMS: Readonly<Record<string, Room>> = {
  base: { may: [] },
  schemas: { pure: true, may: [] },
  routeros: { pure: true, may: ['#bytes', '#failure', '#schemas', '#visible'] },
  'routeros/readable': { pure: true, may: ['routeros/catalogue', 'routeros/values'] },
  'routeros/rest': { may: ['#bytes', '#failure', '#routeros', '#routeros/readable', '#schemas'] },
  differ: { pure: true, may: ['#canonical-json', '#routeros', '#schemas', '#visible'] },
  'differ/render': { pure: true, may: ['#routeros', '#visible', 'differ'] },
  signatures: { may: ['#differ', '#failure', '#schemas'] },
  git: { may: ['#failure', '#hosts', '#routeros', '#signatures', '#turns'] },
  controller: { may: [...LANGUAGES, '#routeros/rest', '#git', '#turns', 'controller'] },
  'controller/records': { may: ['#canonical-json', '#differ', '#routeros', '#signatures', PORTS] },
  'controller/formats': { pure: true, may: ['#differ', '#failure', '#routeros', ...rooms('records')] },
  'controller/policy': { pure: true, may: [...LANGUAGES, PORTS, REASONS, ...rooms('records')] },
  'controller/telemetry': { may: [...LANGUAGES, ...FAILURES] },
  'controller/store': { may: [...LANGUAGES, PORTS, PRIVATE_FILE, ...rooms('records', 'formats')] },
  'controller/credentials': { may: [...LANGUAGES, '#git', EVENTS, ...rooms('records')] },
  'controller/desired': { may: [...LANGUAGES, ...rooms('records', 'policy')] },
  'controller/edits': { pure: true, may: [...LANGUAGES, ...rooms('desired')] },
  'controller/fleet': {
    may: [
      ...LANGUAGES,
      PORTS,
      REASONS,
      LOG,
      'controller/trust/control-plan.ts',
      ...rooms('records', 'policy', 'desired', 'edits'),
    ],
  },
  'controller/source': {
    may: [...LANGUAGES, '#git', '#turns', PORTS, ...rooms('records', 'desired', 'edits', 'fleet')],
  },
  'controller/trust': {
    may: [
      ...LANGUAGES,
      '#git',
      '#turns',
      CONFIG,
      ...FACTS,
      ...rooms('records', 'policy', 'desired', 'edits', 'fleet', 'source'),
      STORE_FAILURES,
    ],
  },
  'controller/device': {
    may: [...LANGUAGES, '#routeros/rest', PORTS, ...rooms('records', 'policy', 'fleet', 'credentials')],
  },
  'controller/gates': { may: [...LANGUAGES, PORTS, REASONS, ...rooms('records', 'policy', 'fleet')] },
  'controller/apply': { may: [...LANGUAGES, ...FACTS, LOG, ...rooms('records', 'policy', 'device')] },
  'controller/observed': {
    may: [...LANGUAGES, PORTS, REASONS, ...rooms('records', 'policy', 'fleet', 'device', 'gates', 'telemetry')],
  },
  'controller/reports': { may: [...LANGUAGES, ...FACTS, ...rooms('records', 'fleet', 'observed', 'telemetry')] },
  'controller/rollouts': {
    may: [...LANGUAGES, ...FACTS, ...rooms('records', 'policy', 'fleet', 'observed', 'telemetry')],
  },
  'controller/reconcile': {
    may: [
      ...LANGUAGES,
      ...FACTS,
      ...rooms('records', 'policy', 'fleet', 'trust', 'device', 'gates', 'apply', 'observed', 'rollouts', 'telemetry'),
    ],
  },
  'controller/visits': {
    may: [
      ...LANGUAGES,
      CONFIG,
      PORTS,
      ...rooms(
        'records',
        'policy',
        'fleet',
        'trust',
        'device',
        'observed',
        'reports',
        'rollouts',
        'reconcile',
        'telemetry',
        'watch',
      ),
    ],
  },
  'controller/access': { may: [...LANGUAGES, PORTS, LOG, PRIVATE_FILE, ...rooms('records', 'desired')] },
  'controller/reads': {
    reads: true,
    may: [
      ...LANGUAGES,
      ...FACTS,
      LOG,
      'controller/device/changing.ts',
      'controller/device/prove-reader.ts',
      ...rooms('records', 'policy', 'fleet'),
    ],
  },
  'controller/diagnose': {
    reads: true,
    may: [...LANGUAGES, ...FACTS, LOG, 'controller/telemetry/correlation.ts', ...rooms('records', 'policy', 'fleet')],
  },
  'controller/watch': {
    reads: true,
    may: [...LANGUAGES, ...FACTS, ...rooms('records', 'policy', 'fleet', 'telemetry')],
  },
  'controller/proposals': {
    may: [
      ...LANGUAGES,
      '#turns',
      PORTS,
      LOG,
      ...rooms('access', 'records', 'policy', 'desired', 'edits', 'fleet', 'gates', 'reconcile'),
    ],
  },
  'controller/operations': {
    may: [
      ...LANGUAGES,
      CONFIG,
      'controller/clock.ts',
      'controller/apply/plan-cost.ts',
      'controller/reconcile/plan-body.ts',
      ...FACTS,
      ...rooms(
        'access',
        'reads',
        'diagnose',
        'watch',
        'edits',
        'proposals',
        'records',
        'policy',
        'desired',
        'fleet',
        'trust',
        'credentials',
        'gates',
        'observed',
        'reports',
        'rollouts',
        'visits',
      ),
    ],
  },
  'controller/doors': {
    may: [...LANGUAGES, '#openapi', CONFIG, PRIVATE_FILE, PORTS, ...rooms('access', 'operations', 'telemetry')],
  },
  simulator: { may: ['simulator'] },
  'simulator/model': { pure: true, may: [] },
  'simulator/kinds': { may: ['simulator/model'] },
  'simulator/engine': { may: ['simulator/model', 'simulator/kinds'] },
  'simulator/menus': { may: ['simulator/model', 'simulator/kinds', 'simulator/engine'] },
  'simulator/faults': { may: ['simulator/model', 'simulator/engine'] },
  'simulator/script': { may: ['simulator/model'] },
  'simulator/http': { may: ['simulator/model', 'simulator/kinds', 'simulator/engine', 'simulator/faults'] },
  mcp: {
    may: ['#hosts', '#routeros', '#routeros/readable', '#schemas', '#visible'],
    types: ['#controller', '#controller/operations'],
  },
  cli: {
    may: [
      ...LANGUAGES,
      '#controller',
      '#controller/operations',
      '#differ/render',
      '#mcp',
      '#output-schemas',
      '#simulator',
    ],
  },
};

const PURE_CRYPTO = {
  allowImportNames: ['createHash', 'createHmac'],
  message: 'This folder is pure: of node:crypto only createHash and createHmac.',
};

const NO_WRITING_LINE = {
  importNames: ['DeviceSession'],
  message: 'This folder only reads routers: it gets a ReadSession from Readers, and no line that writes.',
};

const PURE_PATTERNS = [
  {
    regex:
      '^(node:)?(fs|http|https|http2|net|tls|dns|dgram|child_process|cluster|process|os|timers|worker_threads|' +
      'perf_hooks|readline|stream|sqlite|module|vm|repl|tty|inspector|v8|async_hooks)(/|$)',
    message: 'This folder is pure: no I/O, no clock, no environment. Time and randomness come in as arguments.',
  },
  { regex: '^(undici|pino|pg|kysely|prom-client)(/|$)', message: 'This folder is pure: no I/O libraries.' },
];

const IMPURE_GLOBALS =
  'Date setTimeout setInterval setImmediate queueMicrotask fetch performance process crypto global globalThis'.split(
    ' ',
  );

/** The one file that knows the SDK of the Model Context Protocol. */
const SDK_FILE = 'mcp/sdk.ts';
const NO_SDK = {
  regex: '^@modelcontextprotocol/',
  message: `Only ${SDK_FILE} imports the SDK.`,
};

const MATH_RANDOM = {
  object: 'Math',
  property: 'random',
  message: 'This folder is pure: randomness comes in as an argument.',
};

/** The linter's fences for every folder below `root` that belongs to a room. */
export function fencesOf(root: string): readonly OxlintOverride[] {
  const { imports } = JSON.parse(readFileSync(posix.join(root, 'package.json'), 'utf8')) as { imports: object };
  const doors = Object.keys(imports);
  const fences = foldersOf(root).map((folder): OxlintOverride => {
    const room = roomOf(folder);
    const pure = ROOMS[room]?.pure === true;
    const paths = [
      ...(pure ? ['node:crypto', 'crypto'].map((name) => ({ name, ...PURE_CRYPTO })) : []),
      ...(ROOMS[room]?.reads === true ? [{ name: wayTo(folder, PORTS), ...NO_WRITING_LINE }] : []),
    ];
    const patterns = [...importPatterns(folder, room, doors), ...(pure ? PURE_PATTERNS : []), NO_SDK];
    return {
      files: [`${folder}/*`],
      rules: {
        'no-restricted-imports': ['error', { paths, patterns }],
        ...(pure
          ? {
              'no-restricted-globals': ['error', ...IMPURE_GLOBALS],
              'no-restricted-properties': ['error', MATH_RANDOM],
            }
          : {}),
      },
    };
  });
  const patterns = importPatterns('mcp', 'mcp', doors);
  return [...fences, { files: [SDK_FILE], rules: { 'no-restricted-imports': ['error', { patterns: [...patterns] }] } }];
}

function foldersOf(root: string): readonly string[] {
  const all = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.name in ROOMS);
  return all.flatMap(({ name }) => [
    name,
    ...readdirSync(posix.join(root, name), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => posix.join(posix.relative(root, entry.parentPath), entry.name)),
  ]);
}

function roomOf(folder: string): string {
  return folder in ROOMS ? folder : roomOf(posix.dirname(folder));
}

function importPatterns(folder: string, room: string, doors: readonly string[]): readonly object[] {
  const { may = [], types = [] } = ROOMS[room] ?? {};
  const message = `${room} may import ${may.length === 0 ? 'nothing of ours' : may.join(', ')}: see docs/architecture.md.`;
  const closed = doors
    .filter((door) => !may.includes(door) && !types.includes(door))
    .map((door) => door.replace('*', '.*'));
  const ofTypes =
    types.length === 0
      ? []
      : [{ regex: `^(${types.join('|')})$`, allowTypeImports: true, message: `${room} may import types alone of it.` }];
  const inner = Object.keys(ROOMS).filter((other) => other.startsWith(`${room}/`) && !may.includes(room));
  // As in .gitignore the last pattern that fits decides.
  const group = [
    `${wayTo(folder, posix.dirname(room))}/**`,
    ...inner.map((other) => `${wayTo(folder, other)}/**`),
    ...may
      .filter((other) => !other.startsWith('#') && other !== room)
      .map((other) => `!${wayTo(folder, other)}${other.endsWith('.ts') ? '' : '/**'}`),
  ];
  return [
    { group, message },
    { regex: `^(${closed.join('|')})$`, message },
    ...ofTypes,
    { regex: '(^\\.|[^./])/(.*/)?\\.\\.(/|$)', message: 'Go the shortest way, which the other fences know.' },
  ];
}

/** As an import in `folder` spells it. */
function wayTo(folder: string, target: string): string {
  const way = posix.relative(folder, target);
  return way.startsWith('.') ? way : `./${way}`;
}
