import { Failure } from '#routeros';
import { newCorrelationId } from './correlation.ts';
import type { OperatorAct } from './operator-acts.ts';
import type { Store } from './records.ts';
import { keyIdOf } from './signatures/key-id.ts';
import { gitLocationOf, nameOf } from './source/git/location.ts';
import type { TrustRecord } from './trust-records.ts';

const COMMIT = /^[0-9a-f]{40}$/;

/** Says outside Git where the trust in a source begins (approval.md §1). @throws {Failure} `BadRequest` unless `commit` is a whole commit id. */
export async function anchorTrust(
  store: Store,
  source: string,
  commit: string,
  act: OperatorAct,
): Promise<TrustRecord | null> {
  if (!COMMIT.test(commit)) {
    throw new Failure('BadRequest', `${commit} is no whole commit id. "git rev-parse HEAD" prints one.`);
  }
  return await store.transaction(async (records) => {
    const before = await records.trust.get(source);
    await records.trust.anchor(source, commit, act.at, act.actor);
    await records.audit.append({
      ...act,
      correlationId: newCorrelationId(),
      action: 'trust.init',
      device: null,
      detail: { source, commit, before: before?.head ?? null },
    });
    return await records.trust.get(source);
  });
}

/**
 * Revokes a key at once, for good and whatever any roster says. `key` is anything that `keyIdOf` understands. @returns false when it was revoked already.
 * @throws {Failure} `KeyUnreadable`
 */
export async function revokeKey(store: Store, key: string, reason: string, act: OperatorAct): Promise<boolean> {
  const id = keyIdOf(key);
  return await store.transaction(async (records) => {
    const fresh = await records.revocations.revoke({ key: id, reason, at: act.at, by: act.actor });
    if (fresh) {
      const detail = { key: id, reason };
      await records.audit.append({
        ...act,
        correlationId: newCorrelationId(),
        action: 'signers.revoke',
        device: null,
        detail,
      });
    }
    return fresh;
  });
}

/** The name of a Git source, as a controller that is started with it stores it; null: it is a plain folder, without trust. @throws {Failure} `ConfigInvalid` */
export function gitSourceName(source: string, branch: string, path: string): string | null {
  const location = gitLocationOf(source, branch, path);
  return location === null ? null : nameOf(location);
}
