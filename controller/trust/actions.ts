import { Failure } from '#failure';
import type { Roster } from '#schemas';
import { record, type EventOrigin } from '../events.ts';
import type { Store } from '../records/store.ts';
import { keyIdOf } from '#signatures';
import { keyRingOf } from '#signatures';
import { gitLocationOf, nameOf } from '#git';
import type { TrustRecord } from '../records/trust.ts';

const COMMIT = /^[0-9a-f]{40}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Says outside the source where the trust in it begins (approval.md §1).
 * @throws {Failure} `BadRequest` unless `version` is a whole commit id, or whole `sha256:…` of a source without
 * commits.
 */
export async function anchorTrust(
  store: Store,
  source: string,
  version: string,
  act: EventOrigin,
): Promise<TrustRecord | null> {
  if (source.startsWith('git:') && !COMMIT.test(version))
    throw new Failure('BadRequest', `${version} is no whole commit id. "git rev-parse HEAD" prints one.`);
  if (!source.startsWith('git:') && !DIGEST.test(version))
    throw new Failure('BadRequest', `${version} is no version of ${source}, which is sha256: and 64 hex digits.`);
  return await store.transaction(async (records) => {
    const before = await records.trust.get(source);
    await records.trust.anchor(source, version, act.at, act.actor);
    const detail = { source, commit: version, before: before?.head ?? null };
    await record(records, { action: 'trust.init', device: null, detail }, act);
    return await records.trust.get(source);
  });
}

/** A key that was revoked. */
export interface RevokedKey {
  /** False: it was revoked already. */
  readonly fresh: boolean;
  /** Its id, and those of the keys in it. */
  readonly ids: readonly string[];
}

/**
 * Revokes a key at once, for good and whatever any roster says: in every form in which it is known here, by what it
 * signed or by the roster that counts now. `key` is anything that `keyIdOf` understands.
 * @throws {Failure} `KeyUnreadable`
 */
export async function revokeKey(
  store: Store,
  key: string,
  reason: string,
  act: EventOrigin,
  roster: Roster | null = null,
): Promise<RevokedKey> {
  const id = keyIdOf(key);
  return await store.transaction(async (records) => {
    const materials = keyRingOf(roster, new Set()).keys.materialsOf(id);
    const ids = [...new Set([id, ...materials, ...(await records.statements.materialsOf([id]))])];
    const revoked: string[] = [];
    for (const each of ids)
      if (await records.revocations.revoke({ key: each, reason, at: act.at, by: act.actor })) revoked.push(each);
    if (revoked.length > 0) {
      const detail = { key: id, keys: revoked, reason };
      await record(records, { action: 'signers.revoke', device: null, detail }, act);
    }
    return { fresh: revoked.includes(id), ids };
  });
}

/**
 * The name of a Git source, as a controller that is started with it stores it; null: it is a plain folder, without
 * trust. @throws {Failure} `ConfigInvalid`
 */
export function gitSourceName(source: string, branch: string, path: string): string | null {
  const location = gitLocationOf(source, branch, path);
  return location === null ? null : nameOf(location);
}
