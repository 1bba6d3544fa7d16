import { afterEach, expect, test } from 'vitest';
import { COSTLY } from '#test/candidates.ts';
import { APPROVED, startGitRig, type GitRig } from '#test/git-rig.ts';
import { type Instead, startGitServer, type GitServer } from '#test/git-server.ts';
import { configYaml, deviceYaml, outcomeOf, seed, until } from '#test/rig.ts';
import { sampleOf } from '#test/sample.ts';
import type { RolloutRecord } from '../../controller/records/rollouts.ts';

let rig: GitRig | null = null;
let server: GitServer | null = null;

afterEach(async () => {
  await rig?.close();
  await server?.close();
  rig = null;
  server = null;
});

const NAMES = Array.from({ length: 9 }, (_, index) => `r${index + 1}`);
const CONFIGS = (servers: string): Record<string, string> =>
  Object.fromEntries(NAMES.map((name) => [`configs/${name}.yaml`, configYaml(name, `dns: {servers: [${servers}]}`)]));

/** Nine lab devices that follow a served branch and hold 9.9.9.9. */
async function start(): Promise<{ readonly started: GitRig; readonly served: GitServer }> {
  const started = await startGitRig(
    (fleet) => ({
      ...Object.fromEntries(NAMES.map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)])),
      ...CONFIGS('9.9.9.9'),
      // Time enough on a machine that has others to serve.
      'policies.yaml': APPROVED.replace('confirmWithinSeconds: 240', 'confirmWithinSeconds: 1800'),
    }),
    NAMES.map((name) => seed(name)),
    async (folder) => {
      server = await startGitServer(folder);
      const location = { kind: 'https', url: `${server.url}/fleet.git`, branch: 'main', path: '.' } as const;
      return { git: { location, pollSeconds: 30, token: null } };
    },
  );
  rig = started;
  for (const name of NAMES) await outcomeOf(started, name, 'InSync', 120);
  if (server === null) throw new Error('no server');
  return { started, served: server };
}

/** The rollout of a revision. */
async function rolloutOf(
  started: GitRig,
  revision: string,
  holds: (rollout: RolloutRecord) => boolean,
): Promise<RolloutRecord> {
  const { store, fleet } = started.controller.api;
  const found = await until(
    async () => (await store.rollouts.list(fleet.source, 20)).find((rollout) => rollout.revision === revision),
    (rollout) => rollout !== undefined && holds(rollout),
    300,
  );
  if (found === undefined) throw new Error('no rollout');
  return found;
}

/** One device at least is through, and not all are. */
async function underWay(started: GitRig, revision: string): Promise<void> {
  const { members } = await rolloutOf(started, revision, (rollout) => rollout.members.some(isConfirmed));
  expect(members.every(isConfirmed)).toBe(false);
}

function isConfirmed({ state }: RolloutRecord['members'][number]): boolean {
  return state === 'confirmed';
}

/** All nine ended as they would have without anybody's harm. */
async function endsWell(started: GitRig, revision: string): Promise<void> {
  const { members } = await rolloutOf(started, revision, ({ state }) => state === 'done');
  expect(members.map(({ device, state }) => `${device} ${state}`).toSorted()).toEqual(
    NAMES.map((name) => `${name} confirmed`),
  );
  expect(NAMES.map((name) => started.fleet.router(name).rows('/ip/dns')[0]?.['servers'])).toEqual(
    NAMES.map(() => '9.9.9.10'),
  );
}

const NOISE = Buffer.alloc(64 * 1024, 'PACK\u0000\u0001');

/** Each answer of a server that means harm. */
const HARMS: readonly Instead[] = [
  (request) => {
    request.socket.destroy();
    return true;
  },
  (_, response) => {
    response.writeHead(500).end('\u001b]0;owned\u0007');
    return true;
  },
  (_, response) => {
    response.writeHead(200).end('<!doctype html><title>Log in</title>');
    return true;
  },
  (_, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:9/other.git' }).end();
    return true;
  },
  // Without an end, until the one who asked has had enough.
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
    const more = (): void => {
      while (!response.destroyed && response.write(NOISE));
    };
    response.on('drain', more);
    more();
    return true;
  },
];

test('a Git server that means harm changes nothing of a rollout under way', { timeout: 900_000 }, async () => {
  const { started, served } = await start();
  const honest = await started.change(CONFIGS('9.9.9.10'));
  await underWay(started, honest);
  let asked = 0;
  served.instead = (request, response) => {
    asked += 1;
    return HARMS[asked % HARMS.length]?.(request, response) ?? false;
  };
  await endsWell(started, honest);
  await until(
    () => asked,
    (times) => times > HARMS.length,
    120,
  );
  const { fleet } = started.controller.api;
  expect(fleet.fault).not.toBeNull();
  expect(fleet.sourceStatus()?.trust?.head).toBe(honest);
  served.instead = null;
  await until(
    () => fleet.fault,
    (fault) => fault === null,
    120,
  );
});

test('nor do candidates that cost much, are nobody’s, or lead back', { timeout: 900_000 }, async () => {
  const { started } = await start();
  const before = await started.git.head();
  const honest = await started.change(CONFIGS('9.9.9.10'));
  await underWay(started, honest);
  const { git, keys } = started;
  const files = started.files();
  const fault = async (code: string): Promise<void> => {
    await until(
      () => started.controller.api.fleet.fault?.code,
      (found) => found === code,
      120,
    );
    await git.setHead(honest);
  };
  await git.push({ key: keys.eve, message: 'Nobody\n', files: { ...files, 'x.yaml': 'a\n' } });
  await fault('RangeRefused');
  for (const name of sampleOf('costly under way', ['64,000 unknown keys', '16 MB of tiny documents'], 1)) {
    await git.push({ key: keys.carol, message: `${name}\n`, files: { ...files, ...COSTLY[name]?.files() } });
    await fault('SourceFaulty');
  }
  await git.setHead(before);
  await fault('NotDescendant');
  await endsWell(started, honest);
  const { fleet } = started.controller.api;
  await until(
    () => fleet.fault,
    (found) => found === null,
    120,
  );
  expect(fleet.sourceStatus()?.trust?.head).toBe(honest);
});
