import { keyRingOf } from '#signatures';
import type { Records } from '../records/store.ts';
import type { Content } from './candidate.ts';

/**
 * A key that was revoked by one of its names is revoked by its others too, once a roster shows them: the next one may
 * know it in another form alone.
 */
export async function revokedInEveryForm(
  { revocations }: Pick<Records, 'revocations'>,
  trusted: Content,
): Promise<ReadonlySet<string>> {
  const revoked = await revocations.list();
  const known = new Set(revoked.map(({ key }) => key));
  if (revoked.length === 0) return known;
  const { keys } = keyRingOf(trusted.inventory.roster?.document ?? null, new Set());
  for (const { key: id, ...act } of revoked)
    for (const key of keys.materialsOf(id)) {
      if (!known.has(key)) await revocations.revoke({ ...act, key });
      known.add(key);
    }
  return known;
}
