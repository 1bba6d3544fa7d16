import { once } from 'node:events';
import { loadConfig, type LogLevel, openLog, startController } from '#controller';
import { type CommandContext, optionPath, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readableLogLine } from '../log-line.ts';

/** `rosctl controller`: runs the controller until a signal, then stops it between two requests to a router. A second signal ends it at once. */
export async function run(context: CommandContext): Promise<number> {
  const { output, signal, env, cwd } = context;
  const config = await loadConfig(
    {
      source: optionPath(context, 'source') ?? cwd,
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
      { source: config.sourceFolder, socket: controller.socketPath, probes: controller.probesAt },
      'controller started',
    );
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await controller.stop();
  }
  return EXIT.ok;
}
