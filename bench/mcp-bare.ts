import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { type CallToolResult, createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { answerEach } from './child.ts';

/* The smallest server that the SDK makes, with one tool that always has the same result. */
answerEach(async (question) => {
  const { name, result } = question as { readonly name: string; readonly result: string };
  const held = JSON.parse(result) as CallToolResult;
  const inputSchema = fromJsonSchema<Record<string, unknown>>({ type: 'object' });
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bare', version: '1' });
    server.registerTool(name, { inputSchema }, () => held);
    return server;
  });
  const serve = toNodeHandler(handler);
  const server = createServer((request, response) => void serve(request as never, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
