import { createHash, randomBytes } from 'node:crypto';
import { type Document, isSeq, parseDocument } from 'yaml';
import { accessRulesOf } from '#controller';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionNumber, optionText } from '../command.ts';
import type { NewToken } from '../json/access-outputs.ts';
import { accessText, replaceAccessText } from './access-file.ts';
import { devicesIn } from './devices-option.ts';

const LONGEST_DAYS = 3650;
const DAY_MS = 86_400_000;
const NEW_FILE = '# Who may do what: see docs/guides/access.md.\n';

/**
 * Makes a token and puts its digest into the access file, which keeps its comments. @throws {CommandError} `usage`;
 * {Failure} `AccessInvalid` for a file that would not count.
 */
export async function newToken(context: CommandContext, name: string, file: string): Promise<NewToken> {
  const audience = optionText(context, 'for') === 'mcp' ? 'mcp' : 'api';
  const role = optionText(context, 'role');
  if (role === undefined)
    throw new CommandError('usage', '--role is missing', 'say what it is to allow: --role read_only');
  const devices = devicesIn(context);
  const expires = dayAfter(optionNumber(context, 'days', 1, LONGEST_DAYS));
  const before = (await accessText(file)) ?? NEW_FILE;
  if (before !== NEW_FILE && accessRulesOf(before, file).tokens.some((token) => token.name === name))
    throw new CommandError(
      'usage',
      `${file} has a token ${name} already`,
      'choose another name, or take it out of the file first',
    );
  const token = `rgt_${randomBytes(32).toString('base64url')}`;
  const sha256 = createHash('sha256').update(token).digest('hex');
  const text = withToken(before, { name, sha256, for: audience, expires, role, devices });
  mustBeValid(text, file);
  await replaceAccessText(file, text);
  return { name, token, for: audience, expires, file };
}

/** The file was valid before: what is wrong with it now is the new token. */
function mustBeValid(text: string, file: string): void {
  try {
    accessRulesOf(text, file);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const faults = [...error.message.matchAll(/tokens\[\d+\]\.(.*)/g)].map(([, fault = '']) => fault);
    throw new CommandError(
      'usage',
      `no token was made: ${faults.join('; ') || error.message}`,
      'see: rosctl access show, for the roles that there are',
    );
  }
}

function dayAfter(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}

function withToken(text: string, token: object): string {
  const document: Document = parseDocument(text);
  const entry = document.createNode(token, { flow: true });
  const tokens = document.get('tokens');
  if (isSeq(tokens)) tokens.add(entry);
  else document.set('tokens', document.createNode([entry]));
  return document.toString({ lineWidth: 0 });
}
