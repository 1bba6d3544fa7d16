import { targetOf } from '#controller';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath, optionText } from '../command.ts';
import { knownDevice, readFleet } from '../fleet/read-fleet.ts';
import { openRouterAccess } from '../fleet/router-access.ts';
import type { LocatedInventory } from '#controller';
import { loneRouter, untrustedText } from './lone-router.ts';
import type { Reached } from './new-device.ts';
import type { ReadDevice, UnreadDevice } from './read-device.ts';
import { deviceNameOf, readExports, readSaved } from './read-files.ts';
import { readRouters, type RouterToRead } from './read-routers.ts';

/** What was read, and of routers in a fleet that fleet. */
export interface Gathered {
  readonly read: readonly ReadDevice[];
  readonly unread: readonly UnreadDevice[];
  /** The fleet whose RouterDevices led to the routers; null: there was none. */
  readonly fleet: LocatedInventory | null;
  /** How a router of no fleet was reached. */
  readonly reached: Reached;
}

/** Reads devices as the command line says: exports, saved state, one address, or routers of the fleet in the folder. */
export async function gather(context: CommandContext, folder: string): Promise<Gathered> {
  const { positionals, output, signal } = context;
  const from = optionPath(context, 'from');
  const exports = context.options['export'] === true;
  const lone = optionText(context, 'address') !== undefined;
  if ([exports, from !== undefined, lone].filter(Boolean).length > 1)
    throw new CommandError('usage', '--export, --from and --address exclude each other', 'one source at a time');
  if (exports) {
    if (positionals.length === 0)
      throw new CommandError(
        'usage',
        '--export needs files',
        'for example: rosctl import --export r1.rsc --into fleet',
      );
    return { read: await readExports(context, positionals), unread: [], fleet: null, reached: null };
  }
  if (from !== undefined) return { read: await readSaved(from, positionals), unread: [], fleet: null, reached: null };
  if (lone) return await gatherLone(context);
  const { inventory, revision } = await readFleet(context, folder);
  const names = positionals.length === 0 ? unsuspended(context, inventory) : positionals;
  const known = await Promise.all(names.map((name) => knownDevice(inventory, name)));
  const routers = [...new Set(known)].flatMap((name): readonly RouterToRead[] => {
    const target = targetOf(inventory, name, `folder:${folder}`, revision);
    return target === null ? [] : [target];
  });
  const access = await openRouterAccess(context);
  try {
    const result = await readRouters(routers, (router) => access.connectToRead(router), output, signal);
    return { ...result, fleet: inventory, reached: null };
  } finally {
    await access.close();
  }
}

/** A suspended device is left alone until somebody names it. */
function unsuspended({ output }: CommandContext, { devices }: LocatedInventory): readonly string[] {
  const all = [...devices.values()];
  const suspended = all.filter(({ document }) => document.spec.suspend === true);
  if (suspended.length > 0)
    output.note(`left alone, spec.suspend is set: ${suspended.map(({ name }) => name).join(', ')}`);
  return all.filter((device) => !suspended.includes(device)).map(({ name }) => name);
}

/** The device has the name that is given, else the router's own. */
async function gatherLone(context: CommandContext): Promise<Gathered> {
  const { positionals, output, signal } = context;
  if (positionals.length > 1)
    throw new CommandError('usage', '--address is one router: name one device at most', 'leave the others out');
  const { destination, reached, connect } = await loneRouter(context);
  const { read, unread } = await readRouters(
    [{ ...destination, name: destination.address.host }],
    connect,
    output,
    signal,
  );
  const named = read.map((device) => {
    const own = device.live.menus['/system/identity']?.[0]?.['name'] ?? '';
    return { ...device, name: deviceNameOf(positionals[0] ?? own) };
  });
  const told = await Promise.all(
    unread.map(async (each) =>
      each.code === 'TlsUntrusted'
        ? { ...each, message: await untrustedText(destination, each.message, signal) }
        : each,
    ),
  );
  return { read: named, unread: told, fleet: null, reached };
}
