import type { DoorFailure } from '#mcp';
import { osErrorText } from '../text/os-error-text.ts';

/** What is said of a service that does not answer, or not as a controller does. */
export function away(place: string, error: unknown): DoorFailure {
  const refused = osErrorText(error);
  const why = refused?.words ?? (error instanceof Error ? error.message : String(error));
  return {
    code: 'unavailable',
    message: `The controller at ${place} does not answer: ${why}.`,
    hint: 'Try again in a moment; if it stays away, ask the operator, who finds out with: rosctl mcp --check.',
    retryable: true,
    retryAfterSeconds: 5,
    correlationId: null,
    field: null,
    status: 503,
  };
}
