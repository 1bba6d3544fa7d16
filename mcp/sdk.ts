import type { McpServer, Server } from '@modelcontextprotocol/server';

/** All that is used of the MCP SDK, so that another release of it is a change of this file alone. */
export {
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  Server,
  SUBSCRIPTION_ID_META_KEY,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
export type {
  CallToolResult,
  CompleteRequestParams,
  CompleteResult,
  GetPromptResult,
  JSONRPCMessage,
  ListResourcesResult,
  ListResourceTemplatesResult,
  McpRequestContext,
  McpServerFactory,
  ReadResourceResult,
  ServerContext,
  ServerNotifier,
  Tool as ListedTool,
  Transport,
} from '@modelcontextprotocol/server';
export { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
export { hostHeaderValidation, originValidation, toNodeHandler } from '@modelcontextprotocol/node';

/** A server that one transport can be connected to, of either interface of the SDK. */
export type McpServing = McpServer | Server;
