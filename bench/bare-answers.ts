import { fastify } from 'fastify';
import { answerEach } from './child.ts';

/** Bytes of the answers by their paths, without a query. */
export type BareAnswers = Readonly<Record<string, string>>;

const server = fastify();

/** @returns where it listens. */
async function serve(answers: BareAnswers): Promise<string> {
  for (const [path, bytes] of Object.entries(answers))
    server.get(path, async (_, reply) => await reply.type('application/json; charset=utf-8').send(bytes));
  return await server.listen({ host: '127.0.0.1', port: 0 });
}

answerEach(
  async (question) => await serve(question as BareAnswers),
  async () => await server.close(),
);
