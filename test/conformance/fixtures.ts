import { randomBytes } from 'node:crypto';
import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  fromJsonSchema,
  inputRequired,
  type InputRequiredResult,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';

/*
 * What the conformance suites ask a server to have: tools, resources and prompts by the names that they call. They are
 * served by our own HTTP stack in place of ours.
 */

const IMAGE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const AUDIO = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';
const states = createRequestStateCodec<Readonly<Record<string, unknown>>>({ key: randomBytes(32) });

type Result = CallToolResult | InputRequiredResult;
type Run = (given: Readonly<Record<string, unknown>>, context: ServerContext) => Promise<Result> | Result;

function text(said: string): CallToolResult {
  return { content: [{ type: 'text', text: said }] };
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
}

function form(
  message: string,
  properties: Readonly<Record<string, object>>,
  required = Object.keys(properties),
): never {
  return { message, requestedSchema: { type: 'object', properties, required } } as never;
}

const NAME = form('What is your name?', { name: { type: 'string' } });
const CONFIRM = form('Please confirm', { ok: { type: 'boolean' } });

function question(said: string): never {
  return { messages: [{ role: 'user', content: { type: 'text', text: said } }], maxTokens: 50 } as never;
}

/** A server with all fixtures. @param changed told when a fixture says that a list has changed. */
export function fixtures(changed: (list: 'tools' | 'prompts') => void): McpServer {
  const server = new McpServer(
    { name: 'fixtures', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: async (state, context) => await states.verify(state, context) },
    },
  );
  const tool = (name: string, run: Run, properties: Readonly<Record<string, object>> = {}, more: object = {}): void => {
    const inputSchema = fromJsonSchema<Record<string, unknown>>({ type: 'object', properties, ...more });
    server.registerTool(
      name,
      { description: `Fixture ${name}`, inputSchema },
      async (given, context) => await run(given, context),
    );
  };
  addContent(tool);
  addNotices(tool);
  addRequests(tool);
  addInputs(tool);
  for (const list of ['tools', 'prompts'] as const)
    tool(`test_trigger_${list.slice(0, -1)}_change`, () => {
      changed(list);
      return text('told');
    });
  addResources(server);
  addPrompts(server);
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
  server.server.setRequestHandler('logging/setLevel', () => ({}));
  server.server.setRequestHandler('completion/complete', () => ({
    completion: { values: [], total: 0, hasMore: false },
  }));
  return server;
}

type AddTool = (name: string, run: Run, properties?: Readonly<Record<string, object>>, more?: object) => void;

function addContent(tool: AddTool): void {
  const image = { type: 'image', data: IMAGE, mimeType: 'image/png' } as const;
  tool('test_simple_text', () => text('This is a simple text response for testing.'));
  tool('test_image_content', () => ({ content: [image] }));
  tool('test_audio_content', () => ({ content: [{ type: 'audio', data: AUDIO, mimeType: 'audio/wav' }] }));
  tool('test_embedded_resource', () => ({
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  }));
  tool('test_multiple_content_types', () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: JSON.stringify({ test: 'data', value: 123 }),
        },
      },
    ],
  }));
  tool('test_error_handling', () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  tool('test_x_mcp_header', ({ region }) => text(`region=${String(region)}`), {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    level: { type: 'integer' },
  });
  tool(
    'json_schema_2020_12_tool',
    (given) => text(JSON.stringify(given)),
    {
      name: { type: 'string' },
      address: { $ref: '#/$defs/address' },
      contactMethod: { type: 'string', enum: ['phone', 'email'] },
      phone: { type: 'string' },
      email: { type: 'string' },
    },
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $defs: {
        address: {
          $anchor: 'addressDef',
          type: 'object',
          properties: { street: { type: 'string' }, city: { type: 'string' } },
        },
      },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      // oxlint-disable-next-line unicorn/no-thenable
      then: { required: ['phone'] },
      else: { required: ['email'] },
      additionalProperties: false,
    },
  );
}

function addNotices(tool: AddTool): void {
  tool('test_tool_with_logging', async (_, { mcpReq }) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } });
      await pause();
    }
    return text('done');
  });
  tool('test_tool_with_progress', async (_, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    if (progressToken === undefined) return text('no token');
    for (const progress of [0, 50, 100]) {
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      await pause();
    }
    return text(String(progressToken));
  });
  tool('test_logging_tool', async (_, { mcpReq }) => {
    await mcpReq.log('info', 'logged');
    return text('logged');
  });
  tool('test_streaming_elicitation', () => text('no requests of its own'));
}

function addRequests(tool: AddTool): void {
  const asked = (send: (given: Readonly<Record<string, unknown>>) => { method: string; params: object }): Run => {
    return async (given, { mcpReq }) => text(JSON.stringify(await mcpReq.send(send(given) as never)));
  };
  tool(
    'test_sampling',
    asked(({ prompt }) => ({ method: 'sampling/createMessage', params: question(String(prompt)) })),
    { prompt: { type: 'string' } },
  );
  const elicit = (params: object): Run => asked(() => ({ method: 'elicitation/create', params }));
  tool(
    'test_elicitation',
    asked(({ message }) => ({
      method: 'elicitation/create',
      params: form(String(message), { response: { type: 'string', description: "User's response" } }),
    })),
    { message: { type: 'string' } },
  );
  const defaults = {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  };
  tool('test_elicitation_sep1034_defaults', elicit(form('Please review', defaults, [])));
  const titled = ['First', 'Second', 'Third'].map((title, index) => ({ const: `value${index + 1}`, title }));
  const options = ['option1', 'option2', 'option3'];
  const enums = {
    untitledSingle: { type: 'string', enum: options },
    titledSingle: { type: 'string', oneOf: titled },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
    untitledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { type: 'string', enum: options } },
    titledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { anyOf: titled } },
  };
  tool('test_elicitation_sep1330_enums', elicit(form('Please select', enums, [])));
}

function addInputs(tool: AddTool): void {
  const elicit: typeof inputRequired.elicit = (params) => inputRequired.elicit(params);
  const createMessage: typeof inputRequired.createMessage = (params) => inputRequired.createMessage(params);
  const listRoots: typeof inputRequired.listRoots = () => inputRequired.listRoots();
  const answerTo = (context: ServerContext, name: string): unknown => context.mcpReq.inputResponses?.[name];
  tool('test_missing_capability', (_, context) =>
    answerTo(context, 'llm_answer') === undefined
      ? inputRequired({ inputRequests: { llm_answer: createMessage(question('Reply with: pong')) } })
      : text('done'),
  );
  tool('test_input_required_result_elicitation', (_, { mcpReq }) => {
    const name = acceptedContent<{ name: string }>(mcpReq.inputResponses, 'user_name')?.name;
    return name === undefined ? inputRequired({ inputRequests: { user_name: elicit(NAME) } }) : text(`Hello, ${name}!`);
  });
  tool('test_input_required_result_sampling', (_, context) => {
    const answer = answerTo(context, 'capital_question');
    return answer === undefined
      ? inputRequired({
          inputRequests: { capital_question: createMessage(question('What is the capital of France?')) },
        })
      : text(JSON.stringify(answer));
  });
  tool('test_input_required_result_list_roots', (_, context) => {
    const answer = answerTo(context, 'client_roots');
    return answer === undefined
      ? inputRequired({ inputRequests: { client_roots: listRoots() } })
      : text(JSON.stringify(answer));
  });
  tool('test_input_required_result_request_state', async (_, { mcpReq }) => {
    if (acceptedContent(mcpReq.inputResponses, 'confirm') === undefined)
      return inputRequired({ inputRequests: { confirm: elicit(CONFIRM) }, requestState: await states.mint({ at: 1 }) });
    if (mcpReq.requestState() === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'The request state is missing.');
    return text('state-ok');
  });
  tool('test_input_required_result_multiple_inputs', async (_, context) => {
    const answers = ['user_name', 'greeting', 'client_roots'].map((name) => answerTo(context, name));
    if (!answers.includes(undefined)) return text(JSON.stringify(answers));
    return inputRequired({
      inputRequests: {
        user_name: elicit(NAME),
        greeting: createMessage(question('Generate a greeting')),
        client_roots: listRoots(),
      },
      requestState: await states.mint({ at: 1 }),
    });
  });
  tool('test_input_required_result_multi_round', async (_, { mcpReq }) => {
    const round = mcpReq.requestState<{ round?: number }>()?.round ?? 0;
    if (round === 2) return text('done');
    const step = form(`Step ${String(round + 1)}`, { answer: { type: 'string' } });
    return inputRequired({
      inputRequests: { [`step${String(round + 1)}`]: elicit(step) },
      requestState: await states.mint({ round: round + 1 }),
    });
  });
  tool('test_input_required_result_tampered_state', async (_, { mcpReq }) =>
    mcpReq.requestState() !== undefined && acceptedContent(mcpReq.inputResponses, 'confirm') !== undefined
      ? text('integrity-ok')
      : inputRequired({ inputRequests: { confirm: elicit(CONFIRM) }, requestState: await states.mint({ at: 1 }) }),
  );
  tool('test_input_required_result_capabilities', (_, { mcpReq }) => {
    const envelope = mcpReq.envelope as Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
    const can = envelope?.[CLIENT_CAPABILITIES_META_KEY];
    const inputRequests = {
      ...(can?.['elicitation'] === undefined ? {} : { user_name: elicit(NAME) }),
      ...(can?.['sampling'] === undefined ? {} : { greeting: createMessage(question('Generate a greeting')) }),
      ...(can?.['roots'] === undefined ? {} : { client_roots: listRoots() }),
    };
    const isDone = mcpReq.inputResponses !== undefined || Object.keys(inputRequests).length === 0;
    return isDone ? text('done') : inputRequired({ inputRequests });
  });
}

function addResources(server: McpServer): void {
  const add = (name: string, mimeType: string, held: { text: string } | { blob: string }): void => {
    const uri = `test://${name}`;
    const about = { title: name, description: `Fixture ${name}`, mimeType };
    server.registerResource(name, uri, about, () => ({ contents: [{ uri, mimeType, ...held }] }));
  };
  add('static-text', 'text/plain', { text: 'This is the content of the static text resource.' });
  add('static-binary', 'image/png', { blob: IMAGE });
  add('watched-resource', 'text/plain', { text: 'Watched resource content' });
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { title: 'template', description: 'Fixture template', mimeType: 'application/json' },
    (uri, { id }) => {
      const held = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` });
      return { contents: [{ uri: uri.toString(), mimeType: 'application/json', text: held }] };
    },
  );
}

function addPrompts(server: McpServer): void {
  const said = (words: string): { role: 'user'; content: { type: 'text'; text: string } } => ({
    role: 'user',
    content: { type: 'text', text: words },
  });
  const strings = (...names: readonly string[]): ReturnType<typeof fromJsonSchema<Record<string, string>>> =>
    fromJsonSchema<Record<string, string>>({
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, { type: 'string', description: name }])),
      required: [...names],
    });
  server.registerPrompt('test_simple_prompt', { description: 'Fixture' }, () => ({
    messages: [said('This is a simple prompt for testing.')],
  }));
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'Fixture', argsSchema: strings('arg1', 'arg2') },
    ({ arg1, arg2 }) => ({ messages: [said(`Prompt with arguments: arg1='${arg1 ?? ''}', arg2='${arg2 ?? ''}'`)] }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'Fixture', argsSchema: strings('resourceUri') },
    ({ resourceUri = '' }) => ({
      messages: [
        {
          role: 'user',
          content: { type: 'resource', resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded.' } },
        },
        said('Please process the embedded resource above.'),
      ],
    }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'Fixture' }, () => ({
    messages: [
      { role: 'user', content: { type: 'image', data: IMAGE, mimeType: 'image/png' } },
      said('Please analyze the image above.'),
    ],
  }));
  server.registerPrompt('test_input_required_result_prompt', { description: 'Fixture' }, (context: unknown) => {
    const { mcpReq } = context as ServerContext;
    const words = acceptedContent<{ context: string }>(mcpReq.inputResponses, 'user_context')?.context;
    if (words !== undefined) return { messages: [said(`Use the following context: ${words}`)] };
    const asked = form('What context should the prompt use?', { context: { type: 'string' } });
    return inputRequired({ inputRequests: { user_context: inputRequired.elicit(asked) } });
  });
}
