import type { Operation } from '../controller/operations/operation.ts';
import { apiRoutes, type ApiRoute } from './open-api.ts';
import { typeSections, typeText } from './output-page.ts';
import type { OutputSchemas } from './output-schema.ts';

const HEAD = `# HTTP API

<!-- Generated from controller/operations/table.ts by "npm run generate". -->

Served with \`rosctl controller --http HOST:PORT\`, and on \`mcp.sock\` without what acts. The same as an OpenAPI 3.1 file:
\`GET /api/v1/openapi.json\`. How to reach it, tokens, quotas and proxies: [the guide](../guides/http-api.md).

- \`GET\` and \`DELETE\` take fields in the query, a list as the same field several times; \`POST\` and \`PUT\` take a JSON
  object.
- Moments are milliseconds since 1970.
- Devices that one may not read do not exist: an answer never says otherwise.
- A stream is \`text/event-stream\`: \`data\` is JSON, \`event: end\` says that there is no more, \`event: error\` why not. A
  client that was cut off comes again with \`Last-Event-ID\`.
- What fails answers with \`{code, message, hint, retryable, retryAfterSeconds, correlationId, field}\`; the codes with
  their status stand in [errors](errors.md).
`;

/** docs/reference/api.md: every route, and every type in its answers. */
export function apiPage({ OperationOutputs = {}, ...types }: OutputSchemas): string {
  const routes = apiRoutes().map((route) => {
    const output = OperationOutputs.properties?.[route.name] ?? {};
    return `### ${route.operation.method} ${route.path}\n\n${routeText(route, typeText(output))}`;
  });
  return [HEAD, `## Routes\n\n${routes.join('\n\n')}`, `## Types\n\n${typeSections(types)}\n`].join('\n');
}

function routeText({ operation, inPath, others, hasBody }: ApiRoute, output: string): string {
  const fields = [...inPath.map((field) => [field, operation.input.properties[field]] as const), ...others];
  const rows = fields.map(([field, schema]) => {
    const place = inPath.includes(field) ? 'path' : hasBody ? 'body' : 'query';
    const needed = operation.input.required.includes(field) ? 'yes' : '';
    return `| \`${field}\` | ${place} | ${needed} | ${(schema?.description ?? '').replaceAll('|', String.raw`\|`)} |`;
  });
  const table = rows.length === 0 ? [] : ['| Field | In | Needed | Is |', '| --- | --- | --- | --- |', ...rows];
  const answers = operation.stream === true ? 'A stream; each event is' : 'Answers with';
  return [
    `${operation.summary} ${needText(operation)}`,
    ...(table.length === 0 ? [] : [table.join('\n')]),
    `${answers} ${output}.`,
  ].join('\n\n');
}

function needText({ needs, open }: Operation): string {
  if (open === true) return 'Anybody may ask it, without a token.';
  if (needs.permission === null) return 'Whoever has a token may ask it.';
  return `Needs \`${needs.permission}\`${needs.fleet === 'all' ? ' on all devices' : ''}.`;
}
