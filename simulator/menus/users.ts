import { tableOf } from '../engine/table.ts';
import { prefix } from '../kinds/address.ts';
import { listOf, noMatch, nonEmptyText, oneOf, reference, text } from '../kinds/kind.ts';
import { time, timestampText } from '../kinds/time.ts';
import type { Kind, Properties } from '../model/console.ts';
import { grantedBy, policyWords } from '../model/policies.ts';
import { refusal } from '../model/refusals.ts';
import type { MenuSpec } from '../model/state.ts';
import { comment, disabled, fieldsOf, flag, state } from './fields.ts';

/** Policies, each with an optional leading `!`. */
const policies: Kind = {
  clearable: true,
  canonical(value, name) {
    const words = value.split(',').filter((word) => word !== '');
    for (const word of words) {
      if (!policyWords.includes(word.replace(/^!/, ''))) {
        throw noMatch(name);
      }
    }
    return words.join(',');
  },
};

/** `set policy=a,b` adds, `!x` revokes; GET prints the whole policyWords with negatives (routeros-rest.md §1.1). */
function mergedPolicies(before: string, change: string): string {
  const granted = new Set(grantedBy(before));
  for (const word of change.split(',').filter((part) => part !== '')) {
    if (word.startsWith('!')) {
      granted.delete(word.slice(1));
    } else {
      granted.add(word);
    }
  }
  const held = policyWords.filter((word) => granted.has(word));
  return [...held, ...policyWords.filter((word) => !granted.has(word)).map((word) => `!${word}`)].join(',');
}

function allBut(...withheld: readonly string[]): string {
  return policyWords.filter((word) => !withheld.includes(word)).join(',');
}

/** /user/group (routeros-rest.md §1.1). */
export const groups: MenuSpec = {
  path: '/user/group',
  shape: 'list',
  noun: 'user group',
  source: 'routeros-rest.md §1.1',
  writePolicies: ['policy'],
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    policy: { kind: policies, show: 'always' },
    skin: { kind: text, default: 'default' },
    comment,
  },
  unique: { key: (values) => values['name'], refusal: 'haveGroup' },
  initial: () => [
    { name: 'read', policy: allBut('ftp', 'write', 'policy') },
    { name: 'write', policy: allBut('ftp', 'policy') },
    { name: 'full', policy: allBut() },
  ],
  prepare: (_router, next, before, args) => ({
    ...next,
    policy: mergedPolicies(before?.['policy'] ?? '', args['policy'] ?? ''),
  }),
  changed(router, { verb, row }) {
    if (
      verb === 'remove' &&
      tableOf(router, '/user').rows.some((user) => user.values['group'] === row.values['name'])
    ) {
      throw refusal('groupInUse');
    }
  },
};

/** /user (routeros-rest.md §5.30). */
export const users: MenuSpec = {
  path: '/user',
  shape: 'list',
  noun: 'user',
  source: 'routeros-rest.md §5.30',
  writePolicies: ['policy'],
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    group: { kind: reference('/user/group'), required: true },
    password: { kind: text, show: 'never' },
    address: { kind: listOf(prefix), default: '' },
    'inactivity-timeout': { kind: time(), default: '10m', since: '7.16' },
    'inactivity-policy': { kind: oneOf('none', 'lockscreen', 'logout'), default: 'none', since: '7.16' },
    disabled,
    comment,
    expired: flag,
    'last-logged-in': state,
  },
  unique: { key: (values) => values['name'], refusal: 'haveUser' },
  changed(_router, { verb, row }, caller) {
    // Nobody locks themselves out: the request succeeds and the user stays enabled (routeros-rest.md §2.8).
    if (verb === 'set' && row.values['name'] === caller.user && row.values['disabled'] === 'true') {
      row.values = { ...row.values, disabled: 'false' };
    }
  },
  initial: () => [{ name: 'admin', group: 'full', comment: 'system default user', password: '' }],
};

/** /user/active: REST sessions show twice, their rows stay (routeros-rest.md §1). */
export const activeUsers: MenuSpec = {
  path: '/user/active',
  shape: 'list',
  noun: 'active user',
  source: 'routeros-rest.md §1',
  rows: 'readOnly',
  fields: fieldsOf(state, 'name', 'address', 'via', 'when', 'group', 'radius', 'by-romon'),
  live: (router) =>
    router.sessions.map((session): Properties => ({
      '.id': session.id,
      ...(session.address === '' ? {} : { address: session.address }),
      group: session.group,
      name: session.user,
      radius: 'false',
      via: session.via,
      when: timestampText(session.since + router.clockOffset),
    })),
};
