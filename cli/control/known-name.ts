import type { DeviceView, StatusView } from '#controller';
import { CommandError } from '../command-error.ts';

/**
 * One device of a status. @throws {CommandError} `usage` with the nearest name, `notKnown` while no revision was
 * accepted.
 */
export async function deviceOf({ devices, source }: StatusView, name: string): Promise<DeviceView> {
  const device = devices.find((candidate) => candidate.name === name);
  if (device !== undefined) return device;
  if (source.revision === null) {
    const why = source.fault === null ? '' : `: ${source.fault.code}\n${source.fault.message}`;
    throw new CommandError(
      'notKnown',
      `no revision of the source was accepted yet, so no device is known${why}`,
      'see: rosctl status',
    );
  }
  const names = devices.map((each) => each.name);
  throw new CommandError(
    'usage',
    `the controller has no device ${JSON.stringify(name)}`,
    await nearestHint(name, names),
  );
}

/** `did you mean r1?`, or where the names are. */
export async function nearestHint(name: string, names: readonly string[]): Promise<string> {
  const { nearestName } = await import('#schemas');
  const nearest = nearestName(name, names);
  return nearest === undefined ? 'see the names: rosctl devices' : `did you mean ${nearest}?`;
}
