import type { KeyObject } from 'node:crypto';
import { createClock } from '../clock.ts';
import { keepSecret, Secret } from '../credentials/index.ts';
import type { Store } from '../records/store.ts';
import { revokeKey } from '../trust/actions.ts';
import { auditChain } from './audit-chain.ts';
import { auditRows } from './audit-rows.ts';
import { checkedInput } from './check-input.ts';
import { operator } from '../access/principal.ts';
import { runOffline } from './run.ts';
import { scopedStore } from './scoped-store.ts';
import { sightOf } from '../access/sight.ts';
import { type InputOf, type OfflineName, OPERATIONS, type OutputOf } from './table.ts';

/** A store that no controller holds, and the operator who opened it. */
export interface OpenedStore {
  readonly store: Store;
  /** The key that passwords are sealed with; null: there is none. @throws {Failure} `SecretKeyInvalid` */
  readonly key: () => Promise<KeyObject | null>;
  readonly operator: string;
}

/** Has the store alone answer. @throws {Failure} when it can not be done, with the reason. */
export async function askStore<Name extends OfflineName>(
  { store, key, operator: person }: OpenedStore,
  name: Name,
  given: InputOf<Name>,
): Promise<OutputOf<Name>> {
  const clock = createClock(1);
  const asker = operator(person);
  const context = {
    clock,
    store: scopedStore(store, sightOf(asker, OPERATIONS[name].needs.permission)),
    fleet: null,
    chain: auditChain(store.audit),
    auditRows: auditRows(store),
    async refreshIfLeading() {},
    revoke: async (revoked: string, reason: string, actor: string) =>
      (await revokeKey(store, revoked, reason, { actor, at: clock.now() })).fresh,
    setSecret: async (secretName: string, secret: string, actor: string) =>
      await keepSecret(store, await key(), secretName, new Secret(secret), { actor, at: clock.now() }),
  };
  return await runOffline(context, store, asker, name, checkedInput(name, given));
}
