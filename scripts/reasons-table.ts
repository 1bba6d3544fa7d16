import type { ReasonKind } from '#controller';

const HEAD = '| Reason | Means | What to do |\n| --- | --- | --- |\n';

/** The page with its table of reasons made anew; the table begins below its head and ends at an empty line. */
export function withReasons(page: string, reasons: Readonly<Record<string, ReasonKind>>): string {
  const start = page.indexOf(HEAD) + HEAD.length;
  const end = page.indexOf('\n\n', start);
  const rows = Object.entries(reasons).map(
    ([code, { summary, next }]) => `| \`${code}\` | ${summary} | ${next ?? 'nothing'} |`,
  );
  return `${page.slice(0, start)}${rows.join('\n')}${end === -1 ? '\n' : page.slice(end)}`;
}
