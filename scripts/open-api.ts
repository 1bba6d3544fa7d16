import { operationsAt } from '../controller/operations/at-door.ts';
import type { FieldSchema, Operation } from '../controller/operations/operation.ts';
import { OPERATIONS, type OperationName } from '../controller/operations/table.ts';
import type { OutputSchemas } from './output-schema.ts';

/** One route of the API, as the table and the types have it. */
export interface ApiRoute {
  readonly name: OperationName;
  readonly operation: Operation;
  /** As OpenAPI spells it. */
  readonly path: string;
  readonly inPath: readonly string[];
  /** The other fields of the input: in the query, or in the body. */
  readonly others: readonly (readonly [string, FieldSchema])[];
  readonly hasBody: boolean;
}

/** All routes of the API over HTTP. */
export function apiRoutes(): readonly ApiRoute[] {
  return operationsAt('http').map((name) => {
    const operation: Operation = OPERATIONS[name];
    const inPath = [...operation.path.matchAll(/:(\w+)/g)].map(([, field = '']) => field);
    return {
      name,
      operation,
      path: `/api/v1/${operation.path.replaceAll(/:(\w+)\*?/g, '{$1}')}`,
      inPath,
      others: Object.entries(operation.input.properties).filter(([field]) => !inPath.includes(field)),
      hasBody: operation.method === 'POST' || operation.method === 'PUT',
    };
  });
}

const FAILURE = {
  type: 'object',
  description: 'What went wrong.',
  properties: {
    code: { type: 'string', description: 'Stable; docs/reference/errors.md lists them.' },
    message: { type: 'string' },
    hint: { type: 'string', description: 'What to do.' },
    retryable: { type: 'boolean', description: 'Whether the same request may well succeed later.' },
    retryAfterSeconds: { type: ['number', 'null'] },
    correlationId: { type: 'string', description: 'Under which the log of the controller has it.' },
    field: { type: ['string', 'null'], description: 'The field of the request that is wrong.' },
  },
  required: ['code', 'message', 'hint', 'retryable', 'retryAfterSeconds', 'correlationId', 'field'],
};

/** The OpenAPI 3.1 file: of the table alone, so that it holds nothing of a fleet. */
export function openApiFile({ OperationOutputs = {}, ...types }: OutputSchemas): string {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of apiRoutes()) {
    const output = OperationOutputs.properties?.[route.name] ?? {};
    paths[route.path] = { ...paths[route.path], [route.operation.method.toLowerCase()]: operationOf(route, output) };
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'routeros-gitops',
      version: 'v1',
      description: 'What may be asked of a controller. Moments are milliseconds since 1970.',
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { ...types, Failure: FAILURE },
    },
  };
  return `${JSON.stringify(document).replaceAll('"#/$defs/', '"#/components/schemas/')}\n`;
}

function operationOf({ name, operation, inPath, others, hasBody }: ApiRoute, output: object): object {
  const { summary, input, open, stream } = operation;
  const named = inPath.map((field) => ({ name: field, in: 'path', required: true, schema: input.properties[field] }));
  const asked = others.map(([field, schema]) => ({
    name: field,
    in: 'query',
    required: input.required.includes(field),
    schema,
  }));
  const body = {
    type: 'object',
    properties: Object.fromEntries(others),
    required: others.map(([field]) => field).filter((field) => input.required.includes(field)),
  };
  const content =
    stream === true ? { 'text/event-stream': { schema: output } } : { 'application/json': { schema: output } };
  return {
    operationId: name,
    summary,
    ...(open === true ? { security: [] } : {}),
    parameters: hasBody ? named : [...named, ...asked],
    ...(hasBody && others.length > 0
      ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } }
      : {}),
    responses: {
      200: { description: stream === true ? 'Events; each `data` is one of these.' : 'The answer.', content },
      default: {
        description: 'It was not done.',
        content: { 'application/json': { schema: { $ref: '#/$defs/Failure' } } },
      },
    },
  };
}
