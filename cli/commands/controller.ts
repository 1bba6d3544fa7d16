import { once } from 'node:events';
import path from 'node:path';
import { loadConfig, type LogLevel, openLog, startController } from '#controller';
import { type CommandContext, optionPath, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readableLogLine } from '../log-line.ts';

/** `rosctl controller`: runs the controller until a signal, then stops it between two requests to a router. A second signal ends it at once. */
export async function run(context: CommandContext): Promise<number> {
  const { output, signal, env, cwd } = context;
  const config = await loadConfig(
    {
      source: sourceIn(context),
      branch: optionText(context, 'branch'),
      path: optionText(context, 'path'),
      state: optionPath(context, 'state') ?? cwd,
      credentials: optionPath(context, 'credentials'),
      ca: optionPath(context, 'ca'),
      listen: optionText(context, 'listen'),
      logLevel: optionText(context, 'log-level') as LogLevel,
    },
    env,
  );
  const log = await openLog(config.logLevel, {
    write: (line) => output.raw(output.interactive ? readableLogLine(line, output.style) : line),
  });
  const controller = await startController(config, log);
  try {
    log.info(
      { source: controller.api.fleet.source, socket: controller.socketPath, probes: controller.probesAt },
      'controller started',
    );
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await controller.stop();
  }
  return EXIT.ok;
}

const ELSEWHERE = /^[a-z][a-z0-9+.-]+:\/\/|^[^/:]+@[^/:]+:/;
const FOLDER = 'folder:';

/** Paths are meant from where rosctl was called; URLs stay as they are. */
function sourceIn(context: CommandContext): string {
  const text = optionText(context, 'source') ?? '.';
  if (ELSEWHERE.test(text)) return text;
  if (text.startsWith(FOLDER)) return `${FOLDER}${path.resolve(context.cwd, text.slice(FOLDER.length))}`;
  return path.resolve(context.cwd, text);
}
