import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type Inventory, loadConfig, resolveCredential, resolveReadCredential } from '#controller';
import { codeOf } from '#failure';
import { createClock, type Fleet, type RouterSeed, startFleet } from '#simulator';
import { CommandError } from '../command-error.ts';
import { CREDENTIALS, FLEET, LEFT_OUT } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionNumber, optionPath, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readFleet } from '../fleet/read-fleet.ts';
import { type SimulatedAuthority, simulatedAuthority } from '../fleet/simulated-authority.ts';
import { READER } from '../doctor/rights.ts';
import { simulatedFleet, type SimulatedLogin } from '../fleet/simulated-fleet.ts';
import { writing } from '../input/files.ts';
import { counted } from '../text/lines.ts';
import { osErrorText } from '../text/os-error-text.ts';
import { shellWord } from '../text/shell-word.ts';
import { printable, table } from '../text/table.ts';

/** `rosctl simulator`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'simulator',
  summary: 'run the routers of a fleet as simulated ones on loopback',
  options: [
    FLEET,
    {
      ...CREDENTIALS,
      summary: 'YAML file with the credential bindings; without it: users gitops and gitops-read, password simulator',
    },
    { name: 'ca-out', value: 'FILE', summary: 'write the certificate authority of the routers there, for --ca' },
    {
      name: 'speed',
      value: 'NUMBER',
      default: '1',
      environment: 'ROUTEROS_GITOPS_CLOCK_SPEED',
      summary: 'how much faster than real time their clocks run',
    },
    {
      ...LEFT_OUT,
      summary: "the controller's folder: their certificate authority is kept in it, and it is no part of the fleet",
    },
  ],
  examples: ['rosctl simulator --fleet devices.example', 'rosctl simulator --fleet devices.example --ca-out ca.pem'],
  notes: [
    'The certificate authority of the routers is made once and kept in simulator/ of the state folder, with a private file for its key and ca.pem for --ca: a fingerprint that was pinned stays.',
    'ROUTEROS_GITOPS_CLOCK_SPEED, which a controller for them needs as well, counts where --speed is not given.',
    'The addresses of the devices must be on 127.0.0.0/8. Their RouterOS version comes from the annotation simulator.routeros-gitops.dev/version; one that the simulator does not know runs as the nearest that it does.',
    'With the annotation simulator.routeros-gitops.dev/clients, a number, there are so many clients around a router: leases, neighbours, routes that it learns, lines in its log, and counters that move.',
  ],
};

const MOST_SPEED = 1000;
const DEFAULT_LOGIN: SimulatedLogin = {
  user: 'gitops',
  password: 'simulator',
  reader: { user: READER, password: 'simulator' },
};

/** `rosctl simulator --fleet FOLDER`: the routers of a fleet as simulated ones, until a signal. */
export async function run(context: CommandContext): Promise<number> {
  const { output, signal, cwd } = context;
  const folder = optionText(context, 'fleet') ?? '.';
  const speed = optionNumber(context, 'speed', 1, MOST_SPEED);
  const { inventory } = await readFleet(context, folder);
  if (inventory.devices.size === 0)
    throw new CommandError(
      'faultyInput',
      `the fleet in ${folder} has no RouterDevice`,
      'add one, see docs/reference/fleet-files.md',
    );
  const logins = await loginsOf(context, inventory);
  const seeds = simulatedFleet(inventory, (credentials) => logins.get(credentials) ?? DEFAULT_LOGIN);
  const kept = seeds.some((seed) => seed.tls) ? await simulatedAuthority(optionPath(context, 'state') ?? cwd) : null;
  const fleet = await startRouters(seeds, speed, kept);
  try {
    await kept?.keep();
    const caFile = optionPath(context, 'ca-out');
    if (caFile !== undefined) await writing(caFile, () => writeFile(caFile, fleet.caPem));
    const routers = seeds.map((seed) => ({
      device: seed.name,
      address: fleet.router(seed.name).url,
      version: fleet.router(seed.name).version,
      serial: seed.serial,
      user: seed.users?.[0]?.name ?? '',
      fingerprint: fleet.router(seed.name).fingerprint,
    }));
    await output.result('simulator', { items: routers }, () =>
      table(
        ['device', 'address', 'version', 'serial', 'user'],
        routers.map((router) => [router.device, router.address, router.version, router.serial, router.user]),
        { ...output.style, spare: ['user'] },
      ),
    );
    output.note(
      `\n${counted(routers.length, 'simulated router')} running${speed === 1 ? '' : `, ${String(speed)} times as fast as real time`}. ${trial(seeds, fleet)}`,
    );
    for (const line of otherVersions(seeds, fleet)) output.note(line);
    output.note(controllerHint(context, inventory, kept?.caFile));
    if (speed > 1 && context.env['ROUTEROS_GITOPS_CLOCK_SPEED'] !== String(speed))
      output.note(
        `A controller for them needs the same clock, set before: export ROUTEROS_GITOPS_CLOCK_SPEED=${String(speed)}`,
      );
    output.note('Ctrl-C ends them.');
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await fleet.close();
  }
  return EXIT.ok;
}

/** How a controller gets in: commands that can be copied. */
function controllerHint(context: CommandContext, inventory: Inventory, caFile: string | undefined): string {
  const state = optionPath(context, 'state') ?? context.cwd;
  const near = (file: string): string => {
    const path = relative(context.cwd, file);
    return shellWord(path.startsWith('..') ? file : path);
  };
  const credentials = optionText(context, 'credentials');
  const command = [
    'rosctl controller',
    sourceWords(context),
    `--state ${near(state)}`,
    ...(caFile === undefined ? [] : [`--ca ${near(caFile)}`]),
    ...(credentials === undefined ? [] : [`--credentials ${shellWord(credentials)}`]),
  ].join(' ');
  const file = join(state, 'credentials.yaml');
  if (credentials !== undefined) return `A controller for them:\n  ${command}`;
  const start = `ROUTER_PASSWORD=${DEFAULT_LOGIN.password} ${command}`;
  if (existsSync(file)) return `A controller for them, with the bindings in ${printable(near(file))}:\n  ${start}`;
  const bindings = [...leastProofs(inventory)].map(
    ([name, tls]) =>
      `  - {name: ${name}, username: gitops, from: {env: ROUTER_PASSWORD}, hosts: [127.0.0.0/8], tls: ${tls}, read: {username: ${READER}, from: {env: ROUTER_PASSWORD}}}`,
  );
  const lines = [
    `mkdir -p -m 700 ${near(state)}`,
    `cat > ${near(file)} <<'END'`,
    'credentials:',
    ...bindings,
    'END',
    start,
  ];
  return `A controller for them needs to know which password goes where:\n${lines.join('\n')}`;
}

/** The branch that is checked out; a fleet that lies in no Git checkout of its own is followed as a folder. */
function sourceWords(context: CommandContext): string {
  const fleet = optionText(context, 'fleet') ?? '.';
  const head = resolve(context.cwd, fleet, '.git/HEAD');
  if (!existsSync(head)) return `--source ${shellWord(`folder:${fleet}`)}`;
  const branch = /^ref: refs\/heads\/(.+)$/m.exec(readFileSync(head, 'utf8'))?.[1] ?? 'main';
  return `--source ${shellWord(fleet)}${branch === 'main' ? '' : ` --branch ${shellWord(branch)}`}`;
}

const PROOFS = ['plaintext', 'insecure', 'pinned', 'verify'] as const;

/** For each name of credentials the best proof of identity that all its routers can give. */
function leastProofs(inventory: Inventory): ReadonlyMap<string, (typeof PROOFS)[number]> {
  const proofs = new Map<string, (typeof PROOFS)[number]>();
  for (const { document } of inventory.devices.values()) {
    const { address, credentialsRef, tls } = document.spec;
    const own = address.startsWith('http:') ? 'plaintext' : (tls?.mode ?? 'verify');
    const least = PROOFS.find((proof) => proof === own || proof === proofs.get(credentialsRef));
    proofs.set(credentialsRef, least ?? own);
  }
  return proofs;
}

/** Which routers run another version than their device asks for: the simulator knows a few. */
function otherVersions(seeds: readonly RouterSeed[], fleet: Fleet): readonly string[] {
  const devices = new Map<string, string[]>();
  for (const { name, version } of seeds) {
    const { version: runs } = fleet.router(name);
    if (runs === version || runs.startsWith(`${version}.`)) continue;
    const what = `the simulator has no RouterOS ${version} and runs ${runs}, the nearest`;
    devices.set(what, [...(devices.get(what) ?? []), name]);
  }
  return [...devices].map(([what, names]) => `${names.join(', ')}: ${what}.`);
}

/** The password is shown only when it is the simulator's own. */
function trial([first]: readonly RouterSeed[], fleet: Fleet): string {
  if (first === undefined) return '';
  const { name = '', password = '' } = first.users?.[0] ?? {};
  const login = password === DEFAULT_LOGIN.password ? `${name}:${password}` : name;
  return `Try one:\n  curl ${first.tls ? '-k ' : ''}-u ${login} ${fleet.router(first.name).url}/rest/system/resource`;
}

async function startRouters(
  seeds: readonly RouterSeed[],
  speed: number,
  kept: SimulatedAuthority | null,
): Promise<Fleet> {
  try {
    return await startFleet(seeds, { clock: createClock(speed), ...(kept === null ? {} : { ca: kept.authority }) });
  } catch (error) {
    const refused = osErrorText(error);
    const taken = codeOf(error) === 'EADDRINUSE';
    const hint = taken ? 'is another simulator running? End it, or give the devices other ports' : refused?.hint;
    throw new CommandError(
      refused?.exit ?? 'failure',
      `the simulated routers can not start: ${refused?.message ?? (error instanceof Error ? error.message : String(error))}`,
      hint ?? 'correct what the message names',
    );
  }
}

/**
 * Users and passwords as the credentials file binds them, so that a controller with the same file gets in. None without
 * a file.
 */
async function loginsOf(context: CommandContext, inventory: Inventory): Promise<ReadonlyMap<string, SimulatedLogin>> {
  const logins = new Map<string, SimulatedLogin>();
  const credentials = optionPath(context, 'credentials');
  if (credentials === undefined) return logins;
  const { cwd, env } = context;
  const config = await loadConfig({ source: `folder:${cwd}`, state: cwd, credentials, listen: 'off' }, env);
  const sources = { environment: env, key: config.key, records: { get: async () => null } };
  for (const { document } of inventory.devices.values()) {
    const { address, credentialsRef, tls } = document.spec;
    if (logins.has(credentialsRef)) continue;
    const at = [config.credentials, credentialsRef, new URL(address), tls?.mode ?? 'verify', sources] as const;
    const { username, password } = await resolveCredential(...at);
    const isRead = config.credentials.find(({ name }) => name === credentialsRef)?.read !== undefined;
    const reader = isRead ? await resolveReadCredential(...at) : null;
    logins.set(credentialsRef, {
      user: username,
      password: password.reveal(),
      ...(reader === null ? {} : { reader: { user: reader.username, password: reader.password.reveal() } }),
    });
  }
  return logins;
}
