import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { anchorTrust, gitSourceName, type Store, type TrustView } from '#controller';
import { refusalsText } from '../approval/check-head.ts';
import { consented } from '../ask.ts';
import { type CommandContext, optionText } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { controlClient, operatorName } from '../control-client.ts';
import { byControllerOrStore } from '../controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';
import { indented } from '../lines.ts';
import type { Style } from '../output.ts';
import { columns, printable, sentence, table } from '../table.ts';
import { agoText, momentAndAge } from '../when.ts';

/** `rosctl trust show` and `rosctl trust init COMMIT`. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action, commit] = context.positionals;
  if (action === 'init') return await begin(context, commit);
  const view = await controlClient(context).trust();
  await output.result(view, () => trustText(view, output.style));
  return EXIT.ok;
}

const WHOLE = /^[0-9a-f]{40}$/;

async function begin(context: CommandContext, commit: string | undefined): Promise<number> {
  const { output } = context;
  if (commit === undefined) {
    throw new CommandError(
      'usage',
      'COMMIT is missing',
      'name the whole commit id: rosctl trust init $(git rev-parse HEAD)',
    );
  }
  if (!WHOLE.test(commit)) {
    const hint = 'print it: git rev-parse HEAD';
    throw new CommandError('usage', `${JSON.stringify(commit)} is no whole commit id: 40 hexadecimal digits`, hint);
  }
  const trusted = await byControllerOrStore(context, {
    async controller(client) {
      const { standing } = await client.trust();
      checkSource(context, standing.source);
      await confirm(context, standing.source, commit, standing.trust?.head ?? null);
      const { standing: after } = await client.trustInit(commit);
      return { source: after.source, head: after.trust?.head ?? commit, running: true };
    },
    async store(store) {
      const source = namedSource(context);
      await confirm(context, source, commit, await headIn(store, source));
      await anchorTrust(store, source, commit, { actor: `operator:${operatorName()}`, at: Date.now() });
      return { source, head: commit, running: false };
    },
  });
  await output.result({ ...trusted, anchor: commit }, () => {
    const next = trusted.running
      ? 'see what follows from it: rosctl status'
      : 'start the controller with this source: rosctl controller --source SOURCE';
    return `${output.style.good(`${trusted.source} is trusted from ${commit} on`)}\n  next: ${next}`;
  });
  return EXIT.ok;
}

async function headIn(store: Store, source: string): Promise<string | null> {
  return (await store.trust.get(source))?.head ?? null;
}

/** The name that a controller started with this source would give it. */
function namedSource(context: CommandContext): string {
  const given = optionText(context, 'source') ?? '.';
  const folder = resolve(context.cwd, given);
  const source = existsSync(folder) ? folder : given;
  const name = gitSourceName(source, optionText(context, 'branch') ?? 'main', optionText(context, 'path') ?? '.');
  if (name !== null) return name;
  const hint = 'name the Git repository that the controller is started with: --source URL';
  throw new CommandError('usage', `${source} is no Git repository, and only in one can trust begin`, hint);
}

function checkSource(context: CommandContext, source: string): void {
  if (optionText(context, 'source') === undefined) return;
  const named = namedSource(context);
  if (named === source) return;
  const hint = 'leave --source out, or name the state folder of the other controller: --state FOLDER';
  throw new CommandError('usage', `the running controller follows ${printable(source)}, not ${named}`, hint);
}

/** Beginning anew throws away what was trusted, so it is asked for. */
async function confirm(context: CommandContext, source: string, commit: string, head: string | null): Promise<void> {
  const { output } = context;
  output.note(
    [
      `Trust in ${printable(source)} begins at ${commit}.`,
      '  Devices, roster and policies as they stand there count as approved.',
      '  Later commits must be signed by people in that roster; approvals at or below it never count.',
    ].join('\n'),
  );
  if (head === null) return;
  output.note(
    output.style.warn(`The head that is trusted now, ${head}, and every approval that is not used yet are forgotten.`),
  );
  if (!(await consented(context, 'Begin anew?'))) throw new CommandError('failure', 'nothing was changed');
}

function trustText({ standing, approvals, now }: TrustView, style: Style): string {
  const { source, branch, trust, candidate, refusals, control } = standing;
  const seen = candidate === null ? 'not read yet' : `${candidate.commit}, seen ${agoText(candidate.seenAt, now)}`;
  const rows = [
    ['Source', printable(source)],
    ['Branch', `${printable(branch)} at ${seen}`],
    ...(trust === null
      ? [['Trusted', style.bad('nothing yet')]]
      : [
          ['Trusted', `up to ${trust.head}, since ${momentAndAge(trust.advancedAt, now)}`],
          ['Begun', `at ${trust.anchor} by ${printable(trust.anchoredBy)}, ${momentAndAge(trust.anchoredAt, now)}`],
        ]),
  ];
  const parts = [columns(rows)];
  if (trust === null) parts.push('Nothing is applied before trust begins; next: rosctl trust init COMMIT');
  if (refusals.length > 0) {
    parts.push(`${style.bad('The newest commit does not count:')}\n${refusalsText(refusals)}`);
  }
  if (control !== null) {
    const reasons = control.reasons.map(({ message }) => sentence(message)).join('\n');
    const head = style.warn(`Control plan ${control.plan.id.slice(7, 19)} waits:`);
    parts.push(`${head}\n${indented(reasons)}\n  next: rosctl approve control`);
  }
  if (trust !== null && refusals.length === 0 && control === null && candidate?.commit === trust.head) {
    parts.push(style.good('All of the branch is accepted.'));
  }
  if (approvals.length > 0) {
    const seenRows = approvals.map((each) => [
      each.approvedId.slice(7, 19),
      printable(each.person),
      each.commit.slice(0, 12),
      momentAndAge(each.firstSeenAt, now),
    ]);
    parts.push(`Approvals\n${indented(table(['plan', 'by', 'commit', 'first seen'], seenRows))}`);
  }
  return parts.join('\n\n');
}
