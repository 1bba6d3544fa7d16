import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { anchorTrust, gitSourceName, type Store } from '#controller';
import { CommandError } from '../command-error.ts';
import { BY_STORE, CONTROLLER, YES } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionText } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { byControllerOrStore } from '../control/controller-or-store.ts';
import { operatorName } from '../control/round-trip.ts';
import { EXIT } from '../exit-codes.ts';
import { consented } from '../input/ask.ts';
import { shellWord } from '../text/shell-word.ts';
import { printable } from '../text/table.ts';
import { trustText } from '../text/trust-text.ts';

/** `rosctl trust`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'trust',
  summary: 'show up to which commit history is accepted, or say where that begins',
  looksFirst: ['show'],
  arguments: [
    {
      name: 'ACTION',
      summary: 'show or init, default: show',
      required: false,
      choices: ['show', 'init'],
      default: 'show',
    },
    { name: 'COMMIT', summary: 'for init: a whole commit id', required: false, actions: ['init'] },
  ],
  options: [
    {
      name: 'source',
      value: 'SOURCE',
      summary: 'for init without a controller: the source that it will be started with, default: this folder',
    },
    { name: 'branch', value: 'NAME', default: 'main', summary: 'with --source: its branch' },
    { name: 'path', value: 'FOLDER', default: '.', summary: 'with --source: where the fleet lies in it' },
    YES,
    ...CONTROLLER,
  ],
  examples: [
    'rosctl trust show',
    'rosctl trust init 3f2a9c81d2e47b60915a8c3df0e1b2a4c5d6e7f8',
    'rosctl trust init 3f2a9c81d2e47b60915a8c3df0e1b2a4c5d6e7f8 --source https://git.example.net/fleet.git',
  ],
  notes: [
    'What stands at that commit is taken as approved: devices, roster, policies. Its history is never verified again, and approvals at or below it never count. Later commits must be signed by people in the roster of the trusted head.',
    BY_STORE,
  ],
};

/** `rosctl trust show` and `rosctl trust init COMMIT`. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [action, commit] = context.positionals;
  if (action === 'init') return await begin(context, commit);
  const view = await controlClient(context).ask('trust', {});
  await output.result('trust show', view, () => trustText(view, output.style));
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
      const { standing } = await client.ask('trust', {});
      checkSource(context, standing.source);
      await confirm(context, standing.source, commit, standing.trust?.head ?? null);
      const { standing: after } = await client.ask('initTrust', { commit });
      return { source: after.source, head: after.trust?.head ?? commit, running: true };
    },
    async store(store) {
      const source = namedSource(context);
      await confirm(context, source, commit, await headIn(store, source));
      await anchorTrust(store, source, commit, { actor: `operator:${operatorName()}`, at: Date.now() });
      return { source, head: commit, running: false };
    },
  });
  await output.result('trust init', { ...trusted, anchor: commit }, () => {
    const next = trusted.running ? 'rosctl status' : `rosctl controller${sourceOptions(context)}`;
    return `${output.style.good(`${trusted.source} is trusted from ${commit} on`)}\n  next: ${next}`;
  });
  return EXIT.ok;
}

/** As they were typed: the controller has to be started with the same. */
function sourceOptions(context: CommandContext): string {
  return ['source', 'branch', 'path']
    .map((name) => [name, optionText(context, name)] as const)
    .filter(([name, value]) => value !== undefined && value !== USUAL[name])
    .map(([name, value]) => ` --${name} ${shellWord(value ?? '')}`)
    .join('');
}

/** What `rosctl controller` takes anyway. */
const USUAL: Readonly<Record<string, string>> = { source: '.', branch: 'main', path: '.' };

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
