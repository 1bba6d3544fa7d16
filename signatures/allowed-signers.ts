import type { Roster } from '#schemas';

/**
 * Git's `gpg.ssh.allowedSignersFile` for people's own checks: each SSH key of the roster, good for commits only.
 * OpenPGP keys have no place in it;
 * git asks gpg about those.
 */
export function allowedSignersOf(roster: Roster): string {
  return roster.spec.people
    .flatMap(({ name, keys }) =>
      (keys ?? []).map((line) => {
        const [type = '', body = ''] = line.split(' ');
        return `${name} namespaces="git" ${type} ${body}\n`;
      }),
    )
    .join('');
}
