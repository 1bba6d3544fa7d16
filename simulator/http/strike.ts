import { printedRows } from '../engine/print.ts';
import { system } from '../model/policies.ts';
import type { Fault } from '../faults/fault.ts';
import type { Human } from '../faults/human.ts';
import type { RouterState } from '../model/state.ts';
import { type Answer, errorAnswer } from './answer.ts';

/** The connection is to be reset instead of answered. */
export class Reset extends Error {}

/** What a striking fault needs of the router. */
export interface Struck {
  readonly router: RouterState;
  readonly human: Human;
  reboot(downMilliseconds?: number): void;
}

const timedOut =
  'action timed out - try again, if error continues contact MikroTik support and send a supout file (13)';

/** Faults that strike before the command ran. @returns an answer that stands in for it. @throws {Reset} */
export async function strikeBefore(struck: Struck, faults: readonly Fault[]): Promise<Answer | undefined> {
  for (const fault of faults) {
    if (fault.kind === 'slow') {
      await struck.router.clock.sleep(fault.milliseconds);
    } else if (fault.kind === 'human') {
      struck.human.change(fault.change);
    } else if (fault.kind === 'safe-mode') {
      struck.human.takeSafeMode(fault.user);
    } else if (fault.kind === 'reset') {
      throw new Reset();
    } else if (fault.kind === 'status') {
      return errorAnswer(fault.status, fault.detail ?? timedOut);
    } else if (fault.kind === 'session-closed') {
      return errorAnswer(400, 'Session closed');
    } else if (fault.kind === 'reboot' && fault.phase === 'before-effect') {
      struck.reboot(fault.downMilliseconds);
      throw new Reset();
    }
  }
  return undefined;
}

/** Faults that strike after the command took effect, before its answer left. @throws {Reset} */
export function strikeAfter(struck: Struck, faults: readonly Fault[], answer: Answer): Answer {
  for (const fault of faults) {
    if (fault.kind === 'answer-lost') {
      throw new Reset();
    }
    if (fault.kind === 'reboot' && fault.phase === 'after-effect') {
      struck.reboot(fault.downMilliseconds);
      throw new Reset();
    }
    if (fault.kind === 'applied-but-400') {
      return errorAnswer(400, fault.detail ?? 'failure: could not apply');
    }
    if (fault.kind === 'wrong-body') {
      const menu = struck.router.profile.menus.get('/system/resource');
      return { status: 200, body: menu === undefined ? {} : printedRows(struck.router, menu, system)[0] };
    }
  }
  return answer;
}

/** True when one of the faults is of the kind. */
export function has(faults: readonly Fault[], kind: Fault['kind']): boolean {
  return faults.some((fault) => fault.kind === kind);
}

/** Comments typed in another code page, or with control characters (routeros-rest.md §1.2). */
export function withOddBytes(answer: Answer, faults: readonly Fault[]): Answer {
  const odd = `${has(faults, 'bad-byte') ? '\uDCE9' : ''}${has(faults, 'raw-control') ? '\u0007' : ''}`;
  const { body } = answer;
  if (odd === '' || typeof body !== 'object' || body === null) {
    return answer;
  }
  function spoil(row: object): object {
    const comment: unknown = 'comment' in row ? row.comment : undefined;
    return { ...row, comment: `${typeof comment === 'string' ? comment : 'caf'}${odd}` };
  }
  return { ...answer, body: Array.isArray(body) ? body.map((row: object) => spoil(row)) : spoil(body) };
}
