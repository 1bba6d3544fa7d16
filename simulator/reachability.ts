import { tableOf } from './engine/table.ts';
import { covers } from './kinds/address.ts';
import type { RouterState } from './state.ts';

/** True when the REST service is on, on its own port, and open for a client at the address (routeros-rest.md §1). */
export function admits(router: RouterState, address: string): boolean {
  const name = router.facts.tls ? 'www-ssl' : 'www';
  const service = tableOf(router, '/ip/service').rows.find((row) => row.values['name'] === name)?.values ?? {};
  const allowed = (service['address'] ?? '').split(',').filter((limit) => limit !== '');
  return (
    service['disabled'] !== 'true' &&
    service['port'] === (router.facts.tls ? '443' : '80') &&
    (allowed.length === 0 || allowed.some((limit) => covers(limit, address)))
  );
}
