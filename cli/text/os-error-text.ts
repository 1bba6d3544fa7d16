import { constants } from 'node:os';
import { codeOf } from '#failure';
import { visible } from '#visible';
import type { ErrorExit } from '../json/error-kinds.ts';

/** What the operating system refused, in words, with the next step and how rosctl ends. */
export interface OsErrorText {
  /** `/srv/ca.pem: this user has no right to it (EACCES)` */
  readonly message: string;
  /** The same without its place, for whoever names that. */
  readonly words: string;
  readonly hint: string;
  readonly exit: ErrorExit;
}

/** What errors of the system carry; Node fills in what it knows. */
interface OsError {
  readonly code: string;
  readonly syscall?: string | undefined;
  readonly path?: string | undefined;
  readonly dest?: string | undefined;
  readonly address?: string | undefined;
  readonly hostname?: string | undefined;
  readonly port?: number | undefined;
}

type Said = readonly [words: string, hint: string];

const RIGHTS: Said = [
  'this user has no right to it',
  'give this user the right, run rosctl as one who has it, or name another place',
];
const REACH = 'see that the other side runs and that this machine has a way there';
const LIMIT = 'end what holds many files open, or raise the limit (ulimit -n)';

const SAID: Readonly<Record<string, Said>> = {
  EACCES: RIGHTS,
  EPERM: RIGHTS,
  ENOENT: ['it, or a folder on the way to it, does not exist', 'correct the name, or make the folder first'],
  ENOTDIR: ['a part of it is a file where a folder has to be', 'correct the name'],
  EISDIR: ['it is a folder where a file has to be', 'name a file'],
  EEXIST: ['it exists already', 'name another, or take away what is there'],
  ENOTEMPTY: ['the folder is not empty', 'name another, or take away what is there'],
  ELOOP: ['symbolic links lead in a circle', 'correct the links, or name the place itself'],
  ENAMETOOLONG: ['the name is longer than the system takes', 'name a place with a shorter path'],
  EROFS: ['it lies on a file system that is read-only', 'name a place that can be written'],
  ENOSPC: ['no space is left there', 'make room, or name another place'],
  EDQUOT: ["this user's quota is used up", 'make room, or name another place'],
  EFBIG: ['the file gets larger than the system takes', 'name another place'],
  EMFILE: ['this process has too many files open', LIMIT],
  ENFILE: ['this machine has too many files open', LIMIT],
  ENOMEM: ['no memory is left', 'give this machine or process more memory'],
  EBUSY: ['something else uses it', 'end what uses it, or name another'],
  EIO: ['the device below it fails', 'look at the disk or the terminal'],
  EADDRINUSE: ['something else uses this address', 'end what listens there, or take another address or port'],
  EADDRNOTAVAIL: ['this machine has no such address', 'name an address of this machine, such as 127.0.0.1'],
  EAFNOSUPPORT: ['this machine has no addresses of this kind', 'name an address of this machine, such as 127.0.0.1'],
  ENOTFOUND: ['no such host is known', 'correct the name, or give the address'],
  EAI_AGAIN: ['the name of the host can not be looked up now', 'see that DNS works here, or give the address'],
  ECONNREFUSED: ['nothing listens there', REACH],
  ECONNRESET: ['the other side broke the connection off', REACH],
  EPROTO: [
    'what answers there does not speak TLS as it should',
    'see that the address takes TLS, and that http:// or https:// is right',
  ],
  EPIPE: ['the other side has closed it', REACH],
  ETIMEDOUT: ['no answer came in time', REACH],
  EHOSTUNREACH: ['no way leads there', REACH],
  ENETUNREACH: ['no way leads there', REACH],
};

const LONG_SOCKET: Said = [
  'the path is longer than that of a socket may be',
  'name a state folder with a shorter path',
];
const PORT_RIGHTS: Said = ['this user may not listen there', 'take a port from 1024 on'];
const ELSE: Said = ['the system refuses it', 'look at what the message names: its place, its rights, its disk'];

/** What reading asks of the system. */
const READS = /^(f?open|opendir|read|readv|scandir|l?stat|statx|fstat|access|readlink|realpath|chdir|uv_cwd|watch)$/;
/** What of it says that the input is not there, or can not be read. */
const NO_INPUT = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'EACCES', 'EPERM'];

/**
 * An error of the operating system in words, wherever in the causes of an error it stands; undefined: there is none.
 * Every errno is one, also what this table has no words for.
 */
export function osErrorText(error: unknown): OsErrorText | undefined {
  const refused = osErrorIn(error, 0);
  if (refused === undefined) return undefined;
  const { code, syscall = '' } = refused;
  const [said, hint] = saidOf(refused);
  const words = `${said} (${code})`;
  const place = placeOf(refused) ?? (syscall === '' ? 'the system' : `the system's ${visible(syscall)}`);
  const exit = READS.test(syscall) && NO_INPUT.includes(code) ? 'noInput' : 'unavailable';
  return { message: `${place}: ${words}`, words, hint, exit };
}

function saidOf({ code, syscall = '', port, address = '' }: OsError): Said {
  const said = SAID[code] ?? ELSE;
  // So the system says that a Unix socket can not be called that.
  if (code === 'EINVAL' && address.startsWith('/')) return LONG_SOCKET;
  return said === RIGHTS && port !== undefined && ['listen', 'bind'].includes(syscall) ? PORT_RIGHTS : said;
}

function placeOf({ path, dest, address, hostname, port }: OsError): string | undefined {
  if (path !== undefined) return [path, ...(dest === undefined ? [] : [dest])].map(visible).join(' to ');
  const host = address ?? hostname;
  if (host === undefined) return undefined;
  return port === undefined || port < 0 ? visible(host) : `${visible(host)}:${String(port)}`;
}

const DEEPEST = 10;

function osErrorIn(error: unknown, depth: number): OsError | undefined {
  if (!(error instanceof Error) || depth > DEEPEST) return undefined;
  const { info, cause } = error as { readonly info?: unknown; readonly cause?: unknown };
  if (isOsCode(codeOf(error))) {
    // A connection that was tried on several addresses has its places inside.
    const inside = error instanceof AggregateError ? osErrorIn(error.errors[0], depth + 1) : undefined;
    return inside ?? (error as unknown as OsError);
  }
  // What Node asks the system for itself: ERR_SYSTEM_ERROR holds it as `info`.
  if (typeof info === 'object' && info !== null && isOsCode((info as OsError).code)) return info as OsError;
  const inside: readonly unknown[] = error instanceof AggregateError ? [...error.errors, cause] : [cause];
  for (const each of inside) {
    const found = osErrorIn(each, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isOsCode(code: unknown): boolean {
  return typeof code === 'string' && (Object.hasOwn(constants.errno, code) || /^(ENOTFOUND|EAI_[A-Z]+)$/.test(code));
}
