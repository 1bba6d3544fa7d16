import { setTimeout as pause } from 'node:timers/promises';
import type { RolloutView } from '#controller';
import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { endedText, leftText, rolloutScreen } from '../text/rollout-screen.ts';
import { changeLines } from '../text/rollout-text.ts';
import type { ControlClient } from './control-client.ts';

const LOOK_EVERY_MS = 400;
const GONE = 'the controller does not answer; waiting for it, Ctrl-C ends';
const BACK = 'the controller answers again';

/**
 * Shows a rollout until it ends: drawn anew on a terminal, a line per change elsewhere; at the end what became of it.
 * A controller that stops meanwhile is waited for. `id` null: the newest open one, and while there is none the next
 * that is opened. @returns the exit code: ok for `done` only.
 */
export async function watchRollout(context: CommandContext, client: ControlClient, id: string | null): Promise<number> {
  const watch = new Watch(context);
  try {
    for (let wanted = id; ; await pause(LOOK_EVERY_MS, undefined, { signal: context.signal })) {
      const view = await lookAt(client, wanted, watch);
      wanted = view?.id ?? wanted;
      if (view !== null) watch.show(view);
      if (view?.ended === true) return await watch.end(view);
    }
  } finally {
    if (context.signal.aborted) watch.leave();
  }
}

/** @returns null: there is none yet, or the controller does not answer for now. */
async function lookAt(client: ControlClient, wanted: string | null, watch: Watch): Promise<RolloutView | null> {
  try {
    const open = wanted ?? (await newest(client, watch));
    watch.answered();
    if (open !== undefined) return await client.ask('rollout', { rollout: open });
    watch.waits('no rollout is open; waiting for one (Ctrl-C ends)');
    return null;
  } catch (error) {
    const away = error instanceof CommandError && AWAY.includes(error.exit);
    if (!away || !watch.hasLooked) throw error;
    watch.isGone();
    return null;
  }
}

/** Who approves and then watches may come after the end: at first one that has just ended is shown, too. */
const JUST_MS = 300_000;

async function newest(client: ControlClient, { hasLooked }: Watch): Promise<string | undefined> {
  const { rollouts, now } = await client.ask('rollouts', { limit: 100 });
  const [last] = rollouts;
  const open = rollouts.find(({ ended }) => !ended);
  return (open ?? (!hasLooked && last !== undefined && now - last.since < JUST_MS ? last : undefined))?.id;
}

/** How a controller that stops or has just started answers, or none. */
const AWAY: readonly CommandError['exit'][] = ['unavailable', 'notKnown'];

/** What was shown so far. */
class Watch {
  readonly #context: CommandContext;
  #before: RolloutView | null = null;
  #drawn = '';
  #waited = false;
  #gone = false;
  hasLooked = false;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  get #drawing(): boolean {
    return this.#context.output.interactive && this.#context.output.format === 'table';
  }

  /** Notes once that there is nothing to show yet. */
  waits(text: string): void {
    if (!this.#waited) this.#context.output.note(text);
    this.#waited = true;
  }

  answered(): void {
    this.hasLooked = true;
    if (this.#gone && !this.#drawing) this.#context.output.note(BACK);
    this.#gone = false;
  }

  isGone(): void {
    if (this.#gone) return;
    this.#gone = true;
    if (this.#drawing && this.#before !== null) this.#draw(this.#before, GONE);
    else this.#context.output.note(GONE);
  }

  show(view: RolloutView): void {
    const { output } = this.#context;
    if (this.#drawing) this.#draw(view, '');
    else
      for (const line of changeLines(this.#before, view))
        if (output.format === 'table') output.raw(line);
        else output.note(line);
    this.#before = view;
  }

  async end(view: RolloutView): Promise<number> {
    const { output } = this.#context;
    if (this.#drawing) output.raw('');
    await output.result('rollouts watch', view, () => endedText(view, output.style));
    return view.state === 'done' ? EXIT.ok : EXIT.failure;
  }

  /** Ctrl-C ends the watching alone. */
  leave(): void {
    if (this.#before === null) return;
    if (this.#drawing) this.#context.output.raw('');
    this.#context.output.note(leftText(this.#before));
  }

  #draw(view: RolloutView, said: string): void {
    const { output } = this.#context;
    const screen = rolloutScreen(view, output.size(), said, output.style);
    if (screen !== this.#drawn) output.screen(screen);
    this.#drawn = screen;
  }
}
