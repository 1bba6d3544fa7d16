import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startController } from '#controller';
import { startChild, type Child } from './child.ts';
import { nameOf, seedsInSync, writeFleet } from './fleet.ts';
import { interleave, ratiosOf, spreadOf } from './measure.ts';
import { servedBy, withReadUser } from './read-user.ts';
import type { Reads } from './reader-clients.ts';
import { rounded, type Benchmark, type Figure, type Size } from './result.ts';
import { startSimulator } from './simulator.ts';
import { everyDeviceInSync } from './visits.ts';

const READS: Readonly<Record<Size, number>> = { full: 4_000, tiny: 20 };
const CLIENTS = [10, 100];
const AUDIENCE = 'https://gitops.example.net/api';
/** Its freshness is the longest there is, so that no round reads a router. */
const MENU = '/ip/address';

/** (h) What identity, rights, scope and the door cost a read that the controller has in its memory. */
export const cachedReads: Benchmark = {
  name: 'h',
  title: 'Cached reads over HTTP with an ES256 token, against a bare Fastify route with the same bytes',
  async run({ size, rounds, progress }) {
    const simulator = await startSimulator(withReadUser(seedsInSync(1, 'http')));
    const folder = await writeFleet(simulator.urls, simulator.caPem);
    const issuer = await startIssuer();
    const controller = await startController(await servedBy(folder.config, accessOf(issuer.url), false));
    const clients = startChild(new URL('reader-clients.ts', import.meta.url));
    const bare = fastify();
    try {
      await everyDeviceInSync(controller, 0);
      const read = { url: controller.httpAt ?? '', path: `/api/v1/devices/${nameOf(0)}/menus${MENU}` };
      const asked = { ...read, authorization: `Bearer ${issuer.token}` };
      const bytes = await clients.ask<string>({ ...asked, clients: 1, reads: 1 } satisfies Reads);
      bare.get(read.path, async (_, reply) => await reply.type('application/json; charset=utf-8').send(bytes));
      const bareUrl = await bare.listen({ host: '127.0.0.1', port: 0 });
      const figures: Figure[] = [];
      const notes: string[] = [`${String(bytes.length)} bytes an answer`];
      for (const count of CLIENTS) {
        progress(`${String(rounds)} rounds of ${String(READS[size])} reads by ${String(count)} clients`);
        const work = (url: string) => async (): Promise<void> =>
          await readBy(clients, { ...asked, url }, count, READS[size]);
        const comparison = await interleave(rounds, work(bareUrl), work(asked.url));
        const slower = ratiosOf(comparison, 'wallMs');
        const rate = { median: 100 / slower.median, least: 100 / slower.most, most: 100 / slower.least };
        const bound = { kind: 'least', value: 50 } as const;
        figures.push({
          what: `reads a second of ${String(count)} clients, of the bare rate`,
          value: rate.median,
          unit: ' %',
          bound,
          spread: rate,
        });
        const wallMs = spreadOf(comparison.subject.map((sample) => sample.wallMs)).median;
        notes.push(`${String(count)} clients: ${rounded((READS[size] * 1000) / wallMs)} reads/s`);
      }
      return { name: 'h', title: this.title, figures, notes };
    } finally {
      await clients.close();
      await bare.close();
      await controller.stop();
      issuer.close();
      await simulator.close();
      await folder.remove();
    }
  },
};

async function readBy(
  child: Child,
  asked: Omit<Reads, 'clients' | 'reads'>,
  clients: number,
  reads: number,
): Promise<void> {
  await child.ask({ ...asked, clients, reads } satisfies Reads);
}

function accessOf(issuer: string): string {
  return `issuers:
  - {url: "${issuer}", api: "${AUDIENCE}", client: rosctl, groups: groups}
bindings:
  - {who: {groups: [net]}, role: read_only, devices: {all: true}}
`;
}

/** Discovery and one key: all that a controller asks of who issues tokens. */
async function startIssuer(): Promise<{ readonly url: string; readonly token: string; close(): void }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }];
  const server = createServer(({ url }, response) => {
    const discovery = { issuer, jwks_uri: `${issuer}/jwks`, id_token_signing_alg_values_supported: ['ES256'] };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(url === '/jwks' ? { keys } : discovery));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const token = await new SignJWT({ groups: ['net'] })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench' })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setSubject('bench')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
  return { url: issuer, token, close: () => server.close() };
}
