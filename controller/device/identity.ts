import { Failure } from '#failure';
import { InvalidValue, parseVersion, type Row, type Version } from '#routeros';
import type { DeviceSession } from '../ports.ts';

/** Who answers at the address, as the router itself says. */
export interface DeviceIdentity {
  /** Serial number of the board; for a CHR its system id. */
  readonly serial: string;
  /** `7.20.5 (stable)` (routeros-rest.md §5.16). */
  readonly versionText: string;
  readonly version: Version;
  readonly resource: Row;
}

/** What kind of hardware answered last, to ask for the serial with one request. */
export type SerialSource = 'routerboard' | 'license';

/**
 * Reads version and serial (routeros-rest.md §5.16, §5.19).
 * @throws {Failure} of ROUTER_FAILURES, `BadAnswer` when the router names no version or serial.
 */
export async function readIdentity(
  session: Pick<DeviceSession, 'print'>,
  source: SerialSource | null,
  signal?: AbortSignal,
): Promise<DeviceIdentity & { readonly source: SerialSource }> {
  const resource = (await session.print('/system/resource', undefined, signal))[0] ?? {};
  const versionText = resource['version'] ?? '';
  const version = readVersion(versionText);
  if (source !== 'license') {
    const serial = await boardSerial(session, signal);
    if (serial !== null) return { serial, versionText, version, resource, source: 'routerboard' };
  }
  const license = (await session.print('/system/license', undefined, signal))[0] ?? {};
  const systemId = license['system-id'] ?? license['software-id'];
  if (systemId === undefined || systemId === '')
    throw new Failure('BadAnswer', 'The router names neither a serial number nor a system id.');
  return { serial: systemId, versionText, version, resource, source: 'license' };
}

function readVersion(text: string): Version {
  try {
    return parseVersion(text);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw new Failure('BadAnswer', `The router does not name a version that can be read: "${text.slice(0, 60)}".`, {
      cause: error,
    });
  }
}

/** null: a CHR or x86, which has no board (routeros-rest.md §5.19: 400). */
async function boardSerial(session: Pick<DeviceSession, 'print'>, signal?: AbortSignal): Promise<string | null> {
  try {
    const board = (await session.print('/system/routerboard', undefined, signal))[0] ?? {};
    const serial = board['serial-number'];
    return serial === undefined || serial === '' ? null : serial;
  } catch (error) {
    if (error instanceof Failure && error.code === 'NoSuchMenu') return null;
    throw error;
  }
}
