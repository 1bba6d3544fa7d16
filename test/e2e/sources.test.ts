import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import { startGitServer, type GitServer } from '#test/git-server.ts';
import { configYaml, deviceYaml, outcomeOf, seed, until } from '#test/rig.ts';

let rig: GitRig;
let server: GitServer | null = null;

/** A device that holds what was approved, and a control plan that waits. */
async function start(served: 'served' | 'local'): Promise<void> {
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod', 60),
      'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.53]}'),
    }),
    [seed('p1', { tls: true })],
    async (folder) => {
      const git = { pollSeconds: 30, token: null } as const;
      if (served === 'local') {
        const location = { kind: 'local', url: path.join(folder, 'fleet.git'), branch: 'main', path: '.' } as const;
        return { git: { ...git, location } };
      }
      server = await startGitServer(folder);
      const location = { kind: 'https', url: `${server.url}/fleet.git`, branch: 'main', path: '.' } as const;
      return { git: { ...git, location } };
    },
  );
  await rig.approve('bob', await rig.planOf('p1'));
  await outcomeOf(rig, 'p1', 'InSync');
}

async function stop(): Promise<void> {
  await rig.close();
  await server?.close();
  server = null;
}

const known = async () => ({
  devices: rig.controller.api.fleet.devices(),
  revision: rig.controller.api.fleet.revision,
  record: await rig.controller.api.store.devices.get('p1'),
  router: rig.fleet.router('p1').rows('/ip/dns'),
  writes: rig.writes(),
});

/** Nothing is lost while the source is broken, people read why, and it comes back by itself. */
async function survives(code: string, says: string, breaks: () => unknown, mends: () => unknown): Promise<void> {
  const before = await known();
  await breaks();
  const fault = await until(
    () => rig.controller.api.fleet.fault,
    (found) => found?.code === code,
  );
  expect(fault?.message).toContain(says);
  const status = (await rig.status()).replaceAll(/\s+/g, ' ');
  expect(status).toContain(`${code} ${fault?.message.replaceAll(/\s+/g, ' ')}`);
  expect(status).toContain('the last good revision stays in force');
  await rig.visited();
  expect(rig.controller.api.visitOf('p1')?.outcome.kind).toBe('InSync');
  expect(await known()).toEqual(before);
  await mends();
  await until(
    () => rig.controller.api.fleet.fault,
    (found) => found === null,
  );
  expect(await known()).toEqual(before);
}

describe('a remote', () => {
  beforeAll(() => start('served'));
  afterAll(stop);
  beforeEach(() => {
    if (server !== null) Object.assign(server, { instead: null, twist: null });
  });

  const answering = (answers: GitServer['instead']) => (): void => {
    if (server !== null) server.instead = answers;
  };
  const mended = (): void => {
    if (server !== null) Object.assign(server, { instead: null, twist: null });
  };
  const saying = (status: number, body: string, headers: Record<string, string> = {}) =>
    answering((_, response) => {
      response.writeHead(status, headers).end(body);
      return true;
    });

  test('that hangs up', async () => {
    const hangsUp = answering((request) => {
      request.socket.destroy();
      return true;
    });
    await expect(survives('SourceUnreachable', '127.0.0.1', hangsUp, mended)).resolves.toBeUndefined();
  });

  test.each([
    [401, 'SourceUnauthorized'],
    [403, 'SourceUnauthorized'],
    [404, 'SourceNotFound'],
    [500, 'SourceUnreachable'],
    [302, 'SourceNotFound'],
  ])('that answers %i', async (status, code) => {
    const answers = saying(status, 'no', { location: 'http://127.0.0.1:9/other.git' });
    await expect(survives(code, String(status), answers, mended)).resolves.toBeUndefined();
  });

  test.each([
    ['a web page', '<!doctype html><title>Log in</title>'],
    ['nothing', ''],
    ['half a line', '001e# service=git-upl'],
  ])('that answers %s', async (_, body) => {
    await expect(survives('SourceGarbage', '', saying(200, body), mended)).resolves.toBeUndefined();
  });

  test.each([
    ['cut off', (answer: Buffer) => answer.subarray(0, answer.length - 40)],
    ['damaged', (answer: Buffer) => Buffer.concat([answer.subarray(0, -60), Buffer.alloc(60, 7)])],
  ])('whose objects come %s', async (_, twist) => {
    const before = await known();
    if (server !== null)
      server.twist = (answer, where) => (where.endsWith('/git-upload-pack') ? twist(answer) : answer);
    await rig.git.push({ key: rig.keys.carol, message: 'More\n', files: { ...rig.files(), 'README.md': 'x' } });
    const fault = await until(
      () => rig.controller.api.fleet.fault,
      (found) => found !== null,
    );
    expect(fault?.code).toMatch(/^(SourceGarbage|SourceUnreachable|GitObjectBad|GitObjectMissing)$/);
    expect(await known()).toEqual(before);
    mended();
    const head = await rig.git.head();
    await until(
      () => rig.controller.api.fleet.sourceStatus()?.trust?.head,
      (trusted) => trusted === head,
    );
  });

  test('whose branch is deleted', async () => {
    const head = await rig.git.head();
    const survival = survives(
      'BranchMissing',
      'main',
      () => rig.git.setHead(null),
      () => rig.git.setHead(head),
    );
    await expect(survival).resolves.toBeUndefined();
  });

  test('that is gone', async () => {
    const { folder } = rig.git;
    const away = `${folder}.away`;
    const survival = survives(
      'SourceNotFound',
      '404',
      () => rename(folder, away),
      () => rename(away, folder),
    );
    await expect(survival).resolves.toBeUndefined();
  });

  test('that is another repository', async () => {
    const head = await rig.git.head();
    const other = await rig.git.commit({ key: rig.keys.alice, message: 'Other\n', parents: [], files: rig.files() });
    const survival = survives(
      'NotDescendant',
      other,
      () => rig.git.setHead(other),
      () => rig.git.setHead(head),
    );
    await expect(survival).resolves.toBeUndefined();
  });

  test('that is gone while the controller starts: the last good revision is restored', async () => {
    const waits = { 'policies.yaml': `${rig.files()['policies.yaml'] as string}# waits\n` };
    await rig.change(waits);
    const before = await known();
    saying(500, 'down')();
    await rig.restart();
    expect(rig.controller.api.fleet.fault).toMatchObject({ code: 'SourceUnreachable' });
    expect(await known()).toEqual(before);
    await outcomeOf(rig, 'p1', 'InSync');
    mended();
    await until(
      () => rig.controller.api.fleet.fault,
      (found) => found === null,
    );
    expect(await known()).toEqual(before);
  });

  test('that is gone while the controller starts: a control plan that waits still waits', async () => {
    const policies = (rig.files()['policies.yaml'] as string).replace(
      'confirmWithinSeconds: 240',
      'confirmWithinSeconds: 300',
    );
    await rig.change({ 'policies.yaml': policies });
    const before = await known();
    const waiting = rig.controller.api.fleet.sourceStatus()?.control?.plan.id;
    expect(waiting).toBeDefined();
    saying(500, 'down')();
    await rig.restart();
    expect(await known()).toEqual(before);
    expect(rig.controller.api.fleet.sourceStatus()?.control?.plan.id).toBe(waiting);
    mended();
  });
});

describe('a repository on this machine', () => {
  beforeAll(() => start('local'));
  afterAll(stop);

  test('that was moved away', async () => {
    const { folder } = rig.git;
    const away = `${folder}.away`;
    const survival = survives(
      'SourceUnreadable',
      folder,
      () => rename(folder, away),
      () => rename(away, folder),
    );
    await expect(survival).resolves.toBeUndefined();
  });

  test('that became a shallow clone', async () => {
    const shallow = path.join(rig.git.folder, 'shallow');
    const makes = async (): Promise<void> => await writeFile(shallow, `${(await rig.git.head()) ?? ''}\n`);
    await expect(survives('ShallowHistory', 'unshallow', makes, () => rm(shallow))).resolves.toBeUndefined();
  });

  test('whose branch is deleted', async () => {
    const head = await rig.git.head();
    const survival = survives(
      'BranchMissing',
      'main',
      () => rig.git.setHead(null),
      () => rig.git.setHead(head),
    );
    await expect(survival).resolves.toBeUndefined();
  });

  test.each([
    ['missing', 'GitObjectMissing', (file: string) => rm(file)],
    ['damaged', 'GitObjectBad', (file: string) => writeFile(file, 'garbage')],
  ])('with an object that is %s', async (_, code, breaks) => {
    const policies = `${rig.files()['policies.yaml'] as string}# ${code}\n`;
    const head = await rig.git.head();
    const files = { ...rig.files(), 'policies.yaml': policies };
    const commit = await rig.git.commit({ key: rig.keys.carol, message: 'More\n', files });
    const blob = await rig.git.writeObject('blob', Buffer.from(policies));
    await breaks(path.join(rig.git.folder, 'objects', blob.slice(0, 2), blob.slice(2)));
    const survival = survives(
      code,
      blob,
      () => rig.git.setHead(commit),
      () => rig.git.setHead(head),
    );
    await expect(survival).resolves.toBeUndefined();
  });

  test('that is gone while the controller starts: the last good revision is restored', async () => {
    const head = await rig.git.head();
    const before = await known();
    await rig.git.setHead(null);
    await rig.restart();
    expect(rig.controller.api.fleet.fault).toMatchObject({ code: 'BranchMissing' });
    expect(await known()).toEqual(before);
    await rig.git.setHead(head);
    await until(
      () => rig.controller.api.fleet.fault,
      (found) => found === null,
    );
  });
});
