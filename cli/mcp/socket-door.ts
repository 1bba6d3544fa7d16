import type { Door } from '#mcp';
import { type DoorHeaders, httpDoors } from './http-door.ts';

/** The ways of many callers to a controller beside this process, through its socket for MCP servers. */
export function socketDoors(socketPath: string): (headers: DoorHeaders) => Door {
  const doorOf = httpDoors({ origin: 'http://localhost', root: '/api', name: socketPath, socketPath });
  return (headers) => doorOf(() => headers);
}

/** The way of one caller. */
export function socketDoor(socketPath: string, headers: DoorHeaders): Door {
  return socketDoors(socketPath)(headers);
}
