import { markOf } from '#controller';
import { CommandError } from '../command-error.ts';
import { ANY_DEVICE, BY_STORE, CONTROLLER, DEVICE_OPTION } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, deviceIn, optionNumber, optionText } from '../command.ts';
import { askControllerOrStore } from '../control/controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';
import { momentIn } from '../input/moment.ts';
import { auditText, readsText } from '../text/audit-text.ts';
import { exportText } from '../text/export-text.ts';

/** `rosctl audit`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'audit',
  summary: 'list who did what, newest first, and whether the hash chain is whole',
  arguments: [{ ...ANY_DEVICE, summary: 'only this device' }],
  options: [
    { name: 'limit', value: 'NUMBER', default: '50', summary: 'how many; of --export: at a time' },
    { name: 'actor', value: 'NAME', summary: 'only what they did, for instance operator:alice' },
    {
      name: 'action',
      value: 'NAME',
      summary: 'only this; rollout. stands for all that begin so; of --reads: the operation',
    },
    { name: 'since', value: 'WHEN', summary: 'from when: 90m, 24h, 30d, or 2026-11-30T22:00:00Z' },
    { name: 'until', value: 'WHEN', summary: 'up to when, alike' },
    { name: 'reads', summary: 'who read what, and whose requests failed, in place of what was done' },
    {
      name: 'export',
      value: 'FORMAT',
      choices: ['jsonl', 'csv'],
      summary: 'write all of it: an object a line, or comma-separated',
    },
    {
      name: 'kept',
      value: 'MARK',
      summary: 'a mark (NUMBER:HASH) printed before: is that record still in the chain',
    },
    ...CONTROLLER,
    DEVICE_OPTION,
  ],
  examples: [
    'rosctl audit',
    'rosctl audit edge-vie-01 --limit 10',
    'rosctl audit --actor operator:alice --action rollout. --since 7d',
    'rosctl audit --reads --since 24h',
    'rosctl audit --since 90d --export csv',
  ],
  notes: [
    'Exit code 1 when the hash chain is broken or cut off, or does not hold the mark of --kept, or when rows of reads are not those that it holds the digest of. The mark that is printed is the newest record: kept outside of the store it shows also what somebody with the whole store in hand would hide.',
    'Records of reads (reads.gathered) are listed with --action reads. only: they come once a second at most, and their rows are those of --reads.',
    BY_STORE,
  ],
};

/** `rosctl audit`: who did what, newest first, and whether the hash chain is whole. */
export async function run(context: CommandContext): Promise<number> {
  const { output, options } = context;
  const limit = optionNumber(context, 'limit', 1, 10_000);
  const device = deviceIn(context, 0);
  const kept = optionText(context, 'kept');
  if (kept !== undefined && markOf(kept) === null)
    throw new CommandError(
      'usage',
      '--kept takes a mark as rosctl audit prints it',
      'for instance --kept 42:9f86d0…, whole',
    );
  const [since, until] = [momentIn(context, 'since'), momentIn(context, 'until')];
  const about = { device, actor: optionText(context, 'actor'), since, until };
  const action = optionText(context, 'action');
  const reads = async (cursor?: number) => {
    const asked = { ...about, operation: action, limit, cursor };
    return (await askControllerOrStore(context, 'auditReads', asked)).answer;
  };
  const acts = async (cursor?: number) => {
    const asked = { ...about, action, limit, kept, cursor };
    return (await askControllerOrStore(context, 'audit', asked)).answer;
  };
  const format = optionText(context, 'export') as 'jsonl' | 'csv' | undefined;
  if (format !== undefined) return await exported(context, format, options['reads'] === true ? reads : acts, until);
  if (options['reads'] === true) {
    const { reads: items, nextCursor } = await reads();
    await output.result('audit --reads', { items, nextCursor }, () => readsText(items, output.style));
    return EXIT.ok;
  }
  const audit = await acts();
  const { records: items, ...chain } = audit;
  await output.result('audit', { items, ...chain }, () => auditText(audit, output.style));
  return audit.brokenAt === null ? EXIT.ok : EXIT.failure;
}

interface Page {
  readonly records?: readonly object[];
  readonly reads?: readonly object[];
  readonly nextCursor?: number | null;
  readonly brokenAt?: number | null;
}

/** Page by page, as long as there is more. */
async function exported(
  { output }: CommandContext,
  format: 'jsonl' | 'csv',
  pageAfter: (cursor?: number) => Promise<Page>,
  until: string | undefined,
): Promise<number> {
  let whole = true;
  let first = true;
  // Without anything asked for a page does not say where it ends.
  for (
    let cursor: number | null | undefined = until === undefined ? Number.MAX_SAFE_INTEGER : undefined;
    cursor !== null;
  ) {
    const { records, reads, nextCursor = null, brokenAt = null } = await pageAfter(cursor);
    const text = exportText(records ?? reads ?? [], format, first);
    if (text !== '') output.raw(text);
    first = false;
    whole &&= brokenAt === null;
    cursor = nextCursor;
  }
  if (!whole) output.note('the hash chain is broken: see rosctl audit');
  return whole ? EXIT.ok : EXIT.failure;
}
