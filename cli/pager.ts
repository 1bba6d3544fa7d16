import { spawn } from 'node:child_process';
import { once } from 'node:events';

type Environment = Readonly<Record<string, string | undefined>>;

/** What less does unless LESS says otherwise, as with git: end at once what fits, keep colours, leave the text there. */
const LESS = 'FRX';

/** The pager by ROSCTL_PAGER, else PAGER, else less; null: none is wanted. */
export function pagerIn(env: Environment): string | null {
  const wanted = env['ROSCTL_PAGER'] ?? env['PAGER'] ?? 'less';
  // As systemd has it: whoever may run rosctl as another user by sudo gets no program of their own with it.
  if (isSudo(env)) return env['TERM'] === 'dumb' ? null : 'less';
  return wanted === '' || wanted === 'cat' || env['TERM'] === 'dumb' ? null : wanted;
}

/** Shows a text in a pager on the terminal of this process. @returns false when it failed or there is none. */
export async function page(text: string, pager: string, env: Environment): Promise<boolean> {
  // Secure: without a shell, an editor or files.
  const environment = { LESS, ...env, ...(isSudo(env) ? { LESSSECURE: '1', LESSOPEN: '', LESSCLOSE: '' } : {}) };
  // As git has it, a shell reads it: it may have options.
  const child = spawn(pager, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: environment });
  // Whoever has seen enough ends it before all is written.
  child.stdin.on('error', () => {});
  child.stdin.end(text);
  const [code] = (await once(child, 'close').catch(() => [null])) as [number | null];
  return code === 0;
}

function isSudo(env: Environment): boolean {
  return (env['SUDO_USER'] ?? '') !== '';
}
