import { ConsoleFailure } from '../model/console.ts';
import type { CommandSpec, Menu, Profile } from '../model/state.ts';

/** What a URL below /rest points at. */
export interface Target {
  readonly path: string;
  readonly menu: Menu | undefined;
  /** The word after the menu: an id, a name, a command. */
  readonly word: string | undefined;
  /** The word held `%2A`, which the router does not decode (routeros-rest.md §2.2). */
  readonly escapedStar: boolean;
  readonly command: CommandSpec | undefined;
}

/** Walks the command tree as far as it goes. @throws {ConsoleFailure} for a word that leads nowhere. */
export function targetOf(profile: Profile, path: string): Target {
  const raw = path.split('/').filter((segment) => segment !== '');
  let menuPath = '';
  let used = 0;
  for (const segment of raw) {
    const next = `${menuPath}/${decodeURIComponent(segment)}`;
    if (!profile.directories.has(next)) {
      break;
    }
    menuPath = next;
    used += 1;
  }
  const rest = raw.slice(used);
  const menu = profile.menus.get(menuPath);
  const word = rest[0] === undefined ? undefined : decodeURIComponent(rest[0]);
  const command = word === undefined ? undefined : profile.commands.get(`${menuPath}/${word}`);
  if (rest.length > 1 || (word !== undefined && menu === undefined && command === undefined)) {
    throw new ConsoleFailure(`no such command or directory (${word})`);
  }
  return { path: menuPath, menu, word, escapedStar: /%2a/i.test(rest[0] ?? ''), command };
}
