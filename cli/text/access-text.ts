import type { MeView } from '#controller';
import type { AccessOutput } from '../json/access-outputs.ts';
import type { Style } from '../output.ts';
import { columns, printable, sentence, table } from './table.ts';
import { momentAndAge } from './when.ts';

/** `rosctl access me` and `rosctl access test`: who somebody is, and what they may do. */
export function meText({ actor, person, until, may, why }: MeView, now: number, style: Style): string {
  const head = columns([
    ['Who', printable(actor)],
    ...(person === undefined ? [] : [['In the Roster', printable(person)]]),
    ...(until === null ? [] : [['Until', momentAndAge(until, now)]]),
  ]);
  const rights =
    may.length === 0
      ? style.warn('May do nothing to any device')
      : table(
          ['may', 'devices'],
          may.map(({ permissions, all, devices }) => [permissions.join(' '), all ? 'all' : devices.join(' ')]),
          style,
        );
  return [head, rights, ...(why === undefined ? [] : [style.warn(sentence(why))])].join('\n\n');
}

/** `rosctl access show`: who the access file lets do what. */
export function accessText(
  { file, issuers, bindings, tokens, roles }: AccessOutput,
  now: number,
  style: Style,
): string {
  const audiences = ({ audiences: { api, mcp } }: AccessOutput['issuers'][number]): string =>
    [...(api === undefined ? [] : [`api ${api}`]), ...(mcp === undefined ? [] : [`mcp ${mcp}`])].join(', ');
  const parts = [columns([['File', printable(file)]])];
  if (issuers.length > 0)
    parts.push(
      table(
        ['issuer', 'audiences', 'also for', 'client', 'groups'],
        issuers.map((each) => [each.url, audiences(each), each.alsoFor.join(' '), each.client ?? '-', each.groups]),
        style,
      ),
    );
  if (bindings.length > 0)
    parts.push(
      table(
        ['who', 'role', 'devices', 'person'],
        bindings.map(({ groups, subjects, role, devices, person }) => [
          [...groups.map((group) => `group ${group}`), ...subjects.map((subject) => `subject ${subject}`)].join(', '),
          role,
          devicesText(devices),
          person ?? '-',
        ]),
        style,
      ),
    );
  if (tokens.length > 0)
    parts.push(
      table(
        ['token', 'for', 'role', 'devices', 'expires'],
        tokens.map((each) => [
          each.name,
          each.for,
          each.role,
          devicesText(each.devices),
          each.expiresAt <= now ? style.bad('expired') : momentAndAge(each.expiresAt, now),
        ]),
        style,
      ),
    );
  parts.push(
    table(
      ['role', 'allows'],
      Object.entries(roles).map(([name, allowed]) => [name, allowed.join(' ')]),
      style,
    ),
  );
  return parts.join('\n\n');
}

function devicesText(devices: AccessOutput['tokens'][number]['devices']): string {
  if ('all' in devices) return 'all';
  const { names = [], matchLabels = {} } = devices;
  return [...names, ...Object.entries(matchLabels).map(([label, value]) => `${label}=${value}`)].join(' ');
}
