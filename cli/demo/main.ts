import { explainFailure, type Surroundings, surroundingsOfProcess } from '../main.ts';
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
async function demo(surroundings: Surroundings, keep: boolean): Promise<number> {
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

async function stayOpen({ story, state, repository, keyFile }: Stage, surroundings: Surroundings): Promise<void> {
  story.step('The demo stays open: explore it from another terminal, Ctrl-C ends it');
  story.say(`npx rosctl status --state ${state}`);
  story.say(`npx rosctl plans list --state ${state}`);
  story.say(`npx rosctl audit --state ${state}`);
  story.say(`${repository} is the clone: commit there, and approve as bob with --signing-key ${keyFile('bob')}.`);
  await new Promise<void>((resolve) => surroundings.signal.addEventListener('abort', () => resolve(), { once: true }));
}

const surroundings = surroundingsOfProcess();
try {
  process.exitCode = await demo(surroundings, process.argv.includes('--keep'));
} catch (error) {
  process.exitCode = await explainFailure(error, { ...surroundings, name: 'demo' });
}
