import { createSecretKey } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { statusOf } from '../../controller/observed/outcome.ts';
import { labFleet, outcomeOf, PASSWORD, POLICIES, seed, startRig, until, waitsFor, type Rig } from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

const SECURITY = '/interface/wifi/security';
const OLD = 'Alte-Passphrase-1';
const NEW = 'Neue "Passphrase" $2';

const ROW = '{name: office, authenticationTypes: [wpa2-psk], passphrase: {secretRef: office-wifi}}';
const SPEC = `wifi: {security: [${ROW}]}`;

let rig: Rig;
afterEach(async () => await rig?.close());

const environment: Record<string, string> = {};

/** Profiles with the secret, as the newer drivers have them and as the older ones. */
const PROFILES = [
  { menu: SECURITY, field: 'passphrase', more: { 'authentication-types': 'wpa2-psk' }, spec: SPEC },
  {
    menu: '/interface/wireless/security-profiles',
    field: 'wpa2-pre-shared-key',
    more: { mode: 'dynamic-keys', 'authentication-types': 'wpa2-psk' },
    spec: `wireless: {securityProfiles: [{name: office, wpa2PreSharedKey: {secretRef: office-wifi}}]}`,
  },
] as const;

interface Start {
  readonly profile?: (typeof PROFILES)[number];
  readonly held?: string;
  readonly spec?: string;
  readonly hosts?: readonly string[];
  readonly group?: string;
  readonly hasKey?: boolean;
}

async function start({ held = OLD, hosts = ['127.0.0.0/8'], group = 'full', hasKey = true, ...given }: Start) {
  const { profile = PROFILES[0] } = given;
  const { spec = profile.spec } = given;
  Object.assign(environment, { RIG_PASSWORD: PASSWORD, WIFI: OLD });
  const row = { name: 'office', ...profile.more, ...(held === '' ? {} : { [profile.field]: held }) };
  rig = await startRig(
    (router) => ({
      ...labFleet(router, spec),
      'policies.yaml': POLICIES.replace('selector: {}', 'selector: {}\n  failureBudget: 9'),
    }),
    [
      seed('r1', {
        tls: true,
        groups: [{ name: 'blind', policy: 'read,write,api,rest-api,test' }],
        users: [{ name: 'gitops', password: PASSWORD, group }],
        packages: ['wireless'],
        menus: { [profile.menu]: [row] },
      }),
    ],
    () => ({
      environment,
      key: hasKey ? createSecretKey(Buffer.alloc(32, 7)) : null,
      secrets: [{ name: 'office-wifi', from: { env: 'WIFI' }, hosts, tls: 'verify' }],
    }),
  );
}

function passphrases({ menu, field }: (typeof PROFILES)[number] = PROFILES[0]): readonly string[] {
  const rows = rig.router.rows(menu).filter(({ name }) => name !== 'default');
  return rows.map((row) => `${row['name']}=${row[field] ?? ''}`);
}

/** Every text that the controller has kept or tells, and that lies in scripts on the router. */
async function allTexts(): Promise<string> {
  const { stateFolder } = rig.config;
  const files = await readdir(stateFolder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(path.join(file.parentPath, file.name), 'latin1')),
  );
  const { api } = rig.controller;
  const { store } = api;
  const told = [api.visitOf('r1'), await store.attempts.list('r1', 20), await store.plans.listCurrent()];
  return [...texts, JSON.stringify(told)].join('\n');
}

describe('a Wi-Fi passphrase', () => {
  it.each(PROFILES)(
    'is rotated in $menu: ill once, the old one comes back; then it stays, and neither is told anywhere',
    async (profile) => {
      const { menu, field } = profile;
      await start({ profile });
      await outcomeOf(rig, 'r1', 'InSync');
      const scripts: string[] = [];
      const copies = new Set<string>();
      rig.router.intercept((request) => {
        for (const row of [...rig.router.rows('/system/script'), ...rig.router.rows('/system/scheduler')])
          scripts.push(JSON.stringify(row));
        for (const { name = '' } of rig.router.rows(menu)) if (!['office', 'default'].includes(name)) copies.add(name);
        if (request.path === '/execute') scripts.push(JSON.stringify(request));
      });
      environment['WIFI'] = NEW;
      const ill = { menu, where: { [field]: NEW } };
      rig.router.faults.add({ kind: 'health', when: ill, effects: { cpuLoad: 100 } });
      await rig.controller.api.reconcile([]);
      await waitsFor(rig, 'r1', 'RolledBack');
      expect(passphrases(profile)).toEqual([`office=${OLD}`]);
      expect([...copies]).toEqual([expect.stringMatching(/^rg-[0-9a-f]{12}-1-keep-1$/)]);

      rig.router.faults.clear();
      const told: string[] = [];
      for (const words of [['plans'], ['plan', 'r1'], ['status'], ['drift'], ['history', 'r1']]) {
        const { stdout, stderr } = await rosctl([...words, '--state', rig.config.stateFolder]);
        told.push(stdout, stderr);
      }
      expect(await rosctl(['plans', 'retry', 'r1', '--state', rig.config.stateFolder])).toMatchObject({ code: 0 });
      await outcomeOf(rig, 'r1', 'InSync');
      expect(passphrases(profile)).toEqual([`office=${NEW}`]);
      const attempts = await rig.controller.api.store.attempts.list('r1', 20);
      expect(attempts.map(({ end }) => end)).toEqual(['confirmed', 'undone']);

      const texts = [await allTexts(), ...told, ...scripts].join('\n');
      expect(texts).toContain(`get $rgKeep ${field}`);
      for (const secret of [OLD, NEW, JSON.stringify(NEW).slice(1, -1)]) expect(texts).not.toContain(secret);
    },
  );

  it('that somebody changed on the router is drift, and is told without it', async () => {
    await start({});
    await outcomeOf(rig, 'r1', 'InSync');
    const change = { where: { name: 'office' }, args: { passphrase: 'Von Hand gesetzt' } };
    rig.router.human.change({ user: 'anna', menu: SECURITY, verb: 'set', ...change });
    await rig.controller.api.reconcile([]);
    await outcomeOf(rig, 'r1', 'Waiting');
    const drift = await rig.controller.api.store.drift.open('r1');
    const seal = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(drift?.entries).toMatchObject([
      { class: 'Changed', menu: SECURITY, desired: { passphrase: seal }, live: { passphrase: seal } },
    ]);
    expect(await allTexts()).not.toContain('Von Hand gesetzt');
  });

  it('of a row that a plan removes comes back with it, and goes when that is well', async () => {
    await start({
      spec: 'identity: {name: one}\nwifi: {security: [{name: office, passphrase: {secretRef: office-wifi}}]}',
    });
    await outcomeOf(rig, 'r1', 'InSync');
    const gone = { menu: '/system/identity', where: { name: 'two' } };
    rig.router.faults.add({ kind: 'health', when: gone, effects: { cpuLoad: 100 } });
    await rig.declare({
      'configs/r1.yaml': (await readFile(path.join(rig.sourceFolder, 'configs/r1.yaml'), 'utf8'))
        .replace('one', 'two')
        .replace(/security: .*/, 'security: []}'),
    });
    await waitsFor(rig, 'r1', 'RolledBack');
    expect(passphrases()).toEqual([`office=${OLD}`]);
    rig.router.faults.clear();
    expect(await rosctl(['plans', 'retry', 'r1', '--state', rig.config.stateFolder])).toMatchObject({ code: 0 });
    await outcomeOf(rig, 'r1', 'InSync');
    expect(passphrases()).toEqual([]);
  });

  /** Somebody brings a copy back that the last attempt had taken away; its name. */
  async function copyAgain(): Promise<string> {
    const [last] = await rig.controller.api.store.attempts.list('r1', 1);
    const undo = `rg-${last?.planId.slice(7, 19)}-${last?.number}`;
    const args = { name: `${undo}-keep-1`, passphrase: OLD };
    rig.router.human.change({ user: 'anna', verb: 'add', menu: SECURITY, args });
    return args.name;
  }

  async function rotated(): Promise<void> {
    await outcomeOf(rig, 'r1', 'InSync');
    environment['WIFI'] = NEW;
    await rig.controller.api.reconcile([]);
    await until(passphrases, (rows) => rows.join() === `office=${NEW}`);
    await outcomeOf(rig, 'r1', 'InSync');
  }

  it('that an undo left in a copy goes once its attempt is known to be well, on record, and not in a freeze', async () => {
    await start({});
    await rotated();
    const state = ['--state', rig.config.stateFolder];
    expect((await rosctl(['freeze', '--reason', 'holidays', ...state])).code).toBe(0);
    const name = await copyAgain();
    const others = ['rg-0123456789ab-1-keep-x', 'rg-keep-1', 'keep'];
    for (const other of others)
      rig.router.human.change({ user: 'anna', verb: 'add', menu: SECURITY, args: { name: other, passphrase: OLD } });
    const before = rig.controller.api.visitOf('r1')?.at ?? 0;
    await rig.controller.api.reconcile([]);
    await until(
      () => rig.controller.api.visitOf('r1')?.at ?? 0,
      (at) => at > before,
    );
    expect(passphrases()).toContain(`${name}=${OLD}`);

    expect((await rosctl(['freeze', '--off', ...state])).code).toBe(0);
    await rig.controller.api.reconcile([]);
    await until(passphrases, (rows) => rows.length === 4);
    await outcomeOf(rig, 'r1', 'InSync');
    expect(passphrases()).toEqual([`office=${NEW}`, ...others.map((other) => `${other}=${OLD}`)]);
    const audit = await rig.controller.api.store.audit.list({ device: 'r1', limit: 50 });
    const [last] = await rig.controller.api.store.attempts.list('r1', 1);
    const detail = { attempt: last?.id, planId: last?.planId, number: last?.number, menu: SECURITY, row: name };
    expect(audit.filter(({ action }) => action === 'copy.removing')).toMatchObject([{ actor: 'controller', detail }]);
  });

  it('that an undo of nobody left in a copy stays, and is told, until a person takes it away', async () => {
    await start({});
    await outcomeOf(rig, 'r1', 'InSync');
    const args = { name: 'rg-0123456789ab-1-keep-1', passphrase: OLD };
    rig.router.human.change({ user: 'gitops-before', menu: SECURITY, verb: 'add', args });
    await rig.controller.api.reconcile([]);
    const status = statusOf(await outcomeOf(rig, 'r1', 'Stalled'));
    expect(status).toMatchObject({
      reason: 'ForeignUndo',
      message: expect.stringContaining(`${SECURITY} ${args.name}`),
    });
    expect(passphrases()).toEqual([`office=${OLD}`, `${args.name}=${OLD}`]);
    const removal = { verb: 'remove', where: { name: args.name }, args: {} } as const;
    rig.router.human.change({ user: 'anna', menu: SECURITY, ...removal });
    await rig.controller.api.reconcile([]);
    await outcomeOf(rig, 'r1', 'InSync');
  });

  it('that an undo left in a copy goes although nobody declares that menu any more', async () => {
    await start({ spec: `identity: {name: one}\n${SPEC}` });
    await rotated();
    const file = await readFile(path.join(rig.sourceFolder, 'configs/r1.yaml'), 'utf8');
    await copyAgain();
    await rig.declare({ 'configs/r1.yaml': file.replace(/ *wifi: .*\n/, '') });
    expect(await until(passphrases, (rows) => rows.length === 1)).toEqual([`office=${NEW}`]);
  });

  it.each<readonly [string, Start, RegExp]>([
    ['its name may not go there', { hosts: ['192.0.2.1'] }, /"office-wifi" may not be sent to 127\.0\.0\.1; add that/],
    [
      'its name is not bound',
      { spec: SPEC.replace('office-wifi', 'other') },
      /bound no secret "other"; add it to secrets/,
    ],
    ['the user may not read it', { group: 'blind' }, /neither compare nor rotate.*policy sensitive/],
    ['there is no key', { hasKey: false }, /set ROUTEROS_GITOPS_KEY/],
    ['the router has none', { held: '' }, /its passphrase is not set on the router/],
  ])('is left alone with the reason when %s', async (_, given, because) => {
    await start({ held: 'Eine ganz andere', ...given });
    const held = passphrases();
    const status = statusOf(await outcomeOf(rig, 'r1', 'InSync'));
    expect(status).toMatchObject({ ready: 'False', reason: 'RowsHeldBack' });
    expect(status.message).toMatch(because);
    expect(passphrases()).toEqual(held);
    expect(await allTexts()).not.toContain('Eine ganz andere');
  });
});
