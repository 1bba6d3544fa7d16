import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, Failure } from '#failure';
import { parse } from 'yaml';
import {
  bindingsOf,
  readSecretKey,
  Secret,
  type CredentialBinding,
  type SecretBinding,
  type Environment,
} from './credentials/index.ts';
import { type Guard, readPrivateText } from './credentials/private-file.ts';
import {
  type ApiLimits,
  hostAndPort,
  type HttpConfig,
  httpConfigOf,
  type McpSocketConfig,
} from './doors/http-config.ts';
import { gitLocationOf, type GitLocation } from '#git';
import type { AccessFile } from './access/access-rules.ts';
import type { HealthKept } from './records/samples.ts';
import type { LogLevel } from './telemetry/log.ts';

/** Everything the operator decides outside Git. */
export interface Config {
  /** Where desired state lies when it is a folder; otherwise `git` says. */
  readonly sourceFolder: string;
  /** The branch that is followed instead of a folder. */
  readonly git: GitConfig | null;
  /** The controller's own folder: store, control socket. */
  readonly stateFolder: string;
  /** PostgreSQL instead of the folder's SQLite. */
  readonly databaseUrl: string | null;
  /** Probes and metrics; null: off. */
  readonly listen: { readonly host: string; readonly port: number } | null;
  /** The API over HTTP; absent: off. */
  readonly http?: HttpConfig | null;
  /** Absent: all of them. */
  readonly apiLimits?: ApiLimits;
  /** The socket of the MCP process; absent: in the state folder. */
  readonly mcpSocket?: McpSocketConfig;
  /** Certificate authorities in PEM that routers are verified against, besides those of the system. */
  readonly ca: readonly string[];
  readonly credentials: readonly CredentialBinding[];
  /** Who may do what; absent: nobody but the operator may do anything. */
  readonly access?: AccessFile;
  /** What sections may name by `secretRef`; absent: nothing. */
  readonly secrets?: readonly SecretBinding[];
  /** Where passwords may lie. */
  readonly environment: Environment;
  /** Seals passwords in the store; null: none can be kept there. */
  readonly key: KeyObject | null;
  /** Devices visited side by side. */
  readonly concurrency: number;
  readonly retentionDays: number;
  /** How long it is kept who read what; absent: 30 days. */
  readonly readDays?: number;
  /**
   * For how long samples of health are kept, and what hours and days of them come to, in milliseconds; absent: 48 h,
   * 90 d and 2 years.
   */
  readonly healthKept?: HealthKept;
  /** Gauges of each device on the page of metrics; absent: none. */
  readonly deviceMetrics?: boolean;
  readonly logLevel: LogLevel;
  /** Above 1 only for simulated fleets whose clock runs as fast. */
  readonly clockSpeed: number;
  /** The release that runs, as the program that starts it says. */
  readonly version: string;
}

/** A branch of a Git repository as the source. */
export interface GitConfig {
  readonly location: GitLocation;
  /** How often its head is asked for, give or take a fifth. */
  readonly pollSeconds: number;
  /** For a repository behind HTTPS; null: none. Read from where the operator put it each time it is needed. */
  readonly token: Secret | null;
  /** The same for proposals alone; absent: they are not pushed over HTTPS. */
  readonly writeToken?: Secret;
}

/** What the command line says; everything has a default. */
export interface ConfigInput {
  /** A folder, or a Git repository: a URL, or the path of one. */
  readonly source: string;
  /** Of a Git repository; default `main`. */
  readonly branch?: string | undefined;
  /** The folder in the repository that holds the fleet; default: all of it. */
  readonly path?: string | undefined;
  readonly state: string;
  /** YAML file with the credential bindings; default: `credentials.yaml` in the state folder. */
  readonly credentials?: string | undefined;
  /** YAML file that says who may do what; default: `access.yaml` in the state folder, if it is there. */
  readonly access?: string | undefined;
  /** PEM file with certificate authorities. */
  readonly ca?: string | undefined;
  /** `HOST:PORT`, or `off`. */
  readonly listen?: string | undefined;
  /** `HOST:PORT` of the API; default: off. */
  readonly http?: string | undefined;
  /** PEM files. */
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly publicUrl?: string | undefined;
  readonly behindProxy?: boolean;
  /** A path outside the state folder, for a process of another user. */
  readonly mcpSocket?: string | undefined;
  readonly deviceMetrics?: boolean;
  readonly logLevel?: LogLevel | undefined;
  readonly version?: string | undefined;
}

const LOCAL_PORT = '127.0.0.1:9474';
const CONCURRENCY = 32;
const RETENTION_DAYS = 90;

/**
 * Puts the configuration together: command line, files, and the environment variables DATABASE_URL,
 * ROUTEROS_GITOPS_KEY or ROUTEROS_GITOPS_KEY_FILE (the key of sealed passwords), ROUTEROS_GITOPS_GIT_TOKEN or
 * ROUTEROS_GITOPS_GIT_TOKEN_FILE, the same with GIT_WRITE_TOKEN, ROUTEROS_GITOPS_GIT_POLL_SECONDS, ROUTEROS_GITOPS_HEALTH_KEPT and
 * ROUTEROS_GITOPS_CLOCK_SPEED (simulated fleets).
 * @throws {Failure} `ConfigInvalid`, `FileUnusable` and the codes of CREDENTIAL_FAILURES, with what to do.
 */
export async function loadConfig(input: ConfigInput, environment: Environment = process.env): Promise<Config> {
  const stateFolder = path.resolve(input.state);
  const credentialsFile = path.resolve(input.credentials ?? path.join(stateFolder, 'credentials.yaml'));
  const git = await gitConfigOf(input, environment);
  return {
    sourceFolder: path.resolve(input.source.replace(/^folder:/, '')),
    git,
    stateFolder,
    databaseUrl: environment['DATABASE_URL'] ?? null,
    listen: listenOf(input.listen ?? LOCAL_PORT),
    http: await httpOf(input),
    mcpSocket:
      input.mcpSocket === undefined
        ? { path: path.join(stateFolder, 'mcp.sock'), shared: false }
        : { path: path.resolve(input.mcpSocket), shared: true },
    ca: input.ca === undefined ? [] : [await readText(input.ca, 'the certificate authorities')],
    ...bindingsOf(await readYaml(credentialsFile), credentialsFile),
    access: {
      path: path.resolve(input.access ?? path.join(stateFolder, 'access.yaml')),
      named: input.access !== undefined,
    },
    environment,
    key: await keyOf(environment),
    concurrency: CONCURRENCY,
    retentionDays: RETENTION_DAYS,
    ...healthKeptOf(environment['ROUTEROS_GITOPS_HEALTH_KEPT']),
    deviceMetrics: input.deviceMetrics === true,
    readDays: daysOf(environment['ROUTEROS_GITOPS_READ_DAYS']),
    logLevel: input.logLevel ?? 'info',
    clockSpeed: speedOf(environment['ROUTEROS_GITOPS_CLOCK_SPEED']),
    version: input.version ?? 'unknown',
  };
}

const BRANCH = 'main';
const POLL_SECONDS = 60;

/** @throws {Failure} `ConfigInvalid` */
async function gitConfigOf(input: ConfigInput, environment: Environment): Promise<GitConfig | null> {
  const location = gitLocationOf(input.source, input.branch ?? BRANCH, input.path ?? '.');
  if (location === null) return null;
  const seconds = Number(environment['ROUTEROS_GITOPS_GIT_POLL_SECONDS'] ?? POLL_SECONDS);
  if (!(seconds >= 1 && seconds <= 86_400))
    throw invalid('ROUTEROS_GITOPS_GIT_POLL_SECONDS must be a number from 1 to 86400.');
  const token = await tokenIn(environment, 'ROUTEROS_GITOPS_GIT_TOKEN', 'the Git token');
  const writeToken = await tokenIn(environment, 'ROUTEROS_GITOPS_GIT_WRITE_TOKEN', 'the Git token for proposals');
  return { location, pollSeconds: seconds, token, ...(writeToken === null ? {} : { writeToken }) };
}

/** From a file that a variable names, or from one itself; null: neither is set. */
async function tokenIn(environment: Environment, name: string, what: string): Promise<Secret | null> {
  const file = environment[`${name}_FILE`];
  const token = file === undefined ? environment[name] : (await readGuarded(file, what, 'handed')).trim();
  return token === undefined ? null : new Secret(token);
}

const HOURS_OF: Readonly<Record<string, number>> = { h: 1, d: 24, y: 24 * 365 };

/** `48h,90d,2y`: samples, hours, days, none shorter than the one before. @throws {Failure} `ConfigInvalid` */
function healthKeptOf(text: string | undefined): { readonly healthKept?: HealthKept } {
  if (text === undefined) return {};
  const lengths = text.split(',').map((each) => {
    const [, count = '', unit = ''] = /^(\d{1,5})([hdy])$/.exec(each.trim()) ?? [];
    return Number(count) * (HOURS_OF[unit] ?? Number.NaN) * 3_600_000;
  });
  const [samples = Number.NaN, hours = Number.NaN, days = Number.NaN] = lengths;
  if (lengths.length === 3 && samples >= 2 * 3_600_000 && hours >= Math.max(samples, 48 * 3_600_000) && days >= hours)
    return { healthKept: { samples, hours, days } };
  throw invalid(
    `ROUTEROS_GITOPS_HEALTH_KEPT must be three lengths of time, such as 48h,90d,2y: for samples (2h at least), hours (2d at least) and days, none shorter than the one before, not "${text}".`,
  );
}

function listenOf(text: string): Config['listen'] {
  return text === 'off' ? null : hostAndPort(text, '--listen takes HOST:PORT or off');
}

/** @throws {Failure} `ConfigInvalid`, `FileUnusable` */
async function httpOf(input: ConfigInput): Promise<HttpConfig | null> {
  const { http, tlsCert, tlsKey, publicUrl, behindProxy = false } = input;
  if (http === undefined) {
    if ([tlsCert, tlsKey, publicUrl].every((each) => each === undefined) && !behindProxy) return null;
    throw invalid('--tls-cert, --tls-key, --public-url and --behind-proxy go with --http HOST:PORT.');
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw invalid('--tls-cert and --tls-key go together.');
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? null
      : {
          cert: await readText(tlsCert, 'the certificate of --http'),
          key: await readGuarded(tlsKey, 'the key of --http', 'handed'),
        };
  return httpConfigOf({ http, publicUrl, behindProxy }, tls);
}

/** The key of sealed passwords; null when the environment names none. @throws {Failure} `SecretKeyInvalid` */
export async function keyOf(environment: Environment): Promise<KeyObject | null> {
  if (environment['ROUTEROS_GITOPS_KEY'] !== undefined)
    return await readSecretKey({ env: 'ROUTEROS_GITOPS_KEY' }, environment);
  const file = environment['ROUTEROS_GITOPS_KEY_FILE'];
  return file === undefined ? null : await readSecretKey({ file: path.resolve(file) }, environment);
}

function speedOf(text: string | undefined): number {
  const speed = Number(text ?? '1');
  if (!(speed >= 1 && speed <= 1000)) throw invalid('ROUTEROS_GITOPS_CLOCK_SPEED must be a number from 1 to 1000.');
  return speed;
}

function daysOf(text: string | undefined): number {
  const days = Number(text ?? '30');
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return days;
  throw invalid('ROUTEROS_GITOPS_READ_DAYS must be a whole number from 1 to 3650.');
}

/** Bindings live in a file of their own, so that it can be guarded and mounted by itself. */
async function readYaml(file: string): Promise<unknown> {
  const text = await readGuarded(file, 'the credentials', 'handed');
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw invalid(`${file} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readText(file: string, what: string): Promise<string> {
  return await readFile(path.resolve(file), 'utf8').catch((error: unknown) => {
    throw unreadable(file, what, error);
  });
}

/** A file whose content others could have changed or read decides nothing. @throws {Failure} `FileUnusable` */
async function readGuarded(file: string, what: string, guard: Guard): Promise<string> {
  const read = await readPrivateText(path.resolve(file), guard).catch((error: unknown) => {
    throw unreadable(file, what, error);
  });
  if ('fault' in read) throw new Failure('FileUnusable', `${file} with ${what} ${read.fault}; ${read.hint}.`);
  return read.text;
}

function unreadable(file: string, what: string, error: unknown): Failure {
  const code = codeOf(error) || 'unknown error';
  return new Failure('FileUnusable', `${file} with ${what} cannot be read (${code}).`, { cause: error });
}

function invalid(message: string): Failure {
  return new Failure('ConfigInvalid', message);
}
