import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Failure } from '#failure';
import type { Authenticated } from '../access/authenticated.ts';
import type { ApiDoorWorld } from './api-world.ts';

/** Holds callers to what they may ask in a minute. @throws {Failure} `TooManyRequests` */
export interface Quotas {
  /** Before anybody is known: an address from which too many were refused is not heard for the rest of the minute. */
  byAddress(request: FastifyRequest): Promise<void>;
  noteRefused(request: FastifyRequest): Promise<void>;
  byPrincipal(request: FastifyRequest, who: Authenticated): Promise<void>;
}

const MINUTE_MS = 60_000;
/** Enough for the mistakes of an office behind one address, too few to try tokens. */
const REFUSALS_PER_MINUTE = 300;
/** The quotas of one door; each controller counts by itself. The plugin is registered. */
export function quotas(app: FastifyInstance, { door, limits }: Pick<ApiDoorWorld, 'door' | 'limits'>): Quotas {
  if (!limits.quotas) return { byAddress: async () => {}, noteRefused: async () => {}, byPrincipal: async () => {} };
  // All who come to a socket of this machine would be one.
  const hasAddress = door === 'http';
  const refusals = app.createRateLimit({ max: REFUSALS_PER_MINUTE, timeWindow: MINUTE_MS });
  const asked = app.createRateLimit({
    timeWindow: MINUTE_MS,
    keyGenerator: ({ who }) => who.principal.actor,
    max: ({ who }) => who.requestsPerMinute,
  });
  return {
    async byAddress(request) {
      if (!hasAddress) return;
      const found = await refusals(request, { increment: false });
      if (!found.isAllowed && found.remaining === 0)
        throw tooMany('Too many requests without a token that counts.', found.ttlInSeconds);
    },
    async noteRefused(request) {
      if (hasAddress) await refusals(request);
    },
    async byPrincipal(request, { principal, requestsPerMinute }) {
      const found = await asked(request);
      if (!found.isAllowed && found.isExceeded)
        throw tooMany(`${principal.actor} may ask ${String(requestsPerMinute)} times a minute.`, found.ttlInSeconds);
    },
  };
}

function tooMany(message: string, seconds: number): Failure {
  return new Failure('TooManyRequests', message, { retryAfterSeconds: Math.max(1, seconds) });
}
