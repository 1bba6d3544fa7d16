import type { Writable } from 'node:stream';
import { visible } from '#visible';

/** A bar on a terminal; silent everywhere else. */
export interface Progress {
  /** One more of the total is done; `text` says what is at hand. */
  step(text?: string): void;
  /** Takes the bar away. */
  end(): void;
}

const WIDTH = 24;

/** Draws on one line of the stream until `end`. */
export function progressBar(stream: Writable, label: string, total: number): Progress {
  let done = 0;
  const draw = (text: string): void => {
    const filled = total === 0 ? WIDTH : Math.round((Math.min(done, total) / total) * WIDTH);
    const bar = '#'.repeat(filled) + '-'.repeat(WIDTH - filled);
    stream.write(`\r\u001B[K${label} [${bar}] ${String(done)}/${String(total)} ${visible(text)}`);
  };
  draw('');
  return {
    step(text = '') {
      done += 1;
      draw(text);
    },
    end() {
      stream.write('\r\u001B[K');
    },
  };
}

/** For streams that are no terminal. */
export const NO_PROGRESS: Progress = { step() {}, end() {} };
