import { request as startRequest } from 'node:http';
import type { Access, Authenticated } from '../../controller/access/authenticated.ts';
import { type Role, ROLES } from '../../controller/access/permissions.ts';
import { principalOf } from '../../controller/access/principal.ts';
import type { DeviceScope } from '../../controller/access/rights.ts';
import { createClock } from '../../controller/clock.ts';
import { type Doors, openDoors } from '../../controller/doors/open-doors.ts';
import { createLog } from '../../controller/telemetry/log.ts';
import { createMetrics } from '../../controller/telemetry/metrics.ts';
import type { Config } from '../../controller/config.ts';
import { NO_RULES } from '../../controller/access/access-file.ts';
import type { AccessRules } from '../../controller/access/access-rules.ts';
import { Failure } from '#failure';
import type { Rig } from '#test/rig.ts';

/** Whoever has a token: `token-of-NAME`. */
export interface Person {
  readonly role: Role;
  readonly devices?: DeviceScope;
  readonly requestsPerMinute?: number;
  readonly expiresAt?: number;
  readonly audience?: 'api' | 'mcp';
}

/** Tokens that a test gives and takes away. */
export class People implements Access {
  readonly #people = new Map<string, Person>();

  set(name: string, person: Person): string {
    this.#people.set(name, person);
    return `token-of-${name}`;
  }

  remove(name: string): void {
    this.#people.delete(name);
  }

  issuers(): readonly string[] {
    return ['https://login.example.net/realms/net'];
  }

  async rules(): Promise<AccessRules> {
    return await Promise.resolve(NO_RULES);
  }

  async wouldBe(): Promise<never> {
    return await Promise.reject(new Error('Nobody is tried here.'));
  }

  fault(): null {
    return null;
  }

  async authenticate(authorization: string | undefined, audience: 'api' | 'mcp'): Promise<Authenticated> {
    const name = /^Bearer token-of-(.*)$/.exec(authorization ?? '')?.[1] ?? '';
    const person = this.#people.get(name);
    if (person === undefined || (person.audience ?? 'api') !== audience)
      throw new Failure('NotAuthenticated', 'The token does not count here.');
    const rights = [{ permissions: new Set(ROLES[person.role]), devices: person.devices ?? { all: true as const } }];
    return await Promise.resolve({
      principal: principalOf(`token:${name}`, rights, () => null),
      rights,
      requestsPerMinute: person.requestsPerMinute ?? 100_000,
      expiresAt: person.expiresAt ?? null,
    });
  }
}

/** Doors of their own in front of the controller of a rig. */
export async function doorsOf(rig: Rig, access: Access, config: Partial<Config> = {}, speed = 1): Promise<Doors> {
  const http = { host: '127.0.0.1', port: 0, tls: null, publicUrl: null, behindProxy: false };
  return await openDoors({
    config: {
      ...rig.config,
      http,
      // A machine that runs tests is late all the time.
      apiLimits: { quotas: true, shedding: false },
      ...config,
      stateFolder: `${rig.config.stateFolder}/doors`,
    },
    api: rig.controller.api,
    metrics: createMetrics(),
    access,
    log: createLog('silent'),
    clock: createClock(speed),
  });
}

/** What came back. */
export interface Came {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** One request as bytes go over the wire: Node leaves its headers alone. */
export async function send(
  to: { readonly url: string } | { readonly socketPath: string },
  path: string,
  more: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
    /** Told of each piece; true: that is enough of it. */
    readonly onData?: (text: string) => boolean;
  } = {},
): Promise<Came> {
  const { method = 'GET', headers = {}, body, onData } = more;
  const at = 'url' in to ? { host: new URL(to.url).hostname, port: new URL(to.url).port } : to;
  return await new Promise((resolve, reject) => {
    const request = startRequest({ ...at, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      const done = (): void => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      };
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (onData?.(chunk.toString('utf8')) !== true) return;
        done();
        request.destroy();
      });
      response.on('end', done);
    });
    request.on('error', reject);
    request.end(body);
  });
}
