import { isIP } from 'node:net';
import { Failure } from '#failure';
import type { DiagnosticStep } from '../records/diagnostics.ts';
import type { Chain, Steps } from './chain.ts';

/** One request: what the router's resolver makes of the name. */
export const resolve: Steps<'resolve'> = async function* (chain, { target, server }) {
  yield await looked(chain, target, server);
};

/** The address that a target stands for; a name is resolved by the router, in a request of its own. */
export async function* addressOf(chain: Chain, target: string): AsyncGenerator<DiagnosticStep, string> {
  if (isIP(target) !== 0) return target;
  const step = await looked(chain, target, null);
  yield step;
  return step.address;
}

async function looked(
  chain: Chain,
  name: string,
  server: string | null,
): Promise<Extract<DiagnosticStep, { readonly kind: 'address' }>> {
  const address = await chain.request((session, signal) => session.resolve(name, server, signal));
  if (isIP(address) !== 0) return { kind: 'address', address };
  throw new Failure('DiagnosticFailed', `The router resolved ${name} to what is no address.`);
}
