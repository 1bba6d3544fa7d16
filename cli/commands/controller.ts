import { once } from 'node:events';
import path from 'node:path';
import { loadConfig, type LogLevel, openLog, startController } from '#controller';
import { ACCESS, CA, CREDENTIALS, STATE } from '../command-line/options.ts';
import { type CommandContext, type CommandOption, type CommandRow, optionPath, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { shellWord } from '../text/shell-word.ts';
import { printable } from '../text/table.ts';
import { readableLogLine } from '../text/log-line.ts';
import { leftArmedText } from '../text/under-way-text.ts';
import { version } from '../version.ts';

const API_OPTIONS: readonly CommandOption[] = [
  { name: 'http', value: 'HOST:PORT', summary: 'where the API is served to people and scripts; default: nowhere' },
  { name: 'tls-cert', value: 'FILE', summary: 'PEM file with the certificate of --http, and those that lead to it' },
  { name: 'tls-key', value: 'FILE', summary: 'PEM file with the key of --http' },
  { name: 'public-url', value: 'URL', summary: 'the https:// URL at which clients reach --http' },
  { name: 'behind-proxy', summary: 'a proxy that speaks TLS stands before --http and says where requests come from' },
  {
    name: 'mcp-socket',
    value: 'PATH',
    summary: 'where an MCP server of another user comes in, with tokens only; default: mcp.sock in the state folder',
  },
];

/** `rosctl controller`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'controller',
  summary: 'run the controller until it is told to stop',
  options: [
    {
      name: 'source',
      value: 'SOURCE',
      default: '.',
      summary: 'a Git repository (https://…, ssh://…, git@host:path, or the path of one), or a folder with YAML files',
    },
    { name: 'branch', value: 'NAME', default: 'main', summary: 'branch of the Git repository' },
    { name: 'path', value: 'FOLDER', default: '.', summary: 'folder in the Git repository that holds the fleet' },
    STATE,
    CREDENTIALS,
    ACCESS,
    CA,
    {
      name: 'listen',
      value: 'HOST:PORT',
      default: '127.0.0.1:9474',
      summary: 'where probes and metrics are served, or off',
    },
    ...API_OPTIONS,
    { name: 'device-metrics', summary: 'show load, memory, temperature and more of each device among the metrics' },
    {
      name: 'log-level',
      value: 'LEVEL',
      choices: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
      default: 'info',
      summary: 'least level that is logged',
    },
  ],
  examples: [
    'rosctl controller --source devices.example --state ./state',
    'rosctl controller --source https://git.example.com/net/fleet.git --state /var/lib/routeros-gitops',
    'rosctl controller --source git@git.example.com:net/fleet.git --branch main --path routers --listen off',
  ],
  notes: [
    'The first Ctrl-C or SIGTERM stops it between two requests to a router; the second ends it at once, and armed routers undo what is not confirmed.',
    'Environment: DATABASE_URL uses a PostgreSQL instead of the state folder; ROUTEROS_GITOPS_KEY or ROUTEROS_GITOPS_KEY_FILE opens sealed passwords; ROUTEROS_GITOPS_GIT_TOKEN or ROUTEROS_GITOPS_GIT_TOKEN_FILE holds the token of a repository behind HTTPS, ROUTEROS_GITOPS_GIT_WRITE_TOKEN or ROUTEROS_GITOPS_GIT_WRITE_TOKEN_FILE one that may push proposals there; ROUTEROS_GITOPS_GIT_POLL_SECONDS says how often the branch is asked for (60); ROUTEROS_GITOPS_READ_DAYS says for how many days it is kept who read what (30); ROUTEROS_GITOPS_HEALTH_KEPT says for how long samples of health, hours and days of them are kept (48h,90d,2y); ROUTEROS_GITOPS_CLOCK_SPEED is for simulated fleets only.',
    'A folder that holds a repository (.git) is followed as Git: what is committed counts, not what lies in the work tree. folder:PATH follows the files themselves; nobody can approve anything there, so only policies with "auto: true" apply.',
  ],
};

/**
 * `rosctl controller`: runs the controller until a signal, then stops it between two requests to a router. A second
 * signal ends it at once.
 */
export async function run(context: CommandContext): Promise<number> {
  const { output, signal, env, cwd } = context;
  const config = await loadConfig(
    {
      source: sourceIn(context),
      branch: optionText(context, 'branch'),
      path: optionText(context, 'path'),
      state: optionPath(context, 'state') ?? cwd,
      credentials: optionPath(context, 'credentials'),
      access: optionPath(context, 'access'),
      ca: optionPath(context, 'ca'),
      listen: optionText(context, 'listen'),
      deviceMetrics: context.options['device-metrics'] === true,
      http: optionText(context, 'http'),
      tlsCert: optionPath(context, 'tls-cert'),
      tlsKey: optionPath(context, 'tls-key'),
      publicUrl: optionText(context, 'public-url'),
      behindProxy: context.options['behind-proxy'] === true,
      mcpSocket: optionPath(context, 'mcp-socket'),
      logLevel: optionText(context, 'log-level') as LogLevel,
      version: version(),
    },
    env,
  );
  const named = optionText(context, 'source') ?? '.';
  if (config.git === null && !named.startsWith(FOLDER)) await warnOfCheckout(context, config.sourceFolder);
  const log = await openLog(config.logLevel, {
    write: (line) =>
      output.raw(output.interactive && output.format === 'table' ? readableLogLine(line, output.style) : line),
  });
  const controller = await startController(config, log);
  try {
    log.info(
      {
        source: controller.api.fleet.source,
        socket: controller.socketPath,
        probes: controller.probesAt,
        http: controller.httpAt,
      },
      'controller started',
    );
    const ending = AbortSignal.any([signal, controller.gone]);
    if (!ending.aborted) await once(ending, 'abort');
    if (controller.gone.aborted) output.note(output.style.bad('the store is gone: nothing is written any more'));
  } finally {
    for (const each of await controller.stop()) output.note(output.style.warn(leftArmedText(each, Date.now())));
  }
  controller.gone.throwIfAborted();
  return EXIT.ok;
}

/** Somebody who names a folder of a repository may believe that its branch counts. */
async function warnOfCheckout({ output }: CommandContext, folder: string): Promise<void> {
  const { checkoutAround } = await import('../git/checkout.ts');
  const top = checkoutAround(folder);
  if (top === null) return;
  const asGit = `--source ${shellWord(top)} --path ${shellWord(path.relative(top, folder))}`;
  const what = `${printable(folder)} lies in the Git repository ${printable(top)}: it is followed as a plain folder, whatever is committed, and nobody can approve anything there.`;
  output.note(
    output.style.warn(
      `${what}\n  to follow the branch: ${asGit}; to mean the folder: --source folder:${shellWord(folder)}`,
    ),
  );
}

const ELSEWHERE = /^[a-z][a-z0-9+.-]+:\/\/|^[^/:]+@[^/:]+:|^\[[^\]/]+\]:/;
const FOLDER = 'folder:';

/** Paths are meant from where rosctl was called; URLs stay as they are. */
function sourceIn(context: CommandContext): string {
  const text = optionText(context, 'source') ?? '.';
  if (ELSEWHERE.test(text)) return text;
  if (text.startsWith(FOLDER)) return `${FOLDER}${path.resolve(context.cwd, text.slice(FOLDER.length))}`;
  return path.resolve(context.cwd, text);
}
