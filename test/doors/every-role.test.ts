import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Came, doorsOf, People, send } from '#test/api-rig.ts';
import { READ_PASSWORD, readerSeed, WRITE_PASSWORD } from '#test/reader-rig.ts';
import { configYaml, deviceYaml, outcomeOf, POLICIES, type Rig, startRig } from '#test/rig.ts';
import { runs } from '#test/sample.ts';
import { type Role, ROLES } from '../../controller/access/permissions.ts';
import type { Doors } from '../../controller/doors/open-doors.ts';
import { operationsAt } from '../../controller/operations/at-door.ts';
import type { FieldSchema, Operation } from '../../controller/operations/operation.ts';
import { isStream } from '../../controller/operations/run.ts';
import { OPERATIONS, type OperationName } from '../../controller/operations/table.ts';
import { requestOf } from '../../controller/operations/wire.ts';

let rig: Rig;
let doors: Doors;
const people = new People();
const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];

beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(
        ['r1', 'r2'].map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name, '', 'lab', 3600)]),
      ),
      'configs/r1.yaml': configYaml('r1', 'identity: {name: one}'),
      'policies.yaml': POLICIES,
    }),
    ['r1', 'r2'].map((name) => readerSeed(name)),
    () => ({
      credentials: [
        {
          name: 'lab',
          username: 'gitops',
          from: { env: 'WRITE' },
          hosts: ['127.0.0.0/8'],
          tls: 'plaintext' as const,
          read: { username: 'gitops-read', from: { env: 'READ' } },
        },
      ],
      environment: { WRITE: WRITE_PASSWORD, READ: READ_PASSWORD },
    }),
  );
  await outcomeOf(rig, 'r1', 'Confirmed');
  await outcomeOf(rig, 'r2', 'InSync');
  await mkdir(path.join(rig.config.stateFolder, 'doors'), { recursive: true });
  doors = await doorsOf(rig, people);
});
afterAll(async () => {
  await doors.close();
  await rig.close();
});

/** What is no act of the controller's on a router: every read, and what diagnoses. */
const READS = operationsAt('http').filter((name) => {
  const { method, needs }: Operation = OPERATIONS[name];
  const isRead = method === 'GET' || needs.permission === 'device.diagnose';
  return isRead && needs.permission !== 'fleet.steer' && !isStream(name);
});

const WORDS = [
  'r1',
  'r2',
  'r9',
  '/interface',
  '/ip/route',
  '/log',
  '/system/resource',
  'name',
  '127.0.0.1',
  '../x',
  'ä',
  '',
];

function valueOf(schema: FieldSchema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'string':
      return fc.oneof(fc.constantFrom(...(schema.enum ?? WORDS), ...WORDS), fc.string({ maxLength: 20 }));
    case 'integer':
      return fc.constantFrom(schema.minimum, schema.default ?? schema.minimum, schema.maximum + 1);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(fc.constantFrom(...WORDS), { maxLength: 3 });
    case 'object':
      return fc.constantFrom({ devices: ['r1'] }, { config: 'r1' }, { selector: {} }, { newConfig: 'x' }, {});
    case undefined:
      return fc.constantFrom({ name: 'x' }, {}, [], [{ name: 'x' }]);
  }
}

const asked = fc.constantFrom(...READS).chain((name) => {
  const { properties, required }: Operation['input'] = OPERATIONS[name].input;
  const fields = Object.fromEntries(Object.entries(properties).map(([field, schema]) => [field, valueOf(schema)]));
  return fc.record({ name: fc.constant(name), input: fc.record(fields, { requiredKeys: [...required] }) });
});

async function through(door: 'http' | 'mcp', role: Role, name: OperationName, input: object): Promise<Came> {
  const { method, path: resource, body } = requestOf(name, { ...input });
  const token = people.set(`${role}-${door}`, { role, audience: door === 'http' ? 'api' : 'mcp' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const at = door === 'http' ? { url: doors.httpAt ?? '' } : { socketPath: `${rig.config.stateFolder}/doors/mcp.sock` };
  const payload = body === undefined ? {} : { body: JSON.stringify(body) };
  return await send(at, `/api${resource}`, { method, headers, ...payload });
}

/** Requests by which a reader changes nothing. */
const HARMLESS = /^POST \/(ping|tool\/(traceroute|ping|bandwidth-test)|resolve|.*monitor.*)$/;

describe('all routes, as every role, through both doors', () => {
  it('have nobody but the reader speak to a router, who changes nothing', async () => {
    const before = ['r1', 'r2'].map((name) => rig.fleet.router(name).requests.length);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ROLE_NAMES),
        fc.constantFrom('http', 'mcp'),
        asked,
        async (role, door, { name, input }) => {
          const { status, text } = await through(door, role, name, input);
          expect([name, status, text]).not.toEqual([name, 500, expect.anything()]);
          if (text.startsWith('{') && status >= 400)
            expect(Object.keys(JSON.parse(text) as object)).toEqual([
              'code',
              'message',
              'hint',
              'retryable',
              'retryAfterSeconds',
              'correlationId',
              'field',
            ]);
        },
      ),
      runs(400),
    );
    const seen = ['r1', 'r2'].flatMap((name, at) => rig.fleet.router(name).requests.slice(before[at]));
    expect(new Set(seen.map(({ user }) => user))).toEqual(new Set(['gitops-read']));
    const odd = seen.filter(
      ({ method, path: at, body }) =>
        method !== 'GET' &&
        !(at.endsWith('/print') && 'count-only' in (JSON.parse(body) as object)) &&
        !HARMLESS.test(`${method} ${at}`),
    );
    expect(odd.map(({ method, path: at }) => `${method} ${at}`)).toEqual([]);
  });
});
