import { Failure } from '#failure';
import type { RolloutAction } from '../policy/rollout-actions.ts';

/** What rosctl asks to be done to a rollout: `{action, device?, wave?, reason?}`. @throws {Failure} `BadRequest` */
export function rolloutActOf(body: unknown): RolloutAction {
  const fields = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const { action } = fields;
  const device = textIn(fields, 'device');
  const reason = textIn(fields, 'reason') ?? 'no reason given';
  switch (action) {
    case 'pause':
    case 'abort':
      return { action, reason };
    case 'resume':
      return { action };
    case 'rollback':
      return { action, device, reason };
    case 'skip':
      if (device === null && fields['wave'] !== true)
        throw new Failure('BadRequest', 'Say what to skip: a device, or the wave that is under way.');
      if (device !== null && fields['wave'] === true)
        throw new Failure('BadRequest', 'Say one thing to skip: a device, or the wave that is under way.');
      return { action, device };
    default:
      throw new Failure('BadRequest', 'The action must be pause, resume, skip, abort or rollback.');
  }
}

function textIn(fields: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && value !== '') return value;
  throw new Failure('BadRequest', `The field ${name} must be text.`);
}
