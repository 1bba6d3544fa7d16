import { spawn } from 'node:child_process';
import { once } from 'node:events';

type Environment = Readonly<Record<string, string | undefined>>;

/** What less does unless LESS says otherwise, as with git: end at once what fits, keep colours, leave the text there. */
const LESS = 'FRX';

/** The pager by ROSCTL_PAGER, else PAGER, else less; null: none is wanted. */
export function pagerIn(env: Environment): string | null {
  const wanted = env['ROSCTL_PAGER'] ?? env['PAGER'] ?? 'less';
  return wanted === '' || wanted === 'cat' || env['TERM'] === 'dumb' ? null : wanted;
}

/** Shows a text in a pager on the terminal of this process. @returns false when there is no such pager. */
export async function page(text: string, pager: string, env: Environment): Promise<boolean> {
  // As git has it, a shell reads it: it may have options.
  const child = spawn(pager, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: { LESS, ...env } });
  // Whoever has seen enough ends it before all is written.
  child.stdin.on('error', () => {});
  child.stdin.end(text);
  const [code] = (await once(child, 'close').catch(() => [NOT_FOUND])) as [number | null];
  return code !== NOT_FOUND && code !== NOT_RUNNABLE;
}

/** What a shell ends with. */
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;
