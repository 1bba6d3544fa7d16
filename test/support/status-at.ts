import { request } from 'node:http';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import type { StatusView } from '#controller';

/** What a controller answers to rosctl's first question, whichever process it runs in. */
export async function statusAt(stateFolder: string): Promise<StatusView> {
  const socketPath = path.join(stateFolder, 'control.sock');
  return await new Promise((resolve, reject) => {
    request({ socketPath, path: '/v1/status' }, (response) => {
      void json(response).then((body) => resolve(body as StatusView), reject);
    })
      .on('error', reject)
      .end();
  });
}
