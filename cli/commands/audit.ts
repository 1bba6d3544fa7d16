import { markOf } from '#controller';
import { CommandError } from '../command-error.ts';
import { ANY_DEVICE, BY_STORE, CONTROLLER, DEVICE_OPTION } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, deviceIn, optionNumber, optionText } from '../command.ts';
import { askControllerOrStore } from '../control/controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';
import { auditText } from '../text/audit-text.ts';

/** `rosctl audit`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'audit',
  summary: 'list who did what, newest first, and whether the hash chain is whole',
  arguments: [{ ...ANY_DEVICE, summary: 'only this device' }],
  options: [
    { name: 'limit', value: 'NUMBER', default: '50', summary: 'how many' },
    {
      name: 'kept',
      value: 'MARK',
      summary: 'a mark (NUMBER:HASH) printed before: is that record still in the chain',
    },
    ...CONTROLLER,
    DEVICE_OPTION,
  ],
  examples: ['rosctl audit', 'rosctl audit edge-vie-01 --limit 10'],
  notes: [
    'Exit code 1 when the hash chain is broken or cut off, or does not hold the mark of --kept. The mark that is printed is the newest record: kept outside of the store it shows also what somebody with the whole store in hand would hide.',
    BY_STORE,
  ],
};

/** `rosctl audit`: who did what, newest first, and whether the hash chain is whole. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const limit = optionNumber(context, 'limit', 1, 10_000);
  const device = deviceIn(context, 0);
  const kept = optionText(context, 'kept');
  if (kept !== undefined && markOf(kept) === null)
    throw new CommandError(
      'usage',
      '--kept takes a mark as rosctl audit prints it',
      'for instance --kept 42:9f86d0…, whole',
    );
  const { answer: audit } = await askControllerOrStore(context, 'audit', { device, limit, kept });
  const { records: items, ...chain } = audit;
  await output.result('audit', { items, ...chain }, () => auditText(audit, output.style));
  return audit.brokenAt === null ? EXIT.ok : EXIT.failure;
}
