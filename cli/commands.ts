import { existsSync } from 'node:fs';
import type { CommandArgument, CommandModule, CommandOption, CommandRow } from './command.ts';

/** Options that every command understands. */
export const GLOBAL_OPTIONS: readonly CommandOption[] = [
  {
    name: 'output',
    short: 'o',
    value: 'FORMAT',
    choices: ['table', 'json', 'yaml'],
    default: 'table',
    summary: 'table for people, json or yaml for machines',
  },
  { name: 'help', short: 'h', summary: 'show this help' },
];

const DEVICE: CommandArgument = { name: 'DEVICE', summary: 'name of a RouterDevice', required: true };
const ANY_DEVICE: CommandArgument = { ...DEVICE, required: false };

const FLEET: CommandOption = {
  name: 'fleet',
  short: 'f',
  value: 'FOLDER',
  default: '.',
  summary: 'folder with the YAML files of the fleet',
};

const STATE: CommandOption = {
  name: 'state',
  value: 'FOLDER',
  default: './state',
  summary: "the controller's folder, where its control socket lies",
};

/** For commands that read a fleet and ask no controller. */
const LEFT_OUT: CommandOption = {
  ...STATE,
  summary: "the controller's folder: no part of the fleet, where that lies outside of Git",
};

const FLEET_FILES =
  "In a Git checkout the files are those that a controller would read once all is committed: what git tracks, and what is neither tracked nor ignored. Elsewhere all files count but the controller's own folder (--state).";

const CREDENTIALS: CommandOption = {
  name: 'credentials',
  value: 'FILE',
  summary: 'YAML file with the credential bindings, default: credentials.yaml in the state folder',
};

const CA: CommandOption = {
  name: 'ca',
  value: 'FILE',
  summary: 'PEM file with certificate authorities to trust besides those of the system',
};

const NOT_KNOWN =
  'Exit code 75 when devices were not read since the revision in force was accepted, or none was accepted: they are named, and what they would need is not known. A suspended device does not count.';

const BY_STORE = 'While no controller runs, the store that it left is opened directly.';

const SIGNING_KEY: CommandOption = {
  name: 'signing-key',
  value: 'FILE',
  summary: 'sign without git, with an ed25519 private key that has no passphrase',
};

const BY_GIT =
  'Signed by your own git, with its configuration: a key in ssh-agent, with a passphrase or in hardware works, and is the better way than --signing-key, which is for machines without git.';

const YES: CommandOption = { name: 'yes', short: 'y', summary: 'do it without asking' };

/** Every command in the order of help. A row counts once its file exists in cli/commands/. */
export const COMMAND_TABLE: readonly CommandRow[] = [
  {
    name: 'init',
    summary: 'make a repository for a fleet: roster with your key, policies, an example, and the first trust',
    arguments: [{ name: 'FOLDER', summary: 'a new or empty folder', required: true }],
    options: [
      {
        name: 'key',
        value: 'FILE.pub',
        summary: 'your SSH public key, default: the one that git signs with, else the usual one in ~/.ssh',
      },
      { name: 'name', value: 'NAME', summary: "your name in the roster, default: git's user.name" },
      { name: 'branch', value: 'NAME', default: 'main', summary: 'the branch that counts' },
      { name: 'state', value: 'FOLDER', summary: "the controller's folder, default: state in FOLDER" },
      SIGNING_KEY,
    ],
    examples: [
      'rosctl init fleet',
      'rosctl init fleet --key ~/.ssh/id_ed25519.pub --name alice',
      'rosctl init . --state /var/lib/routeros-gitops',
    ],
    notes: [
      'The first commit is signed, and the controller of the state folder trusts the history from there on. Nothing that exists is overwritten; when it fails, nothing is left behind.',
      `${BY_GIT} The new repository is set up to sign every commit with this key.`,
    ],
  },
  {
    name: 'validate',
    summary: 'check the files of a fleet and print every fault at once',
    arguments: [{ name: 'FOLDER', summary: 'folder with the YAML files, default: this one', required: false }],
    options: [LEFT_OUT],
    examples: ['rosctl validate devices.example', 'rosctl validate -o json'],
    notes: ['Exit code 65 when the files have faults.', FLEET_FILES],
  },
  {
    name: 'explain',
    summary: 'show every desired value of a device and the line it comes from',
    arguments: [DEVICE],
    options: [FLEET, { name: 'section', value: 'NAME', summary: 'only this section, for instance dns' }, LEFT_OUT],
    examples: ['rosctl explain edge-vie-01 --fleet devices.example', 'rosctl explain edge-vie-01 --section dns'],
  },
  {
    name: 'plan',
    summary: 'show what would change, from the controller or offline from saved state',
    options: [
      { name: 'device', short: 'd', value: 'DEVICE', summary: 'only this device' },
      { name: 'commands', summary: 'show the RouterOS commands as well' },
      { name: 'from', value: 'FOLDER', summary: 'offline: live state saved in FOLDER as DEVICE.json' },
      { name: 'base', value: 'FOLDER', summary: 'offline: the fleet as last confirmed, the third side of the plan' },
      { name: 'save', value: 'FOLDER', summary: 'only read the live state from the router and save it there' },
      FLEET,
      STATE,
      CREDENTIALS,
      CA,
    ],
    examples: [
      'rosctl plan',
      'rosctl plan --device r1 --commands',
      'rosctl plan --device r1 --fleet devices.example --save ./saved',
      'rosctl plan --device r1 --fleet devices.example --from ./saved --base ./last-confirmed',
    ],
    notes: [
      `Exit code 2 when there are changes, 0 when there are none. ${NOT_KNOWN}`,
      'Without a controller: --save reads the live state from the router and writes FOLDER/DEVICE.json, --from plans from it. The file maps menu paths to what GET /rest/<menu> answers: an object for a settings menu, an array of rows for a list.',
      "--base takes another state of the fleet's folder, such as the checkout that was last applied. What it declares and --fleet does not is removed; without it nothing is.",
    ],
  },
  {
    name: 'plans',
    summary: 'list the current plans, or show one whole',
    arguments: [
      { name: 'ACTION', summary: 'list or show', required: true, choices: ['list', 'show'] },
      { name: 'PLAN', summary: 'for show: a device, a plan id or the beginning of one', required: false },
    ],
    options: [{ name: 'commands', summary: 'show the RouterOS commands as well' }, STATE],
    examples: ['rosctl plans list', 'rosctl plans show edge-vie-01 --commands', 'rosctl plans show 3f2a'],
    notes: [NOT_KNOWN],
  },
  {
    name: 'approve',
    summary: 'show what waits for approval and approve it with a signed commit',
    arguments: [
      {
        name: 'PLAN',
        summary: 'fleet (default), control, a device, a plan id or the beginning of one',
        required: false,
      },
    ],
    options: [
      { name: 'repo', value: 'DIR', default: '.', summary: 'your clone of the source' },
      { name: 'commands', summary: 'show the RouterOS commands as well' },
      YES,
      { name: 'push', summary: 'push the branch afterwards' },
      SIGNING_KEY,
      STATE,
    ],
    examples: [
      'rosctl approve',
      'rosctl approve edge-vie-01 --push',
      'rosctl approve control',
      'rosctl approve 3f2a --repo ~/fleet --yes',
    ],
    notes: [
      'The id is made again from the very plan that is shown, and the commit names it whole together with its parent: rebased or cherry-picked, it approves nothing. All that the id is made of is shown, what is long as its SHA-256. It leaves all files as they are and takes nothing of what is staged.',
      'fleet means all plans that lack an approval, the control plan among them. What must be approved by itself, such as a plan that was rolled back or is over its budget, is named and left out.',
      BY_GIT,
      'Exit code 0 when it is approved or nothing waits, 1 when it is not approved, 75 when nothing waits as far as is known and devices were never read.',
    ],
  },
  {
    name: 'trust',
    summary: 'show up to which commit history is accepted, or say where that begins',
    arguments: [
      { name: 'ACTION', summary: 'show or init', required: true, choices: ['show', 'init'] },
      { name: 'COMMIT', summary: 'for init: a whole commit id', required: false },
    ],
    options: [
      {
        name: 'source',
        value: 'SOURCE',
        summary: 'for init without a controller: the source that it will be started with, default: this folder',
      },
      { name: 'branch', value: 'NAME', default: 'main', summary: 'with --source: its branch' },
      { name: 'path', value: 'FOLDER', default: '.', summary: 'with --source: where the fleet lies in it' },
      YES,
      STATE,
    ],
    examples: [
      'rosctl trust show',
      'rosctl trust init 3f2a9c81d2e47b60915a8c3df0e1b2a4c5d6e7f8',
      'rosctl trust init 3f2a9c81d2e47b60915a8c3df0e1b2a4c5d6e7f8 --source https://git.example.net/fleet.git',
    ],
    notes: [
      'What stands at that commit is taken as approved: devices, roster, policies. Its history is never verified again, and approvals at or below it never count. Later commits must be signed by people in the roster of the trusted head.',
      BY_STORE,
    ],
  },
  {
    name: 'roster',
    summary: 'list who may do what, or write the file with which git checks their signatures',
    arguments: [
      { name: 'ACTION', summary: 'list or export', required: true, choices: ['list', 'export'] },
      { name: 'FORMAT', summary: 'for export: allowed-signers', required: false, choices: ['allowed-signers'] },
    ],
    options: [FLEET, LEFT_OUT],
    examples: ['rosctl roster list', 'rosctl roster export allowed-signers > .git/allowed-signers'],
    notes: [
      'Reads the files alone, so it works without a controller. What counts is the roster at the trusted head: rosctl signers list.',
      'git log --show-signature uses the file after: git config gpg.ssh.allowedSignersFile .git/allowed-signers',
    ],
  },
  {
    name: 'signers',
    summary: 'list whose signatures count now, or revoke a key at once',
    arguments: [
      { name: 'ACTION', summary: 'list or revoke', required: true, choices: ['list', 'revoke'] },
      { name: 'KEY', summary: 'for revoke: SHA256:..., OPENPGP:..., or a .pub file', required: false },
    ],
    options: [{ name: 'reason', value: 'TEXT', summary: 'for revoke: why, for the audit trail' }, YES, STATE],
    examples: [
      'rosctl signers list',
      'rosctl signers revoke SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU --reason "laptop lost"',
      'rosctl signers revoke old-key.pub --reason "left the company"',
    ],
    notes: [
      'A revoked key counts for nothing from that moment on, whatever any roster says, and there is no way back. Rollouts that rest on it are paused.',
      `${BY_STORE} list needs a controller.`,
    ],
  },
  {
    name: 'status',
    summary: 'why is something happening, or nothing',
    arguments: [ANY_DEVICE],
    options: [STATE],
    examples: ['rosctl status', 'rosctl status edge-vie-01', 'rosctl status -o json'],
  },
  {
    name: 'devices',
    summary: 'list the devices with their conditions',
    options: [STATE],
    examples: ['rosctl devices', 'rosctl devices -o json'],
    notes: [NOT_KNOWN],
  },
  {
    name: 'drift',
    summary: 'list what differs from the last confirmed state, and who did it',
    arguments: [ANY_DEVICE],
    options: [STATE],
    examples: ['rosctl drift', 'rosctl drift edge-vie-01'],
    notes: [`Exit code 2 when there is drift, 0 when there is none. ${NOT_KNOWN}`],
  },
  {
    name: 'history',
    summary: 'list the attempts on a device, newest first',
    arguments: [DEVICE],
    options: [{ name: 'limit', value: 'NUMBER', default: '20', summary: 'how many' }, STATE],
    examples: ['rosctl history edge-vie-01', 'rosctl history edge-vie-01 --limit 1'],
    notes: [BY_STORE],
  },
  {
    name: 'audit',
    summary: 'list who did what, newest first, and whether the hash chain is whole',
    options: [
      { name: 'device', short: 'd', value: 'DEVICE', summary: 'only this device' },
      { name: 'limit', value: 'NUMBER', default: '50', summary: 'how many' },
      {
        name: 'kept',
        value: 'MARK',
        summary: 'a mark (NUMBER:HASH) printed before: is that record still in the chain',
      },
      STATE,
    ],
    examples: ['rosctl audit', 'rosctl audit --device edge-vie-01 --limit 10'],
    notes: [
      'Exit code 1 when the hash chain is broken or cut off, or does not hold the mark of --kept. The mark that is printed is the newest record: kept outside of the store it shows also what somebody with the whole store in hand would hide.',
      BY_STORE,
    ],
  },
  {
    name: 'credentials',
    summary:
      'set, list or remove passwords in the store; a password is read from standard input, never from the command line',
    arguments: [
      { name: 'ACTION', summary: 'set, list or remove', required: true, choices: ['set', 'list', 'remove'] },
      { name: 'NAME', summary: 'for set and remove: the name that spec.credentialsRef uses', required: false },
    ],
    options: [STATE],
    examples: [
      'rosctl credentials set fleet',
      'rosctl credentials set fleet < password.txt',
      'rosctl credentials list',
      'rosctl credentials remove fleet',
    ],
    notes: [
      'A running controller keeps the password; without one the store is opened directly. The key that seals it comes from ROUTEROS_GITOPS_KEY or the file in ROUTEROS_GITOPS_KEY_FILE: 32 bytes, made by: openssl rand -hex 32',
    ],
  },
  {
    name: 'rollouts',
    summary: 'look at rollouts, follow one live, or steer it',
    arguments: [
      {
        name: 'ACTION',
        summary: 'list, show, watch, pause, resume, skip, abort or rollback',
        required: true,
        choices: ['list', 'show', 'watch', 'pause', 'resume', 'skip', 'abort', 'rollback'],
      },
      { name: 'ID', summary: 'id of a rollout or its beginning, default: the only open one', required: false },
    ],
    options: [
      { name: 'device', short: 'd', value: 'DEVICE', summary: 'for skip and rollback: only this device' },
      { name: 'wave', summary: 'for skip: what is left of the wave under way' },
      { name: 'reason', value: 'TEXT', summary: 'why, for the audit trail' },
      { name: 'limit', value: 'NUMBER', default: '20', summary: 'for list: how many' },
      STATE,
    ],
    examples: [
      'rosctl rollouts list',
      'rosctl rollouts watch',
      'rosctl rollouts pause --reason "incident 42"',
      'rosctl rollouts skip ro-3f2a --device edge-vie-01',
      'rosctl rollouts rollback ro-3f2a --reason "wrong resolver"',
    ],
    notes: [
      'watch ends when the rollout ends: exit code 0 when it is done, 1 otherwise. Without an ID it waits for one to be opened.',
      'resume lets a paused or halted rollout go on: failures so far count no more. skip and abort void the approvals of what was not changed. rollback takes back what the rollout confirmed, on routers that still are as it left them.',
    ],
  },
  {
    name: 'freeze',
    summary: 'stop all writes to routers, or allow them again with --off',
    options: [
      { name: 'reason', value: 'TEXT', default: 'no reason given', summary: 'why, for the audit trail' },
      { name: 'off', summary: 'end the freeze' },
      STATE,
    ],
    examples: ['rosctl freeze --reason "incident 42"', 'rosctl freeze --off'],
    notes: [`${BY_STORE} A freeze then holds from the controller's start on.`],
  },
  {
    name: 'reconcile',
    summary: 'read the source again, look at the devices now and wait for the outcome',
    arguments: [{ ...ANY_DEVICE, summary: 'names of RouterDevices, default: all', repeats: true }],
    options: [
      { name: 'wait', value: 'SECONDS', default: '60', summary: 'how long to wait for the visits; 0: not at all' },
      STATE,
    ],
    examples: ['rosctl reconcile', 'rosctl reconcile edge-vie-01 edge-vie-02', 'rosctl reconcile --wait 0'],
    notes: ['Exit code 65 when the source is refused; the last good revision stays in force then.'],
  },
  {
    name: 'doctor',
    summary: 'check the way to devices and print the RouterOS commands that make the right user and group',
    arguments: [{ ...ANY_DEVICE, summary: 'names of RouterDevices, default: all', repeats: true }],
    options: [
      { name: 'commands', summary: 'only print the commands that make the right user and group' },
      FLEET,
      STATE,
      CREDENTIALS,
      CA,
    ],
    examples: ['rosctl doctor edge-vie-01 --fleet devices.example', 'rosctl doctor --commands'],
    notes: ['Exit code 1 when a check finds a problem. Reads only, and works without a controller.'],
  },
  {
    name: 'controller',
    summary: 'run the controller until it is told to stop',
    options: [
      {
        name: 'source',
        value: 'SOURCE',
        default: '.',
        summary:
          'a Git repository (https://…, ssh://…, git@host:path, or the path of one), or a folder with YAML files',
      },
      { name: 'branch', value: 'NAME', default: 'main', summary: 'branch of the Git repository' },
      { name: 'path', value: 'FOLDER', default: '.', summary: 'folder in the Git repository that holds the fleet' },
      STATE,
      CREDENTIALS,
      CA,
      {
        name: 'listen',
        value: 'HOST:PORT',
        default: '127.0.0.1:9474',
        summary: 'where probes and metrics are served, or off',
      },
      {
        name: 'log-level',
        value: 'LEVEL',
        choices: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
        default: 'info',
        summary: 'least level that is logged',
      },
    ],
    examples: [
      'rosctl controller --source devices.example --state ./state',
      'rosctl controller --source https://git.example.com/net/fleet.git --state /var/lib/routeros-gitops',
      'rosctl controller --source git@git.example.com:net/fleet.git --branch main --path routers --listen off',
    ],
    notes: [
      'The first Ctrl-C or SIGTERM stops it between two requests to a router; the second ends it at once, and armed routers undo what is not confirmed.',
      'Environment: DATABASE_URL uses a PostgreSQL instead of the state folder; ROUTEROS_GITOPS_KEY or ROUTEROS_GITOPS_KEY_FILE opens sealed passwords; ROUTEROS_GITOPS_GIT_TOKEN or ROUTEROS_GITOPS_GIT_TOKEN_FILE holds the token of a repository behind HTTPS; ROUTEROS_GITOPS_GIT_POLL_SECONDS says how often the branch is asked for (60); ROUTEROS_GITOPS_CLOCK_SPEED is for simulated fleets only.',
      'A folder that holds a repository (.git) is followed as Git: what is committed counts, not what lies in the work tree. folder:PATH follows the files themselves; nobody can approve anything there, so only policies with "auto: true" apply.',
    ],
  },
  {
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
      'The addresses of the devices must be on 127.0.0.0/8. Their RouterOS version comes from the annotation simulator.routeros-gitops.dev/version.',
    ],
  },
  {
    name: 'completion',
    summary: 'print a completion script for the shell',
    arguments: [{ name: 'SHELL', summary: 'bash', required: true, choices: ['bash'] }],
    examples: ['source <(rosctl completion bash)'],
  },
];

// A checkout runs .ts files, the package .js files: a command's file ends like this one.
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** The commands of this release. */
export function commands(): readonly CommandRow[] {
  return COMMAND_TABLE.filter((row) => existsSync(fileOf(row)));
}

/** Loads a command and what it needs; nothing else of rosctl does. */
export async function loadCommand(row: CommandRow): Promise<CommandModule> {
  return (await import(fileOf(row).href)) as CommandModule;
}

function fileOf(row: CommandRow): URL {
  return new URL(`commands/${row.name}${EXTENSION}`, import.meta.url);
}
