import { setTimeout as pause } from 'node:timers/promises';
import type { RolloutView } from '#controller';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { changeLines, rolloutScreen, rolloutText } from '../text/rollout-text.ts';
import type { ControlClient } from './control-client.ts';

const LOOK_EVERY_MS = 400;
const ROWS = 40;

/**
 * Shows a rollout until it ends: drawn anew on a terminal, a line per change elsewhere; at the end its whole result.
 * `id` null: the newest open one, and while there is none the next that is opened. @returns the exit code: ok for
 * `done` only.
 */
export async function watchRollout(context: CommandContext, client: ControlClient, id: string | null): Promise<number> {
  const { output, signal } = context;
  const wanted = id ?? (await nextOpen(context, client));
  let before: RolloutView | null = null;
  let drawn = '';
  for (;;) {
    const view = await client.ask('rollout', { rollout: wanted });
    if (output.format !== 'table') changeLines(before, view).forEach((line) => output.note(line));
    else if (!output.interactive) changeLines(before, view).forEach((line) => output.raw(line));
    else {
      const screen = view.ended ? rolloutText(view, output.style) : rolloutScreen(view, ROWS, output.style);
      if (screen !== drawn) output.screen(screen);
      drawn = screen;
    }
    if (view.ended) {
      if (output.format !== 'table') await output.result('rollouts watch', view, () => '');
      return view.state === 'done' ? EXIT.ok : EXIT.failure;
    }
    before = view;
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function nextOpen({ output, signal }: CommandContext, client: ControlClient): Promise<string> {
  for (let told = false; ; told = true) {
    const open = (await client.ask('rollouts', { limit: 100 })).rollouts.find(({ ended }) => !ended);
    if (open !== undefined) return open.id;
    if (!told) output.note('no rollout is open; waiting for one (Ctrl-C ends)');
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}
