import type { InputOf, OutputOf } from '#controller/operations';
import { type Api, operationsOf } from '../../controller/operations/api.ts';
import { operator } from '../../controller/access/principal.ts';
import { isStream } from '../../controller/operations/run.ts';
import type { AnswerName } from '../../controller/operations/table.ts';
import { askedIn } from '../../controller/operations/wire.ts';

/** Asks a controller as its operator does. */
export async function ask<Name extends AnswerName>(
  api: Api,
  name: Name,
  input: InputOf<Name>,
): Promise<OutputOf<Name>> {
  return await operationsOf(api).ask(operator('test'), name, input);
}

/** The same as the control socket hears it. */
export async function request(
  api: Api,
  method: string,
  resource: string,
  body: unknown = null,
  person = 'test',
): Promise<unknown> {
  const asked = askedIn({ method, path: `/v1/${resource}`, body });
  if (asked === null || isStream(asked.name)) throw new Error(`there is no ${method} ${resource}`);
  return await operationsOf(api).ask(operator(person), asked.name, asked.input);
}
