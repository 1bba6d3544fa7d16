import { accessRulesOf, type AccessRules } from '#controller';
import { accessPath, accessText } from '../access/access-file.ts';
import { listIn } from '../access/devices-option.ts';
import { CommandError } from '../command-error.ts';
import { ACCESS, CONTROLLER } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionPath, optionText } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { readSecretInput } from '../input/secret-input.ts';
import type { AccessOutput } from '../json/access-outputs.ts';
import { accessText as shownText, meText } from '../text/access-text.ts';

/** `rosctl access`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'access',
  summary: 'who may do what: show the access file, test it, make a token, or see what you may do yourself',
  arguments: [
    {
      name: 'ACTION',
      summary: 'show, me, test or token, default: show',
      required: false,
      choices: ['show', 'me', 'test', 'token'],
      default: 'show',
    },
    { name: 'STEP', summary: 'for token: new', required: false, choices: ['new'], actions: ['token'] },
    { name: 'NAME', summary: 'for token: what it is called in the access file', required: false, actions: ['token'] },
  ],
  options: [
    { name: 'role', value: 'ROLE', summary: 'for token: what it allows' },
    {
      name: 'for',
      value: 'DOOR',
      choices: ['api', 'mcp'],
      default: 'api',
      summary: 'for token and test: which door it opens',
    },
    { name: 'all', summary: 'for token: on every device' },
    { name: 'selector', value: 'LABEL=VALUE,…', summary: 'for token: on the devices with these labels' },
    { name: 'names', value: 'NAME,…', summary: 'for token: on these devices' },
    { name: 'days', value: 'DAYS', default: '365', summary: 'for token: for how long it counts' },
    { name: 'issuer', value: 'URL', summary: 'for test: whose groups or subject it is, where there are several' },
    { name: 'groups', value: 'GROUP,…', summary: 'for test: the groups of somebody' },
    { name: 'subject', value: 'SUBJECT', summary: 'for test: the sub of their tokens' },
    { name: 'scopes', value: 'SCOPE,…', summary: 'for test: the scopes of their token' },
    { name: 'token', summary: 'for test: a token, read from standard input' },
    ACCESS,
    ...CONTROLLER,
  ],
  examples: [
    'rosctl access show',
    'rosctl access me',
    'TOKEN=$(rosctl access token new grafana --for api --role read_only --all)',
    'rosctl access token new vie --role ops_rw --selector site=vie --days 30',
    'rosctl access test --groups net-vie',
    'rosctl access test --access new-access.yaml --groups net-vie,staff --scopes routeros:read',
    'rosctl access test --token < token.txt',
  ],
  notes: [
    'show and token read the file themselves; the controller notices a change within seconds. me and test ask a running controller: test by the file that counts there, or by the one that --access names.',
    'A token is printed once, on standard output; the access file keeps its digest alone.',
  ],
};

/** `rosctl access show|me|test` and `rosctl access token new NAME`. */
export async function run(context: CommandContext): Promise<number> {
  const [action, step, name] = context.positionals;
  if (action === 'token') return await makeToken(context, step, name);
  if (action === 'me') return await showMe(context);
  return action === 'test' ? await test(context) : await show(context);
}

async function makeToken(context: CommandContext, step: string | undefined, name: string | undefined): Promise<number> {
  if (step !== 'new' || name === undefined)
    throw new CommandError('usage', 'NAME is missing', 'say what to call it: rosctl access token new NAME');
  const { newToken } = await import('../access/new-token.ts');
  const made = await newToken(context, name, accessPath(context));
  await context.output.result('access token', made, () => made.token);
  context.output.note(
    `the token ${name} counts until ${made.expires}; its digest is in ${made.file}. It is shown this once: keep it where secrets are kept.`,
  );
  return EXIT.ok;
}

async function show(context: CommandContext): Promise<number> {
  const { output } = context;
  const file = accessPath(context);
  const text = await accessText(file);
  if (text === null)
    throw new CommandError(
      'noInput',
      `there is no ${file}: nobody but the operator may do anything`,
      'make a token: rosctl access token new NAME',
    );
  const shown = outputOf(file, accessRulesOf(text, file));
  await output.result('access show', shown, () => shownText(shown, Date.now(), output.style));
  return EXIT.ok;
}

async function showMe(context: CommandContext): Promise<number> {
  const { output } = context;
  const me = await controlClient(context).ask('me', {});
  await output.result('access me', me, () => meText(me, Date.now(), output.style));
  return EXIT.ok;
}

async function test(context: CommandContext): Promise<number> {
  const { output } = context;
  const named = optionPath(context, 'access');
  const rules = named === undefined ? undefined : await accessText(named);
  if (rules === null) throw new CommandError('noInput', `there is no ${String(named)}`);
  // What is wrong with it is told here, by its name and line.
  if (named !== undefined && rules !== undefined) accessRulesOf(rules, named);
  const [groups, scopes] = [optionText(context, 'groups'), optionText(context, 'scopes')];
  const byToken = context.options['token'] === true;
  const subject = optionText(context, 'subject');
  if (!byToken && groups === undefined && subject === undefined)
    throw new CommandError('usage', 'it is not said who', 'give --groups, --subject or --token');
  const token = byToken ? await readSecretInput(context, 'Token (not shown):') : undefined;
  const me = await controlClient(context).ask('testAccess', {
    rules,
    token: token?.trim(),
    audience: optionText(context, 'for') === 'mcp' ? 'mcp' : 'api',
    issuer: optionText(context, 'issuer'),
    subject,
    groups: groups === undefined ? undefined : listIn(groups),
    scopes: scopes === undefined ? undefined : listIn(scopes),
  });
  await output.result('access test', me, () => meText(me, Date.now(), output.style));
  return EXIT.ok;
}

function outputOf(file: string, { issuers, bindings, tokens, roles }: AccessRules): AccessOutput {
  return {
    file,
    issuers,
    bindings: bindings.map(({ who, role, devices, person }) => ({ ...who, role: role.name, devices, person })),
    tokens: tokens.map(({ name, audience, expiresAt, role, devices }) => ({
      name,
      for: audience,
      expiresAt,
      role: role.name,
      devices,
    })),
    roles: Object.fromEntries([...roles.values()].map(({ name, permissions }) => [name, [...permissions]])),
  };
}
