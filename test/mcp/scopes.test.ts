import { mkdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, TOOLS } from '#mcp';
import { doorsOf, People } from '#test/api-rig.ts';
import { modernClient, oldClient } from '#test/mcp-clients.ts';
import { until } from '#test/rig.ts';
import { runs } from '#test/sample.ts';
import { mayBy, NAMES, neutral, NOBODY, rightsArbitrary, shown } from '#test/scoped-rights.ts';
import { type ScopedWorld, startScopedWorld, type Target } from '#test/scoped-world.ts';
import { inputsAbout } from '#test/tool-cases.ts';
import { socketDoor } from '../../cli/mcp/socket-door.ts';
import { type Permission, PERMISSIONS, ROLES } from '../../controller/access/permissions.ts';
import { principalOf } from '../../controller/access/principal.ts';
import type { Rights } from '../../controller/access/rights.ts';
import type { Doors } from '../../controller/doors/open-doors.ts';
import { PROMPTS } from '../../mcp/prompts/prompt.ts';
import type { Known } from '../../mcp/resources/resource.ts';
import { RESOURCES } from '../../mcp/resources/table.ts';
import { uriOf } from '../../mcp/resources/uri.ts';

let world: ScopedWorld;
let doors: Doors;
let door: Door;
/** Of whoever comes next. */
let coming: Rights = [];

beforeAll(async () => {
  world = await startScopedWorld();
  const { rig, api } = world;
  await mkdir(`${rig.config.stateFolder}/doors`, { recursive: true });
  const access = Object.assign(new People(), {
    authenticate: async () =>
      await Promise.resolve({
        principal: principalOf(
          'token:test',
          coming,
          (name) => api.fleet.inventory?.devices.get(name)?.document ?? null,
        ),
        rights: coming,
        requestsPerMinute: 1_000_000,
        expiresAt: null,
      }),
  });
  doors = await doorsOf({ ...rig, controller: { ...rig.controller, api } }, access, {
    apiLimits: { quotas: false, shedding: false },
  });
  door = socketDoor(`${rig.config.stateFolder}/doors/mcp.sock`, { authorization: 'Bearer test' });
});
afterAll(async () => {
  await doors.close();
  await world.rig.close();
});

/** One client of an era, and every byte that reached it since it was last asked. */
interface Wire {
  request(method: string, params: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

const ERAS = ['2026-07-28', '2025-11-25'] as const;
type Era = (typeof ERAS)[number];

async function connected(era: Era, hear: (message: string) => void = () => {}): Promise<Wire> {
  const heard: string[] = [];
  const served = { version: '0', tools: TOOLS, door, now: () => Date.now() };
  const client = await (era === '2026-07-28' ? modernClient : oldClient)(served, (message) => {
    heard.push(message);
    hear(message);
  });
  return {
    async request(method, params) {
      heard.length = 0;
      const asking = client.request as (asked: object, schema?: object) => Promise<unknown>;
      await asking.call(client, { method, params }, ANYTHING).catch(() => null);
      return told(heard.join('\n'));
    },
    close: async () => await client.close(),
  };
}

/** Without what no two answers have in common. */
function told(text: string): string {
  return text
    .replaceAll(/(\\*")correlation_?[iI]d\1:\1[^"\\]*\1/g, '')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/"id":(\d+|"[^"]*")/g, '"id":0');
}

/** Without the id of the proposal that it tells of, which is made of all that was asked. */
function ofAnyProposal(text: string): string {
  const [, id] = /"proposal":"([\da-f]{32})"/.exec(text) ?? [];
  return id === undefined ? text : text.replaceAll(id, 'PROPOSAL');
}

/** Clients take what they are answered as it is. */
const ANYTHING = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
  safeParse: (data: unknown) => ({ success: true, data }),
  parse: (data: unknown) => data,
};

/** Something that is asked: about a device where it can be. */
interface Question {
  readonly name: string;
  readonly asks: (target: Target) => readonly (readonly [method: string, params: Readonly<Record<string, unknown>>])[];
}

/** What fills a variable of a resource or an argument of a prompt. */
const KNOWN: { readonly [Each in Known]: (target: Target) => string } = {
  device: ({ device }) => device,
  environment: () => 'lab',
  plan: ({ plan }) => plan,
  rollout: ({ rollout }) => rollout,
  user: ({ device }) => `actor-${device}`,
  tool: ({ device }) => device,
  count: () => '5',
  time: () => '1h',
  diagnostic: ({ diagnostic }) => diagnostic,
  section: () => 'dns',
  addressList: ({ device }) => device,
  dnsServers: () => '192.0.2.53',
  ntpServers: () => '192.0.2.123',
};

function uriAbout(resource: (typeof RESOURCES)[number], target: Target): string {
  const values = Object.entries(resource.variables).map(([name, known]) => [name, KNOWN[known](target)] as const);
  return uriOf(resource, Object.fromEntries(values));
}

function completions(ref: object, name: string, known: Known | null): Question['asks'] {
  return (target) =>
    ['', ...(known === null ? [] : [KNOWN[known](target), KNOWN[known](target).slice(0, 3)])].map((value) => [
      'completion/complete',
      { ref, argument: { name, value }, context: { arguments: { device: target.device, environment: 'lab' } } },
    ]);
}

const QUESTIONS: readonly Question[] = [
  ...['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'].map((method): Question => ({
    name: method,
    asks: () => [[method, {}]],
  })),
  ...TOOLS.map((tool): Question => ({
    name: tool.name,
    asks: (target) =>
      inputsAbout(tool, target).map((given) => ['tools/call', { name: tool.name, arguments: given }] as const),
  })),
  ...RESOURCES.map((resource): Question => ({
    name: resource.template,
    asks: (target) => [['resources/read', { uri: uriAbout(resource, target) }]],
  })),
  ...RESOURCES.flatMap(({ template, variables }) =>
    Object.entries(variables).map(([name, known]): Question => ({
      name: `completion of ${name} in ${template}`,
      asks: completions({ type: 'ref/resource', uri: template }, name, known),
    })),
  ),
  ...PROMPTS.flatMap((prompt) => [
    {
      name: `prompt ${prompt.name}`,
      asks: (target: Target) => [
        ['prompts/get', { name: prompt.name, arguments: argumentsAbout(prompt, target) }] as const,
      ],
    },
    ...prompt.arguments.map((each): Question => ({
      name: `completion of ${each.name} in ${prompt.name}`,
      asks: completions(
        { type: 'ref/prompt', name: prompt.name },
        each.name,
        'complete' in each ? each.complete : null,
      ),
    })),
  ]),
];

function argumentsAbout(prompt: (typeof PROMPTS)[number], target: Target): Readonly<Record<string, string>> {
  return Object.fromEntries(
    prompt.arguments.map((each) => [
      each.name,
      'values' in each ? (each.values[0] ?? '') : KNOWN[each.complete](target),
    ]),
  );
}

/** @returns what is told of a device, or of others when asked about it, that must not be. */
async function faultsOf(
  rights: Rights,
  era: Era,
  { name, asks }: Question,
  device: string,
): Promise<readonly string[]> {
  const sees = (each: string): boolean => mayBy(rights, 'fleet.read', each);
  const hidden = NAMES.filter((each) => !sees(each));
  const all = rights.some(({ permissions, devices }) => permissions.has('fleet.read') && 'all' in devices);
  const canaries = [...hidden.flatMap((each) => world.canariesOf(each)), ...(all ? [] : world.ofAll)];
  const target = world.targets.get(device) ?? NOBODY;
  const never = asks(NOBODY);
  const faults: string[] = [];
  coming = rights;
  const wire = await connected(era);
  try {
    for (const [index, [method, params]] of asks(target).entries()) {
      const asking = JSON.stringify(params);
      const text = neutral(await wire.request(method, params), target);
      const where = `${era} ${name} ${asking} for ${JSON.stringify(rights, shown)}: ${text}`;
      for (const canary of canaries)
        if (canary.test(text) && !canary.test(asking)) faults.push(`${String(canary)} in ${where}`);
      const [, neverAsked = {}] = never[index] ?? [];
      if (sees(device) || asking === JSON.stringify(neverAsked)) continue;
      const toldNone = neutral(await wire.request(method, neverAsked), NOBODY);
      // Some questions name one device besides, whatever they are about.
      const isNamed = JSON.stringify(neverAsked).includes(device);
      const none = isNamed ? toldNone.replaceAll(device, NOBODY.device) : toldNone;
      if (ofAnyProposal(text) !== ofAnyProposal(none)) faults.push(`${where} where none is told ${none}`);
    }
  } finally {
    await wire.close();
  }
  return faults;
}

const everything: Rights = [{ permissions: new Set(PERMISSIONS), devices: { all: true } }];

describe('whoever comes with a client of either era', () => {
  it('is told of no device that they do not see, and of one that is hidden as of none', async () => {
    await fc.assert(
      fc.asyncProperty(
        rightsArbitrary,
        fc.constantFrom(...ERAS),
        fc.constantFrom(...QUESTIONS),
        fc.constantFrom(...NAMES),
        async (rights, era, question, device) => {
          expect((await faultsOf(rights, era, question, device)).slice(0, 3)).toEqual([]);
        },
      ),
      runs(360),
    );
  }, 400_000);

  it('follows nothing of a device that they do not see', async () => {
    await fc.assert(
      fc.asyncProperty(rightsArbitrary, fc.constantFrom(...ERAS), async (some, era) => {
        coming = [...some, { permissions: new Set(ROLES.read_only), devices: { names: ['kiwano'] } }];
        const hidden = NAMES.filter((device) => !mayBy(coming, 'fleet.read', device));
        const canaries = hidden.flatMap((device) => world.canariesOf(device));
        const heard = await followed(era);
        expect(heard.filter((message) => canaries.some((canary) => canary.test(message)))).toEqual([]);
        expect(heard.some((message) => message.includes('kiwano'))).toBe(true);
      }),
      runs(16),
    );
  }, 300_000);

  it('is told of what they see', async () => {
    coming = everything;
    for (const era of ERAS) {
      const wire = await connected(era);
      expect(await wire.request('tools/call', { name: 'fleet_summary', arguments: {} })).toContain('structuredContent');
      expect(await wire.request('resources/list', {})).toContain('kiwano');
      await wire.close();
    }
  });

  it('may call the tools that are listed, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(ROLES)),
        fc.constantFrom(...NAMES),
        fc.constantFrom(...ERAS),
        async (role, device, era) => {
          coming = [{ permissions: new Set<Permission>(role), devices: { names: [device] } }];
          const wire = await connected(era);
          const listed = await wire.request('tools/list', {});
          const target = world.targets.get(device) ?? NOBODY;
          for (const tool of TOOLS) {
            const [given = {}] = inputsAbout(tool, target);
            const answer = await wire.request('tools/call', { name: tool.name, arguments: given });
            const isListed = listed.includes(`"name":"${tool.name}"`);
            expect([tool.name, isListed, refusesCaller(answer)]).toEqual([tool.name, isListed, !isListed]);
          }
          await wire.close();
        },
      ),
      runs(12),
    );
  }, 300_000);
});

/** What comes of asking for every resource that changes, of every device, once something has happened to all of them. */
async function followed(era: Era): Promise<readonly string[]> {
  const heard: string[] = [];
  const wire = await connected(era, (message) => heard.push(message));
  const changing = RESOURCES.filter(({ changes }) => changes !== undefined);
  const targets = [...world.targets.values(), NOBODY];
  const uris = [...new Set(changing.flatMap((resource) => targets.map((target) => uriAbout(resource, target))))];
  if (era === '2026-07-28')
    void wire.request('subscriptions/listen', { notifications: { resourceSubscriptions: uris } });
  else for (const uri of uris) await wire.request('resources/subscribe', { uri });
  await until(
    () => {
      world.happen();
      return [/resources\/updated.*fleet:/, /resources\/updated.*kiwano/].every((told) =>
        heard.some((each) => told.test(each)),
      );
    },
    (told) => told,
  );
  // What happened to others at the same time would have come as well.
  await pause(300);
  await wire.close();
  // Whoever asks for something is told again what they asked for.
  return heard.filter((message) => message.includes('"method":"notifications/'));
}

function refusesCaller(answer: string): boolean {
  return /There is no tool|\\"code\\":\\"NotAllowed/.test(answer);
}
