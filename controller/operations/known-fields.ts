import { Failure } from '#failure';
import { nearestName } from '#schemas';
import type { Operation } from './operation.ts';
import { fieldsOf, hasQuery } from './wire.ts';

/**
 * Refuses a field that the operation does not have: a filter that is misspelt would answer with everything. @throws
 * {Failure} `BadRequest`
 */
export function mustKnowFields({ method, input }: Operation, query: URLSearchParams, body: unknown): void {
  const known = Object.keys(input.properties);
  const unknown = [...query.keys(), ...(hasQuery(method) ? [] : Object.keys(fieldsOf(body)))].find(
    (field) => !known.includes(field),
  );
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, known);
  const told = nearest === undefined ? `Known are ${known.join(', ') || 'none'}.` : `Did you mean ${nearest}?`;
  throw new Failure('BadRequest', `There is no field ${JSON.stringify(unknown)} here. ${told}`, { field: unknown });
}
