import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#controller';
import type { RouterSeed } from '#simulator';

const READER = { name: 'gitops-read', password: 'bench-reader' };

/** The same routers with a user that can write nothing. */
export function withReadUser(seeds: readonly RouterSeed[]): readonly RouterSeed[] {
  return seeds.map((seed) => ({
    ...seed,
    groups: [{ name: READER.name, policy: 'read,test,api,rest-api' }],
    users: [...(seed.users ?? []), { ...READER, group: READER.name }],
  }));
}

/** A controller that reads as this user, and serves the API to whom `access` names. */
export async function servedBy(config: Config, access: string, shedding: boolean): Promise<Config> {
  const file = path.join(config.sourceFolder, '..', 'access.yaml');
  await writeFile(file, access, { mode: 0o600 });
  return {
    ...config,
    credentials: config.credentials.map((binding) => ({
      ...binding,
      read: { username: READER.name, from: { env: 'BENCH_READER' } },
    })),
    environment: { ...config.environment, BENCH_READER: READER.password },
    access: { path: file, named: true },
    http: { host: '127.0.0.1', port: 0, tls: null, publicUrl: null, behindProxy: false },
    apiLimits: { quotas: false, shedding },
  };
}

/** Lets whoever has this token read all devices. */
export function accessWith(token: string): string {
  const sha256 = createHash('sha256').update(token).digest('hex');
  return `tokens:
  - {name: bench, sha256: ${sha256}, for: api, expires: 2099-01-01, role: read_only, devices: {all: true}}
`;
}
