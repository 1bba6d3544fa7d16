import { type CertificateAuthority, createAuthority, type IssuedCertificate } from './certificates.ts';
import { createClock } from './clock.ts';
import { refuseUnknownSeeds } from './menus/check-seeds.ts';
import type { Properties, SimulatorClock } from './model/console.ts';
import type { Destination, Surroundings } from './model/state.ts';
import { routerVersionOf } from './model/version.ts';
import { type RouterParts, SimulatedRouter } from './router.ts';
import { NO_PACE, type ScriptPace } from './script/run.ts';

/** What a simulated router starts as; everything else is a believable default router. */
export interface RouterSeed {
  readonly name: string;
  /** A loopback address. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls: boolean;
  /** `7.20.8`, or a release line such as `7.20`. Without a profile of it the router runs the nearest that there is. */
  readonly version: string;
  /** RouterBOARD serial number, or the CHR's system-id. */
  readonly serial: string;
  readonly chr?: boolean;
  /** Packages besides the base that bring menus: `wireless`. */
  readonly packages?: readonly string[];
  readonly users?: readonly { readonly name: string; readonly password: string; readonly group: string }[];
  readonly groups?: readonly { readonly name: string; readonly policy: string }[];
  /** Rows merged over the defaults by their key; ordered menus (firewall, dns static) are replaced. */
  readonly menus?: Readonly<Record<string, readonly Properties[]>>;
  /** Where the router believes its REST client is (NAT); `socket`: the connection's own address. Default 10.255.0.2. */
  readonly seenFrom?: string;
  /** What is around it; without it nobody is there and no counter moves. */
  readonly surroundings?: Surroundings;
  /** What its diagnostics find. To a destination that is listed a probe takes its time; another one answers at once. */
  readonly destinations?: readonly Destination[];
  /** Simulated milliseconds. */
  readonly latency?: { readonly perRequestMs: number; readonly perRowMs: number };
  /** How long its scripts take; without it no time at all. */
  readonly scriptPace?: ScriptPace;
}

/** How a fleet runs. */
export interface FleetOptions {
  readonly clock?: SimulatorClock;
  readonly ca?: CertificateAuthority;
}

/** Running routers. */
export interface Fleet {
  readonly routers: ReadonlyMap<string, SimulatedRouter>;
  /** @throws {Error} for a name that is not in the fleet. */
  router(name: string): SimulatedRouter;
  /** The CA that signed every router's certificate; empty when no router speaks TLS. */
  readonly caPem: string;
  close(): Promise<void>;
}

/** Ports opened at once while a fleet starts. */
const batch = 100;

/**
 * Starts every router of the seeds in this process. @throws {Error} for a bad seed or a port that is taken; nothing is
 * left listening then.
 */
export async function startFleet(seeds: readonly RouterSeed[], options: FleetOptions = {}): Promise<Fleet> {
  const clock = options.clock ?? createClock();
  const secure = seeds.some((seed) => seed.tls);
  const ca = secure ? (options.ca ?? (await createAuthority(Date.now()))) : null;
  const routers = new Map<string, SimulatedRouter>();
  async function close(): Promise<void> {
    await Promise.all([...routers.values()].map((router) => router.close()));
  }
  try {
    for (let start = 0; start < seeds.length; start += batch) {
      await Promise.all(
        seeds.slice(start, start + batch).map(async (seed) => {
          if (routers.has(seed.name)) {
            throw new Error(`two simulated routers are called ${seed.name}`);
          }
          refuseUnknownSeeds(seed.menus ?? {});
          const identity = seed.tls && ca !== null ? ca.issue(seed.host, seed.name) : null;
          const router = new SimulatedRouter(partsOf(seed, clock, identity));
          routers.set(seed.name, router);
          await router.start();
        }),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    routers,
    router(name) {
      const found = routers.get(name);
      if (found === undefined) {
        throw new Error(`the fleet has no router ${name}`);
      }
      return found;
    },
    caPem: ca?.pem ?? '',
    close,
  };
}

function partsOf(seed: RouterSeed, clock: SimulatorClock, identity: IssuedCertificate | null): RouterParts {
  const { users, groups, menus = {}, seenFrom = '10.255.0.2' } = seed;
  return {
    facts: {
      name: seed.name,
      serial: seed.serial,
      version: routerVersionOf(seed.version),
      chr: seed.chr ?? false,
      tls: seed.tls,
      packages: seed.packages ?? [],
      menus: {
        ...menus,
        ...(users === undefined ? {} : { '/user': [...users.map((user) => ({ ...user })), ...(menus['/user'] ?? [])] }),
        ...(groups === undefined
          ? {}
          : { '/user/group': [...groups.map((group) => ({ ...group })), ...(menus['/user/group'] ?? [])] }),
      },
      seenFrom: seenFrom === 'socket' ? null : seenFrom,
      ...(seed.surroundings === undefined ? {} : { surroundings: seed.surroundings }),
      destinations: seed.destinations ?? [],
    },
    host: seed.host,
    port: seed.port,
    latency: seed.latency ?? { perRequestMs: 0, perRowMs: 0 },
    scriptPace: seed.scriptPace ?? NO_PACE,
    clock,
    identity,
  };
}
