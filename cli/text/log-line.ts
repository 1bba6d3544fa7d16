import type { Style } from '../output.ts';
import { withShortIds } from './ids.ts';
import { sentence } from './table.ts';

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/**
 * One line of the controller's log as people read it: time, level, message, then the fields. What is no log line stays
 * as it is.
 */
export function readableLogLine(line: string, style: Style): string {
  const record = recordOf(line);
  if (record === null) return sentence(line.trimEnd());
  const { time, level, msg, ...fields } = record;
  const name = LEVELS[Number(level)] ?? 'log';
  const paint = Number(level) >= 50 ? style.bad : Number(level) >= 40 ? style.warn : style.good;
  const words = Object.entries(fields).map(([key, value]) => `${style.dim(`${key}=`)}${shown(value)}`);
  return [
    style.dim(String(time).slice(11, 19)),
    paint(name.padEnd(5)),
    style.strong(sentence(withShortIds(String(msg)))),
    ...words,
  ].join(' ');
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return sentence(withShortIds(/\s/.test(text) ? JSON.stringify(text) : text));
}

function recordOf(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? (record as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
