import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type InputOf, type OperationName, type OutputOf, requestOf } from '#controller/operations';
import type { NameKind } from '../command.ts';
import { controlSocketIn, roundTrip } from '../control/round-trip.ts';
import { shortId } from '../text/ids.ts';

/** Where names come from. */
export interface NamePlaces {
  readonly cwd: string;
  /** The controller's folder. */
  readonly state: string;
  /** The fleet's files: they name devices while no controller runs. */
  readonly fleet: string;
}

/** Nobody waits for a completion. */
const PATIENCE_MS = 1000;
const LATEST_ROLLOUTS = 50;

/**
 * Names that may come next, from the running controller; those of devices without one from the fleet's files. None
 * where neither can tell.
 */
export async function knownNames(kinds: readonly NameKind[], places: NamePlaces): Promise<readonly string[]> {
  const socketPath = controlSocketIn(resolve(places.cwd, places.state));
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const ask: Ask = async (name, input) => {
    const { status, text } = await roundTrip({ socketPath }, requestOf(name, input), signal);
    if (status !== 200) throw new Error(`status ${String(status)}`);
    return JSON.parse(text) as OutputOf<typeof name>;
  };
  const names = await Promise.all(
    kinds.map((kind) => NAMES[kind](ask).catch(() => (kind === 'device' ? devicesInFiles(places) : []))),
  );
  return names.flat();
}

type Ask = <Name extends OperationName>(name: Name, input: InputOf<Name>) => Promise<OutputOf<Name>>;

const NAMES: Readonly<Record<NameKind, (ask: Ask) => Promise<readonly string[]>>> = {
  device: async (ask) => (await ask('devices', {})).map(({ name }) => name),
  plan: async (ask) => (await ask('plans', {})).plans.flatMap(({ device, id }) => [device, shortId(id)]),
  async approvable(ask) {
    const { plans, control } = await ask('approvable', { plan: 'fleet' });
    return ['fleet', ...(control === null ? [] : ['control']), ...plans.map(({ device }) => device)];
  },
  rollout: async (ask) => (await ask('rollouts', { limit: LATEST_ROLLOUTS })).rollouts.map(({ id }) => id),
  credential: async (ask) => (await ask('credentials', {})).map(({ name }) => name),
};

const MOST_FILES = 200;

/** A glance at the files: enough for a name to be offered, and nothing rests on it. */
function devicesInFiles({ cwd, fleet }: NamePlaces): readonly string[] {
  const folder = resolve(cwd, fleet);
  try {
    const files = [folder, join(folder, 'devices')].flatMap((place) =>
      readdirSync(place, { withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
        .map((entry) => join(place, entry.name)),
    );
    return files.slice(0, MOST_FILES).flatMap((file) => devicesIn(readFileSync(file, 'utf8')));
  } catch {
    return [];
  }
}

function devicesIn(text: string): readonly string[] {
  return text
    .split(/^---$/m)
    .filter((document) => /^kind: RouterDevice\s*$/m.test(document))
    .flatMap((document) => /^metadata:\s*(?:\n\s+|\{[^}]*?\b)name: ([a-z0-9-]+)/m.exec(document)?.[1] ?? []);
}
