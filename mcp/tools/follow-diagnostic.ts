import type { InputOf, OutputOf } from '#controller/operations';
import { DoorError } from '../door.ts';
import type { ToolCall, ToolProgress } from '../tool.ts';

/** A diagnostic of a router, as the service tells it. */
export type Diagnostic = OutputOf<'diagnostic'>;

type Step = Diagnostic['steps'][number];

/** What is asked after the caller has gone takes no longer. */
const LAST_WORD_MS = 10_000;

/**
 * Has a router try something, and follows it until it has ended or the caller has waited long enough. Whoever cancels,
 * or goes away, wants the router to stop. @throws {DoorError}
 */
export async function tried(
  call: ToolCall,
  asked: Omit<InputOf<'startDiagnostic'>, 'join'>,
  waitMs: number,
): Promise<Diagnostic> {
  // Without the caller's signal: one that was begun must be known by its id, or nobody could stop it.
  const begun = await call.door.ask('startDiagnostic', { ...asked, join: true }, AbortSignal.timeout(LAST_WORD_MS));
  try {
    return await awaited(call, begun, waitMs);
  } catch (error) {
    if (call.signal.aborted) await stop(call, begun.id);
    throw error;
  }
}

/** Follows one until it has ended or the caller has waited long enough. @throws {DoorError} */
export async function awaited(call: ToolCall, begun: Diagnostic, waitMs: number): Promise<Diagnostic> {
  const { door, signal } = call;
  if (begun.endedAt !== null || waitMs <= 0) return begun;
  const enough = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  try {
    const steps: Step[] = [];
    for await (const { data } of door.follow('diagnosticEvents', { diagnostic: begun.id }, enough)) {
      if (data.event === 'state') continue;
      steps.push(data.step);
      call.progress(farAs(begun, steps, data.step));
    }
  } catch (error) {
    if (!enough.aborted) throw goesOn(error, begun.id);
  }
  signal.throwIfAborted();
  return await door.ask('diagnostic', { diagnostic: begun.id }, signal).catch((error: unknown) => {
    throw goesOn(error, begun.id);
  });
}

async function stop({ door }: ToolCall, diagnostic: string): Promise<void> {
  // Nobody is left to be told that it can not be stopped; it ends by itself.
  await door.ask('cancelDiagnostic', { diagnostic }, AbortSignal.timeout(LAST_WORD_MS)).catch(() => {});
}

/** How far it is: in words of ours alone. */
function farAs({ request }: Diagnostic, steps: readonly Step[], last: Step): ToolProgress {
  switch (last.kind) {
    case 'address':
      return { progress: 0, message: 'the name is known' };
    case 'hops':
      return { progress: last.hops.length, message: `${String(last.hops.length)} hops` };
    case 'probe': {
      const progress = steps.filter(({ kind }) => kind === 'probe').length;
      const came = last.milliseconds === null ? 'no answer' : `${String(last.milliseconds)} ms`;
      const total = request.kind === 'ping' ? request.count : progress;
      return { progress, total, message: `probe ${String(progress)} of ${String(total)}: ${came}` };
    }
    case 'slice': {
      const progress = steps.reduce((sum, step) => sum + (step.kind === 'slice' ? step.seconds : 0), 0);
      const total = request.kind === 'bandwidth' ? request.seconds : progress;
      return { progress, total, message: `${String(progress)} of ${String(total)} s` };
    }
  }
}

/** What failed is the way to it, not the diagnostic. */
function goesOn(error: unknown, job: string): unknown {
  if (!(error instanceof DoorError)) return error;
  const hint = `The diagnostic goes on: ask diag_result with job ${JSON.stringify(job)}. ${error.failure.hint}`;
  return new DoorError({ ...error.failure, hint: hint.trim() });
}
