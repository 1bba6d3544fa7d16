import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type Inventory, loadConfig, resolveCredential } from '#controller';
import { codeOf } from '#failure';
import { createClock, type Fleet, type RouterSeed, startFleet } from '#simulator';
import { CommandError } from '../command-error.ts';
import { CREDENTIALS, FLEET, LEFT_OUT } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionNumber, optionPath, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readFleet } from '../fleet/read-fleet.ts';
import { simulatedFleet, type SimulatedLogin } from '../fleet/simulated-fleet.ts';
import { writing } from '../input/files.ts';
import { counted } from '../text/lines.ts';
import { osErrorText } from '../text/os-error-text.ts';
import { shellWord } from '../text/shell-word.ts';
import { table } from '../text/table.ts';

/** `rosctl simulator`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'simulator',
  summary: 'run the routers of a fleet as simulated ones on loopback',
  options: [
    FLEET,
    {
      ...CREDENTIALS,
      summary: 'YAML file with the credential bindings; without it: user gitops, password simulator',
    },
    { name: 'ca-out', value: 'FILE', summary: 'write the certificate authority of the routers there, for --ca' },
    { name: 'speed', value: 'NUMBER', default: '1', summary: 'how much faster than real time their clocks run' },
    LEFT_OUT,
  ],
  examples: ['rosctl simulator --fleet devices.example', 'rosctl simulator --fleet devices.example --ca-out ca.pem'],
  notes: [
    'The addresses of the devices must be on 127.0.0.0/8. Their RouterOS version comes from the annotation simulator.routeros-gitops.dev/version; one that the simulator does not know runs as the nearest that it does.',
  ],
};

const MOST_SPEED = 1000;
const DEFAULT_LOGIN: SimulatedLogin = { user: 'gitops', password: 'simulator' };

/** `rosctl simulator --fleet FOLDER`: the routers of a fleet as simulated ones, until a signal. */
export async function run(context: CommandContext): Promise<number> {
  const { output, signal } = context;
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
  const fleet = await startRouters(seeds, speed);
  try {
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
    output.note(controllerHint(context, inventory, caFile));
    if (speed > 1)
      output.note(`A controller for them needs the same clock: ROUTEROS_GITOPS_CLOCK_SPEED=${String(speed)}`);
    output.note('Ctrl-C ends them.');
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await fleet.close();
  }
  return EXIT.ok;
}

/** How a controller gets in, where no credentials file says so yet. */
function controllerHint(context: CommandContext, inventory: Inventory, caFile: string | undefined): string {
  const fleet = optionText(context, 'fleet') ?? '.';
  const command = `rosctl controller --source ${shellWord(fleet)} --state ./state${caFile === undefined ? '' : ` --ca ${shellWord(caFile)}`}`;
  const given = optionText(context, 'credentials');
  if (given !== undefined) return `A controller for them:\n  ${command} --credentials ${shellWord(given)}`;
  const names = new Set([...inventory.devices.values()].map(({ document }) => document.spec.credentialsRef));
  const bindings = [...names].map(
    (name) =>
      `    - {name: ${name}, username: gitops, from: {env: ROUTER_PASSWORD}, hosts: [127.0.0.0/8], tls: insecure}`,
  );
  const file = ['  credentials:', ...bindings].join('\n');
  return `A controller for them needs this in ./state/credentials.yaml:\n${file}\nand is started with:\n  ROUTER_PASSWORD=${DEFAULT_LOGIN.password} ${command}`;
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

async function startRouters(seeds: readonly RouterSeed[], speed: number): Promise<Fleet> {
  try {
    return await startFleet(seeds, { clock: createClock(speed) });
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
    const { username, password } = await resolveCredential(
      config.credentials,
      credentialsRef,
      new URL(address),
      tls?.mode ?? 'verify',
      sources,
    );
    logins.set(credentialsRef, { user: username, password: password.reveal() });
  }
  return logins;
}
