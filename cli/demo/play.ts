import type { Surroundings } from '../main.ts';
import { shellWord } from '../text/shell-word.ts';
import { askAnAssistant } from './ask-assistant.ts';
import {
  addADevice,
  beginRepository,
  changeTheFleet,
  correctAndConverge,
  offlineCatchesUp,
  refuseAStranger,
  rollOut,
  someoneInterferes,
  takeFleetIn,
} from './scenes.ts';
import { openStage, type Stage } from './stage.ts';

/** Runs the whole story on simulated routers. @returns the exit code. */
export async function playDemo(surroundings: Surroundings, keep: boolean): Promise<number> {
  const stage = await openStage(surroundings);
  const { story } = stage;
  try {
    await beginRepository(stage);
    const later = await takeFleetIn(stage);
    await changeTheFleet(stage);
    await refuseAStranger(stage);
    await rollOut(stage);
    await correctAndConverge(stage);
    await offlineCatchesUp(stage);
    await addADevice(stage, later);
    await askAnAssistant(stage);
    await someoneInterferes(stage);
    story.step('Summary');
    await story.rosctl('rollouts', 'list');
    await story.rosctl('devices');
    await story.rosctl('status');
    story.say(
      'Everything above ran on simulated routers; the README says what is proven there and not yet on hardware.',
    );
    if (keep) await stayOpen(stage, surroundings);
    return 0;
  } finally {
    await stage.close();
  }
}

/** The commands are printed as they are typed, whole: in any folder, whatever `rosctl` is there. */
async function stayOpen({ story, state, repository, keyFile }: Stage, { signal }: Surroundings): Promise<void> {
  const [, program = 'rosctl'] = process.argv;
  story.step('The demo stays open: explore it from another terminal, Ctrl-C ends it');
  for (const line of [
    `alias rosctl=${shellWord(`${shellWord(process.execPath)} ${shellWord(program)}`)}`,
    `export ROSCTL_STATE=${shellWord(state)}`,
    `cd ${shellWord(repository)}`,
    'rosctl status',
    'rosctl plans list',
    'rosctl audit',
    `rosctl approve edge-vie-01 --signing-key ${shellWord(keyFile('bob'))}`,
  ])
    story.copy(line);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
