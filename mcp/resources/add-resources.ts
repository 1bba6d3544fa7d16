import type { Server } from '../sdk.ts';
import type { Served } from '../served.ts';
import { listResources, listTemplates } from './list-resources.ts';
import { readResource } from './read-resource.ts';

/** Lists resources for the caller and reads them. */
export function addResources(server: Server, served: Served): void {
  server.setRequestHandler('resources/list', async ({ params }, { mcpReq }) => {
    return await listResources(served, params?.cursor, mcpReq.signal);
  });
  server.setRequestHandler('resources/templates/list', async (_, { mcpReq }) => {
    return await listTemplates(served, mcpReq.signal);
  });
  server.setRequestHandler('resources/read', async ({ params }, { mcpReq }) => {
    return await readResource(served, params.uri, mcpReq.signal);
  });
}
