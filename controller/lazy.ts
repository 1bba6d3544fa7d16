import type { DestinationStream } from 'pino';
import type { Config } from './config.ts';
import type { Access, Destination } from './device/connect.ts';
import type { Controller } from './main.ts';
import type { DeviceSession } from './ports.ts';
import type { Store } from './records.ts';
import type { StoreLocation } from './store/index.ts';
import type { Logger, LogLevel } from './telemetry/log.ts';

/** The parts that bring large libraries along, loaded when first used: rosctl answers at once to whoever needs none of them. */

/** Wires everything together and starts. @throws {Failure} `StoreLocked` and others when it can't; nothing runs then. */
export async function startController(config: Config, log?: Logger): Promise<Controller> {
  const main = await import('./main.ts');
  return await main.startController(config, log);
}

/** The controller's logger, writing JSON lines to the destination. */
export async function openLog(level: LogLevel, destination: DestinationStream): Promise<Logger> {
  const { createLog } = await import('./telemetry/log.ts');
  return createLog(level, destination);
}

/** Opens the store, which a folder gives to one process alone. @throws {Failure} `StoreLocked`, `StoreUnavailable`, `StoreTooNew`, `StoreTooOld` */
export async function openStore(location: StoreLocation): Promise<Store> {
  const store = await import('./store/index.ts');
  return await store.openStore(location);
}

/** The line to the router and the user it logs in with. @throws {Failure} of CREDENTIAL_FAILURES; nothing is sent then. */
export async function connectDevice(
  destination: Destination,
  access: Access,
): Promise<{ readonly session: DeviceSession; readonly user: string }> {
  const device = await import('./device/connect.ts');
  return await device.connectDevice(destination, access);
}
