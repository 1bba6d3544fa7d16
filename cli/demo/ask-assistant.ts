import { openAssistant } from './assistant.ts';
import { NEW_RESOLVER } from './changes.ts';
import { allPlanned, hasConverged, hasNewResolver } from './look.ts';
import type { Stage } from './stage.ts';

const ASKED_ABOUT = 'edge-vie-02';
const OLD_RESOLVERS = ['192.0.2.53', '198.51.100.53'];
/** So many lines of an answer are shown. */
const FEW = 4;

/** An assistant finds a cause and proposes a change; people decide about it. */
export async function askAnAssistant(stage: Stage): Promise<void> {
  const { story, fleet, state, controller } = stage;
  story.step(`"Why is DNS slow at ${ASKED_ABOUT}?" An assistant is asked, through rosctl mcp`);
  const ofSite = controller()
    .api.fleet.devices()
    .filter((device) => device.includes('-vie-'));
  for (const device of ofSite)
    fleet.router(device).faults.add({ kind: 'health', effects: { pingLost: [NEW_RESOLVER] } });
  const assistant = await openAssistant(story, state);
  let proposal: string;
  try {
    await assistant.call('config_explain', { device: ASKED_ABOUT, section: 'dns' }, FEW + 1);
    const { facts } = await assistant.call('diag_ping', { device: ASKED_ABOUT, target: NEW_RESOLVER, count: 3 }, 9);
    if (facts['received'] !== 0) throw new Error(`${NEW_RESOLVER} answers ${ASKED_ABOUT}`);
    await assistant.call('diag_ping', { device: ASKED_ABOUT, target: OLD_RESOLVERS[0], count: 1 }, 9);
    story.say(`It says: the second resolver, ${NEW_RESOLVER}, does not answer; each question that goes there waits.`);
    story.say('"Then set the resolvers for all of vie." It proposes that, and can do no more:');
    const change = {
      section: 'dns',
      labels: { site: 'vie' },
      set: { servers: OLD_RESOLVERS },
      reason: `${NEW_RESOLVER} does not answer`,
    };
    const proposed = await assistant.call('change_propose', change, 14);
    proposal = String(proposed.facts['proposal']);
  } finally {
    await assistant.close();
  }
  await stage.rosctlAs('alice', 'proposals', 'take', proposal);
  await controller().api.reconcile([]);
  await allPlanned(stage, 'alice took it with her own signature, and every router of vie is planned');
  await stage.rosctlAs('bob', 'approve');
  await controller().api.reconcile([]);
  await story.waitFor('bob approved it, and all routers of vie ask the old resolvers again', () =>
    ofSite.every((device) => hasConverged(stage, device) && !hasNewResolver(stage, device)),
  );
}
