import { setTimeout as pause } from 'node:timers/promises';
import type { DiagnosticView } from '#controller';
import type { InputOf } from '#controller/operations';
import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';
import { stepLines, tallyText } from '../text/diagnose-text.ts';
import { controlClient } from './control-client.ts';

const LOOK_EVERY_MS = 300;
/** So long whoever is interrupted waits for the controller to hear of it. */
const LAST_WORD_MS = 10_000;

/**
 * Starts a diagnostic and tells each step as it comes, until it has ended. A controller that does not answer for a while
 * is waited for: nothing is lost meanwhile. Ctrl-C cancels it on the controller.
 */
export async function followDiagnostic(
  context: CommandContext,
  asked: InputOf<'startDiagnostic'>,
): Promise<DiagnosticView> {
  const { output, signal } = context;
  // Ctrl-C while it is being started must not leave one that nobody knows.
  const started = await patientClient(context).ask('startDiagnostic', asked);
  const client = controlClient(context);
  let told = 0;
  let isAway = false;
  try {
    for (let view = started; ;) {
      for (const line of stepLines(view, told))
        if (output.format === 'table') output.raw(line);
        else output.note(line);
      told = view.steps.length;
      if (view.endedAt !== null) return view;
      await pause(LOOK_EVERY_MS, undefined, { signal });
      try {
        view = await client.ask('diagnostic', { diagnostic: started.id });
        isAway = false;
      } catch (error) {
        if (!(error instanceof CommandError) || error.exit !== 'unavailable' || signal.aborted) throw error;
        if (!isAway) output.note('the controller does not answer; waiting for it, Ctrl-C ends');
        isAway = true;
      }
    }
  } catch (error) {
    if (signal.aborted) await cancel(context, started.id);
    throw error;
  }
}

async function cancel(context: CommandContext, id: string): Promise<void> {
  const { output } = context;
  try {
    const view = await patientClient(context).ask('cancelDiagnostic', { diagnostic: id });
    const tally = tallyText(view);
    if (output.format !== 'table' || tally !== '') await output.result('diagnose', view, () => tally);
    output.note(`${id} is cancelled: the router is asked nothing more, and soon idle`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    output.note(`${id} could not be cancelled, and goes on until it ends by itself: ${why}`);
  }
}

/** One that Ctrl-C does not interrupt. */
function patientClient(context: CommandContext): ReturnType<typeof controlClient> {
  return controlClient({ ...context, signal: AbortSignal.timeout(LAST_WORD_MS) });
}
