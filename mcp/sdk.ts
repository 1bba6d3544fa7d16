/** All that is used of the MCP SDK, so that another release of it is a change of this file alone. */
export {
  createMcpHandler,
  isLegacyRequest,
  ProtocolError,
  ProtocolErrorCode,
  Server,
} from '@modelcontextprotocol/server';
export type {
  CallToolResult,
  McpRequestContext,
  McpServerFactory,
  ServerContext,
  Tool as ListedTool,
} from '@modelcontextprotocol/server';
export { serveStdio } from '@modelcontextprotocol/server/stdio';
