import { Client } from 'undici';
import { answerEach } from './child.ts';

/** Reads of one path, by so many clients with one connection each, until all of them are done. */
export interface Reads {
  readonly url: string;
  readonly path: string;
  readonly authorization: string;
  readonly clients: number;
  readonly reads: number;
}

/** @returns what the last read gave. @throws for an answer that is none. */
async function readAll({ url, path, authorization, clients, reads }: Reads): Promise<string> {
  let left = reads;
  let last = '';
  async function work(): Promise<void> {
    const client = new Client(url);
    while (left > 0) {
      left -= 1;
      const { statusCode, body } = await client.request({ method: 'GET', path, headers: { authorization } });
      last = await body.text();
      if (statusCode !== 200) throw new Error(`${path}: ${String(statusCode)} ${last}`);
    }
    await client.close();
  }
  await Promise.all(Array.from({ length: clients }, work));
  return last;
}

answerEach(async (question) => await readAll(question as Reads));
