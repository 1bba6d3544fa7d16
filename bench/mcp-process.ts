import { type HttpServing, serveOnHttp, TOOLS } from '#mcp';
import { socketDoors } from '../cli/mcp/socket-door.ts';
import { answerEach } from './child.ts';

/** What the process of the MCP server is asked: to serve before a socket, or how much memory it holds. */
export type McpQuestion = { readonly socketPath: string } | 'resident';

let serving: HttpServing | null = null;

answerEach(
  async (asked) => {
    const question = asked as McpQuestion;
    if (question === 'resident') return process.memoryUsage().rss;
    const doorOf = socketDoors(question.socketPath);
    serving = await serveOnHttp({
      host: '127.0.0.1',
      port: 0,
      publicUrl: null,
      version: 'bench',
      tools: TOOLS,
      doorOf: (headers) => doorOf({ ...headers }),
      now: () => Date.now(),
      tell: () => {},
    });
    return serving.publicUrl;
  },
  async () => await serving?.close(),
);
