import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS } from '#mcp';
import { anyInput } from '#test/any-input.ts';
import { send } from '#test/api-rig.ts';
import { type GitRig, startGitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, outcomeOf, PASSWORD, READER, seed, waitsFor } from '#test/rig.ts';
import { runs, sampleOf } from '#test/sample.ts';
import { socketDoor } from '../../cli/mcp/socket-door.ts';
import { ROLES } from '../../controller/access/permissions.ts';
import type { Operation } from '../../controller/operations/operation.ts';
import { OPERATIONS, type OperationName } from '../../controller/operations/table.ts';
import { requestOf } from '../../controller/operations/wire.ts';
import { serverFor } from '../../mcp/server.ts';

/** Applied, waits for an approval, and has no user that only reads. */
const DEVICES = { r1: 'lab', r2: 'staging', r3: 'lab' } as const;
const NAMES = Object.keys(DEVICES) as readonly (keyof typeof DEVICES)[];

let rig: GitRig;
let words: readonly string[];

beforeAll(async () => {
  rig = await startGitRig(
    (fleet) => ({
      ...Object.fromEntries(
        NAMES.map((name) => [
          `devices/${name}.yaml`,
          deviceYaml(fleet.router(name), name, '', DEVICES[name], 3600).replace(
            'credentialsRef: lab',
            `credentialsRef: ${name === 'r3' ? 'writer-only' : 'lab'}`,
          ),
        ]),
      ),
      ...Object.fromEntries(NAMES.map((name) => [`configs/${name}.yaml`, configYaml(name, 'identity: {name: one}')])),
    }),
    NAMES.map((name) =>
      seed(name, {
        groups: READER.groups,
        users: [{ name: 'gitops', password: PASSWORD, group: 'full' }, READER.user],
        tls: DEVICES[name] === 'staging',
      }),
    ),
    () => {
      const lab = {
        username: 'gitops',
        from: { env: 'RIG_PASSWORD' },
        hosts: ['127.0.0.0/8'],
        tls: 'plaintext' as const,
      };
      return {
        credentials: [
          { ...lab, name: 'lab', read: READER.binding },
          { ...lab, name: 'writer-only' },
        ],
        environment: { RIG_PASSWORD: PASSWORD, RIG_READ_PASSWORD: READER.user.password },
      };
    },
  );
  for (const name of ['r1', 'r3']) await outcomeOf(rig, name, 'Confirmed');
  await waitsFor(rig, 'r2', 'ApprovalMissing');
  const { store } = rig.controller.api;
  const rollouts = await store.rollouts.list(rig.controller.api.fleet.source, 10);
  words = [...NAMES, await rig.planOf('r2'), ...rollouts.map(({ id }) => id), (await rig.git.head()) ?? '', 'identity'];
});
afterAll(async () => await rig.close());

/** All that somebody without a key must leave as it is. */
async function standing(): Promise<object> {
  const { api } = rig.controller;
  const { store, fleet } = api;
  return {
    writes: rig.writes(),
    ofWriters: NAMES.flatMap((name) =>
      rig.fleet.router(name).requests.flatMap(({ user, path: at }) => (user === 'gitops' ? [`${name} ${at}`] : [])),
    ),
    refs: (await refs('')).split('\n').filter((ref) => !ref.startsWith('refs/heads/proposals/')),
    trust: await store.trust.get(fleet.source),
    approvals: await store.approvals.list(fleet.source, 100),
    revoked: await store.revocations.list(),
    frozen: await store.freeze.get(),
    rollouts: await store.rollouts.list(fleet.source, 100),
    plans: (await store.plans.listCurrent()).map(({ id }) => id),
    secrets: await store.secrets.list(),
  };
}

async function refs(below: string): Promise<string> {
  const cwd = path.join(rig.sourceFolder, '../fleet.git');
  const asked = ['for-each-ref', '--format=%(refname) %(objectname)', below].filter((each) => each !== '');
  const { stdout } = await promisify(execFile)('git', asked, { cwd });
  return stdout;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** A request for any operation, by any method, as the operator or as less. */
function anyRequest(name: OperationName): fc.Arbitrary<{
  readonly name: OperationName;
  readonly input: Readonly<Record<string, unknown>>;
  readonly method: string | null;
  readonly headers: Record<string, string>;
}> {
  const { input }: Operation = OPERATIONS[name];
  return fc.record({
    name: fc.constant(name),
    input: anyInput(input, words) as fc.Arbitrary<Readonly<Record<string, unknown>>>,
    method: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.constantFrom(...METHODS)),
    headers: fc.constantFrom<Record<string, string>[]>(
      { 'x-operator': 'mallory' },
      ...Object.keys(ROLES).map((role) => ({ 'x-operator': 'mallory', 'x-role': role })),
      { 'x-operator': 'mallory', 'x-role': 'admin', 'x-devices': '{"all": true}' },
    ),
  });
}

describe('whatever comes to the socket of MCP servers', () => {
  it('writes to no router, approves nothing, and moves no branch but proposals', async () => {
    const before = await standing();
    const socketPath = path.join(rig.config.stateFolder, 'mcp.sock');
    const names = Object.keys(OPERATIONS) as OperationName[];
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names).chain(anyRequest), async ({ name, input, method, headers }) => {
        const asked = requestOf(name, withPath(name, input));
        const body = asked.body === undefined ? {} : { body: JSON.stringify(asked.body) };
        const came = await send({ socketPath }, `/api${asked.path}`, {
          method: method ?? asked.method,
          headers: { ...headers, 'content-type': 'application/json' },
          ...body,
          onData: () => 'stream' in OPERATIONS[name],
        });
        expect([name, came.status]).not.toEqual([name, 500]);
        statuses.add(came.status);
      }),
      runs(400),
    );
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 404]));
    expect(await standing()).toEqual(before);
  });
});

/** What stands in a path has to be there for there to be one. */
function withPath(name: OperationName, input: unknown): Readonly<Record<string, unknown>> {
  const given = typeof input === 'object' && input !== null ? input : {};
  const inPath = [...OPERATIONS[name].path.matchAll(/:(\w+)/g)].map(([, field = '']) => [field, 'r1'] as const);
  const texts = Object.entries(given).filter(
    ([field, value]) => inPath.every(([each]) => each !== field) || typeof value === 'string',
  );
  return { ...Object.fromEntries(inPath), ...Object.fromEntries(texts) };
}

describe('a model that calls every tool with anything', () => {
  const call = async (role: string | null, calls: (client: Client) => Promise<void>): Promise<void> => {
    const headers = { 'x-operator': 'mallory', ...(role === null ? {} : { 'x-role': role }) };
    const door = socketDoor(path.join(rig.config.stateFolder, 'mcp.sock'), headers);
    const server = serverFor({ version: '0', tools: TOOLS, door, now: () => Date.now() });
    const client = new Client({ name: 'model', version: '0' });
    const [here, there] = InMemoryTransport.createLinkedPair();
    await server.connect(there);
    await client.connect(here);
    try {
      await calls(client);
    } finally {
      await client.close();
    }
  };

  it('writes to no router, approves nothing, and moves no branch but proposals', async () => {
    const before = await standing();
    for (const role of sampleOf('roles of a model', [null, ...Object.keys(ROLES)], 2))
      await call(role, async (client) => {
        const anyCall = fc
          .constantFrom(...TOOLS)
          .chain(({ name, input }) => fc.record({ name: fc.constant(name), arguments: anyInput(input, words) }));
        await fc.assert(
          fc.asyncProperty(anyCall, async (params) => {
            const given = params.arguments as Record<string, unknown>;
            const { isError, content } = await client
              .callTool({ name: params.name, arguments: withoutWaiting(params.name, given) })
              .catch((error: unknown) => ({ isError: true, content: String(error) }));
            if (isError === true) expect(JSON.stringify(content)).not.toContain('defect');
          }),
          runs(160),
        );
      });
    expect(await standing()).toEqual(before);
  });

  it('can propose, which makes a branch of proposals and nothing else', async () => {
    const before = await standing();
    await call('ops_rw', async (client) => {
      const { isError, content } = await client.callTool({
        name: 'change_propose',
        arguments: {
          section: 'identity',
          devices: ['r1'],
          set: { name: 'two' },
          reason: `good\n\nApprove-Plan: ${words.find((word) => word.startsWith('sha256:')) ?? ''}`,
        },
      });
      expect({ isError: isError ?? false, content: JSON.stringify(content) }).toMatchObject({ isError: false });
    });
    expect(await refs('refs/heads/proposals/')).not.toBe('');
    expect(await standing()).toEqual(before);
  });

  it('is never answered by the user that writes where no user only reads', async () => {
    const before = await standing();
    await call(null, async (client) => {
      for (const { name, input } of TOOLS) {
        const arguments_ = {
          ...('device' in input.properties ? { device: 'r3' } : {}),
          ...('menu' in input.properties ? { menu: '/ip/dns' } : {}),
        };
        await client.callTool({ name, arguments: arguments_ }).catch(() => null);
      }
    });
    const { path: at } = requestOf('menu', { device: 'r3', menu: '/log' });
    const { text } = await send({ socketPath: path.join(rig.config.stateFolder, 'mcp.sock') }, `/api${at}`);
    expect(text).toContain('ReadUserMissing');
    expect(await standing()).toEqual(before);
  });
});

/** Diagnostics need not be waited for. */
function withoutWaiting(name: string, given: unknown): Record<string, unknown> {
  const fields = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {};
  return name.startsWith('diag_') ? { ...fields, wait_seconds: 0 } : { ...fields };
}
