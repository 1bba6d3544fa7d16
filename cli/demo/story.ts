import type { Controller } from '#controller';
import { main, type Surroundings } from '../main.ts';

/** Tells the demo: numbered steps, plain words, real rosctl commands, and waits that say what they wait for. */
export interface Story {
  /** Opens a step. */
  step(title: string): void;
  say(text: string): void;
  /** A line to be copied. */
  copy(line: string): void;
  /** Runs a rosctl command against the demo's controller and shows it with its output. */
  rosctl(...argv: readonly string[]): Promise<void>;
  /** The same with what goes wrong, for one whose every word counts. */
  whole(...argv: readonly string[]): Promise<void>;
  /**
   * As `whole` for one that prints more than a reader of the demo wants: its beginning and its end. Never for an
   * approval.
   */
  brief(...argv: readonly string[]): Promise<void>;
  /** The same for a command that needs no controller. */
  offline(...argv: readonly string[]): Promise<void>;
  /** Waits until something holds. @throws {Error} that says what did not come about. */
  waitFor(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
}

/** Of a long output. */
const HEAD_LINES = 8;
const TAIL_LINES = 9;

const PATIENCE_MS = 25_000;

/**
 * A narrator that prints each step with the seconds since the start, and runs rosctl on this state folder in this
 * process.
 */
export function tellStory(surroundings: Surroundings, stateFolder: string): Story {
  const { stdout } = surroundings;
  const startedAt = Date.now();
  let steps = 0;
  const print = (text: string): void => void stdout.write(`${text}\n`);
  const show = async (argv: readonly string[], hidden: readonly string[]): Promise<void> => {
    announce(argv);
    await main([...argv, ...hidden], { ...surroundings, stdout: indenting(stdout) });
  };
  const linesOf = async (argv: readonly string[]): Promise<readonly string[]> => {
    announce(argv);
    const parts: string[] = [];
    const keep = new Proxy(stdout, {
      get: (target, name) =>
        name === 'write' ? (text: string) => parts.push(text) > 0 : (Reflect.get(target, name) as unknown),
    });
    // What goes wrong is part of the story.
    await main([...argv, '--state', stateFolder], { ...surroundings, stdout: keep, stderr: keep });
    return parts.join('').trimEnd().split('\n');
  };
  const printLines = (lines: readonly string[]): void => {
    for (const line of lines) print(line === '' ? '' : `      ${line}`);
  };
  const announce = (argv: readonly string[]): void =>
    print(`    $ rosctl ${argv.map((word) => (word.includes(' ') ? JSON.stringify(word) : word)).join(' ')}`);
  return {
    step(title) {
      steps += 1;
      print(`\n${String(steps).padStart(2)}. ${title}  [${((Date.now() - startedAt) / 1000).toFixed(1)} s]`);
    },
    say: (text) => print(`    ${text}`),
    copy: print,
    rosctl: async (...argv) => await show(argv, ['--state', stateFolder]),
    whole: async (...argv) => printLines(await linesOf(argv)),
    async brief(...argv) {
      const lines = await linesOf(argv);
      const left = lines.length - HEAD_LINES - TAIL_LINES;
      const shown =
        left < 3
          ? lines
          : [...lines.slice(0, HEAD_LINES), `… ${left} more lines …`, ...lines.slice(lines.length - TAIL_LINES)];
      printLines(shown);
    },
    offline: async (...argv) => await show(argv, []),
    async waitFor(what, holds) {
      const deadline = Date.now() + PATIENCE_MS;
      while (!(await holds())) {
        if (surroundings.signal.aborted) throw surroundings.signal.reason;
        if (Date.now() > deadline) throw new Error(`the demo waited in vain for this: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      print(`    ✓ ${what}`);
    },
  };
}

/** The same stream with every line moved to the right. */
function indenting(stdout: Surroundings['stdout']): Surroundings['stdout'] {
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return (text: string) => target.write(text.replaceAll(/^(?=.)/gm, '      '));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
}

/** The outcome of a device's last visit since the current revision came into force. */
export function outcomeOf(controller: Controller, device: string): string {
  const visit = controller.api.visitOf(device);
  const { acceptedAt } = controller.api.fleet;
  return visit === null || visit.at < (acceptedAt ?? 0) ? 'not visited yet' : visit.outcome.kind;
}
