import { Failure } from '#failure';
import type { Row } from '#routeros';
import type { DeviceSession } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import { beforeUndoFires } from './deadline.ts';
import { ARMED_PREFIX, armedNamesOf, type ArmedNames } from './token.ts';
import type { ApplyContext } from './apply-context.ts';
import type { ArmedState } from '../policy/settle.ts';
import { type Keep, removeKeeps } from './keeps.ts';
import { partName, type UndoScripts } from './undo-script.ts';

/**
 * A subset of every writer's group (routeros-rest.md §1.1): a script with more rights than its caller fails with only
 * a log line.
 */
const POLICY = 'read,write';
/** Of an undo that takes secrets out of copies of rows. */
const POLICY_WITH_SECRETS = 'read,sensitive,write';

/** How a whole verdict begins or ends when the script is refused. */
const REFUSAL = /^\s*(syntax error|expected |missing |bad )|\(line \d+ column \d+\)\s*$/;
/** Nothing that we write: texts that hold it would be refused, too, but never let a fault pass. */
const MARKED_FAULT = /\(evl bad|<%% bad/;
/** What refuses a script anywhere in `:parse` output, which never throws (armed-rollback.md §3). */
const PARSE_FAULT = /syntax error|\(evl bad|bad command name|bad parameter|expected |missing |\(line \d+ column \d+\)/;

/** Every `rg-*` object on the router, whoever made it. */
export interface ArmedObjects {
  readonly scripts: readonly string[];
  readonly schedulers: readonly string[];
  /** Script names of running jobs. */
  readonly jobs: readonly string[];
}

/**
 * Reads which armed objects the router holds now, in three requests. @throws {Failure} with a code of ROUTER_FAILURES;
 * an unread menu is never taken for an empty one.
 */
export async function readArmedObjects(session: DeviceSession, signal?: AbortSignal): Promise<ArmedObjects> {
  const scripts = await namesIn(session, '/system/script', signal);
  const schedulers = await namesIn(session, '/system/scheduler', signal);
  return { scripts, schedulers, jobs: await readJobs(session, signal) };
}

/** Script names of our running jobs. @throws {Failure} with a code of ROUTER_FAILURES */
async function readJobs(session: DeviceSession, signal?: AbortSignal): Promise<readonly string[]> {
  const jobs = await session.print('/system/script/job', ['script'], signal);
  return jobs.map((row) => row['script']).filter(isOurs);
}

async function namesIn(
  session: DeviceSession,
  menu: '/system/script' | '/system/scheduler',
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const rows = await session.print(menu, ['name'], signal);
  return rows.map((row) => row['name']).filter(isOurs);
}

function isOurs(name: string | undefined): name is string {
  return name?.startsWith(ARMED_PREFIX) === true;
}

/**
 * Which side holds the claim of one attempt. The undo runs under the armed script's name or the fired one, as the
 * router tells it.
 */
export function armedStateOf(objects: ArmedObjects, names: ArmedNames): ArmedState {
  const has = (name: string): boolean => objects.scripts.includes(name);
  const claim = has(names.confirmed) ? 'confirmed' : has(names.fired) ? 'fired' : has(names.armed) ? 'armed' : 'none';
  const runs = (job: string): boolean => job === names.armed || job === names.fired || job.startsWith(names.part);
  const undoRunning = claim === 'fired' && objects.jobs.some(runs);
  return { claim, undoRunning };
}

/**
 * Whether the undo is armed and its job still runs: a reboot ends the job, and where no startup entry is possible
 * nothing would fire then.
 */
export async function undoWaits(session: DeviceSession, names: ArmedNames, signal?: AbortSignal): Promise<boolean> {
  const scripts = await namesIn(session, '/system/script', signal);
  const jobs = await readJobs(session, signal);
  return armedStateOf({ scripts, jobs, schedulers: [] }, names).claim === 'armed' && jobs.includes(names.wait);
}

/**
 * What one attempt arms: the names of its objects, the script of the undo, and how long the job waits before it runs
 * that.
 */
export interface ArmInput {
  readonly names: ArmedNames;
  readonly undo: UndoScripts;
  readonly confirmWithinSeconds: number;
  readonly tier: 'full' | 'job-only';
  /** The undo reads secrets of the router. */
  readonly takesSecrets: boolean;
}

/**
 * Arms the undo: its parts, its scripts, then the job, then the startup entry, each read back (armed-rollback.md §1,
 * §2).
 * @throws {Failure} `ArmFailed` when the router does not hold exactly what it was given; nothing has been written to
 * the plan's menus then.
 */
export async function arm(session: DeviceSession, input: ArmInput, signal?: AbortSignal): Promise<void> {
  const { names, undo } = input;
  const policy = input.takesSecrets ? POLICY_WITH_SECRETS : POLICY;
  const waitSource = `:delay ${input.confirmWithinSeconds}s\n/system script run "${names.armed}"`;
  const sources = [
    ...undo.parts.map((source, index) => ({ name: partName(names, index + 1), source })),
    { name: names.armed, source: undo.armed },
    { name: names.wait, source: waitSource },
  ];
  for (const script of sources) await session.add('/system/script', { ...script, policy }, signal);
  const held = await session.print('/system/script', undefined, signal);
  for (const script of sources) await proveScript(session, held, { ...script, policy }, signal);

  await session.startJob(`/system script run "${names.wait}"`, signal);
  const jobs = await readJobs(session, signal);
  if (!jobs.includes(names.wait)) throw new Failure('ArmFailed', `The job "${names.wait}" does not run on the router.`);

  if (input.tier === 'job-only') return;
  const startDate = await routerDate(session, signal);
  await session.add(
    '/system/scheduler',
    {
      name: names.boot,
      'start-date': startDate,
      'start-time': 'startup',
      interval: '0s',
      'on-event': undo.onStartup,
      policy,
    },
    signal,
  );
  const entry = (await session.print('/system/scheduler', undefined, signal)).find((row) => row['name'] === names.boot);
  const fault =
    entry === undefined
      ? 'is missing'
      : entry['disabled'] === 'true'
        ? 'is disabled'
        : entry['.about'] !== undefined
          ? `carries the note "${entry['.about']}"`
          : entry['start-time'] !== 'startup' ||
              entry['on-event'] !== undo.onStartup ||
              !samePolicy(entry['policy'], policy)
            ? 'was not stored as sent'
            : null;
  if (fault !== null) throw new Failure('ArmFailed', `The startup entry "${names.boot}" ${fault}.`);
}

/** Compares a script as it reads back with what was sent, and lets the router parse it. */
async function proveScript(
  session: DeviceSession,
  scripts: readonly Row[],
  { name, source, policy }: { readonly name: string; readonly source: string; readonly policy: string },
  signal?: AbortSignal,
): Promise<void> {
  const row = scripts.find((candidate) => candidate['name'] === name);
  if (row === undefined) throw new Failure('ArmFailed', `The script "${name}" is missing after it was created.`);
  if (
    (row['source'] ?? '').replaceAll('\r\n', '\n') !== source ||
    !samePolicy(row['policy'], policy) ||
    row['.about'] !== undefined
  ) {
    throw new Failure('ArmFailed', `The script "${name}" was not stored as sent.`);
  }
  const verdict = await session.execute(
    `:put [:parse [/system script get [find where name="${name}"] source]]`,
    signal,
  );
  if ([REFUSAL, MARKED_FAULT].some((fault) => fault.test(verdict)) || PARSE_FAULT.test(withoutTexts(verdict, source)))
    throw new Failure('ArmFailed', `The router cannot parse the script "${name}": ${verdict.slice(0, 200)}`);
}

/**
 * The router's dump repeats the texts of the script, and a comment may hold the very words of a refusal. How it prints
 * bytes beyond ASCII does not matter: they are left out on both sides.
 */
function withoutTexts(verdict: string, source: string): string {
  const texts = [...source.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    asciiOf(text.replaceAll(HEX_OR_ESCAPE, (_, character: string | undefined) => character ?? '')),
  );
  return texts.reduce((rest, text) => (/\w+ \w+/.test(text) ? rest.replaceAll(text, '') : rest), asciiOf(verdict));
}

const HEX_OR_ESCAPE = /\\(?:[0-9A-F]{2}|(.))/g;

function asciiOf(text: string): string {
  return text.replaceAll(/\\[0-9A-F]{2}|[^ -~]/g, '');
}

function samePolicy(said: string | undefined, policy: string): boolean {
  const held = (said ?? '').split(',').filter((word) => word !== '' && !word.startsWith('!'));
  return held.toSorted().join(',') === policy;
}

async function routerDate(session: DeviceSession, signal?: AbortSignal): Promise<string> {
  const date = (await session.print('/system/clock', undefined, signal))[0]?.['date'];
  if (date === undefined || date === '') throw new Failure('ArmFailed', 'The router does not tell its date.');
  return date;
}

/**
 * Takes the claim for the controller by one rename (armed-rollback.md §2).
 * @returns false when the undo has taken it first. @throws {Failure} `TooLate`
 */
export async function claimConfirm(
  { session, clock }: Pick<ApplyContext, 'session' | 'clock'>,
  attempt: AttemptRecord,
  signal: AbortSignal,
): Promise<boolean> {
  const names = armedNamesOf(attempt.planId, attempt.number);
  try {
    await beforeUndoFires(attempt, clock, signal, (inTime) =>
      session.set('/system/script', names.armed, { name: names.confirmed }, inTime),
    );
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { claim } = armedStateOf(await readArmedObjects(session, signal), names);
    if (claim === 'confirmed') return true;
    if (claim === 'armed') throw error;
    return false;
  }
}

/**
 * Removes what one attempt left on the router, copies of rows first, for without its scripts nobody would know whose
 * they are, then startup entry and scripts, the job last; and reads back that all is gone.
 */
export async function disarm(
  session: DeviceSession,
  names: ArmedNames,
  keeps: readonly Keep[],
  signal: AbortSignal,
): Promise<void> {
  await removeKeeps(session, keeps, signal);
  await removeRows(session, '/system/scheduler', 'name', [names.boot], signal);
  const scripts = [names.armed, names.fired, names.confirmed, names.wait, { beginsWith: names.part }];
  await removeRows(session, '/system/script', 'name', scripts, signal);
  await removeRows(session, '/system/script/job', 'script', [names.wait], signal);
  const left = await readArmedObjects(session, signal);
  const rest = [...left.scripts, ...left.schedulers, ...left.jobs].filter((name) =>
    name.startsWith(`${ARMED_PREFIX}${names.token}-`),
  );
  if (rest.length > 0) throw new Failure('ArmFailed', `Still on the router after disarming: ${rest.join(', ')}.`);
}

/** Removes rows by a name that only we use; ids are read right before, never remembered. */
export async function removeRows(
  session: DeviceSession,
  menu: '/system/scheduler' | '/system/script' | '/system/script/job',
  property: 'name' | 'script',
  names: readonly (string | { readonly beginsWith: string })[],
  signal?: AbortSignal,
): Promise<void> {
  const rows = await session.print(menu, [property], signal);
  for (const name of names) {
    for (const row of rows) {
      const held = row[property] ?? '';
      const meant = typeof name === 'string' ? held === name : held.startsWith(name.beginsWith);
      if (!meant || row['.id'] === undefined) continue;
      try {
        await session.remove(menu, row['.id'], signal);
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'NoSuchItem') throw error;
      }
    }
  }
}
