import { pino, type DestinationStream, type Logger } from 'pino';
import { visibleJson } from '#visible';

export type { Logger };

/** The least that is logged; `silent` logs nothing. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * The one logger: JSON lines, constant messages, variables as fields. Fields that could hold a secret are cut out
 * whatever their depth; what a terminal acts on or a reader does not see is spelt out.
 */
export function createLog(level: LogLevel, destination: DestinationStream = process.stdout): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['password', '*.password', 'authorization', '*.authorization', 'headers', '*.headers'],
      remove: true,
    },
  };
  return pino(options, { write: (line) => destination.write(visibleJson(line)) });
}
