import path from 'node:path';
import { expect } from 'vitest';
import { deviceYaml, type Rig, seed, startRig, until, writeFiles } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { newcomer, type Newcomer } from './newcomer.ts';
import type { Ran } from './run.ts';

/** A repository with routers, a controller that follows it, and somebody in front of it. */
export interface Site {
  readonly rig: Rig;
  readonly who: Newcomer;
  /** The clone, which is also the source unless `remote` was asked for. */
  readonly clone: string;
  readonly state: string;
  approve(args?: readonly string[], setting?: Parameters<Newcomer['rosctl']>[1]): Promise<Ran>;
  git(...args: readonly string[]): Promise<string>;
  /** Commits files in the clone, signed, and has the controller see it. */
  commit(files: Readonly<Record<string, string>>): Promise<string>;
  /** Waits until every device was visited and none is being worked on. */
  settled(kind: string, ...devices: readonly string[]): Promise<void>;
}

/** What is to be closed when the test ends, the newest first. */
export type Closers = (() => Promise<void> | void)[];

/**
 * Somebody's new repository with two routers in prod whose devices wait in a control plan, and a controller that
 * follows it.
 */
export async function openSite(closers: Closers, remote = false): Promise<Site> {
  const who = newcomer();
  closers.push(() => who[Symbol.dispose]());
  await who.makeKey('id_ed25519');
  const clone = path.join(who.folder, 'fleet');
  let devices = {};
  const rig = await startRig(
    () => ({}),
    [seed('r1', { tls: true }), seed('r2', { tls: true })],
    async (folder, fleet) => {
      const state = path.join(folder, 'state');
      await who.rosctl(['init', 'fleet', '--state', state]);
      devices = {
        'devices/example.yaml': ['r1', 'r2']
          .map((name) => deviceYaml(fleet.router(name), name, '', 'prod'))
          .join('---\n'),
      };
      const origin = path.join(who.folder, 'origin.git');
      if (remote) {
        await who.run('git', ['clone', '-q', '--bare', clone, origin]);
        await who.git('fleet', 'remote', 'add', 'origin', origin);
        await who.git('fleet', 'fetch', '-q');
        await who.rosctl([
          'trust',
          'init',
          await who.git('fleet', 'rev-parse', 'HEAD'),
          '--source',
          origin,
          '--state',
          state,
        ]);
      }
      const url = remote ? origin : path.join(clone, '.git');
      return { git: { location: { kind: 'local', url, branch: 'main', path: '.' }, pollSeconds: 3600, token: null } };
    },
  );
  closers.push(() => rig.close());
  const state = rig.config.stateFolder;
  const git = async (...args: readonly string[]): Promise<string> => await who.git('fleet', ...args);
  const site: Site = {
    rig,
    who,
    clone,
    state,
    git,
    approve: async (args = [], setting = {}) =>
      await who.rosctl(['approve', ...args, '--state', state], { at: 'fleet', ...setting }),
    async commit(files) {
      await writeFiles(clone, files);
      await git('add', '-A');
      await git('commit', '-q', '-m', 'Change');
      if (remote) await git('push', '-q', 'origin', 'main');
      await rig.controller.api.reconcile([]);
      return await git('rev-parse', 'HEAD');
    },
    async settled(kind, ...devices) {
      for (const device of devices) {
        await until(
          () => rig.controller.api.visitOf(device),
          (visit) => visit?.outcome.kind === kind && visit.revision === rig.controller.api.fleet.revision,
        );
      }
    },
  };
  await site.commit(devices);
  return site;
}

/** As openSite, the devices approved, and a change that waits on both. */
export async function openWaiting(closers: Closers, remote = false): Promise<Site> {
  const site = await openSite(closers, remote);
  expect((await site.approve(['control', '--yes', ...(remote ? ['--push'] : [])])).code).toBe(EXIT.ok);
  await site.rig.controller.api.reconcile([]);
  await site.settled('Waiting', 'r1', 'r2');
  return site;
}

/** The newest commit of the clone. */
export async function headOf(site: Site): Promise<string> {
  return await site.git('rev-parse', 'HEAD');
}
