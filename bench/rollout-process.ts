import './lean.ts';
import { startController, type Config, type Controller } from '#controller';
import { answerEach } from './child.ts';
import { everyDeviceInSync } from './visits.ts';

/** What the controller's process is asked, in this order. Each is answered with what it has used until then. */
export type RolloutQuestion =
  /** Starts, and does nothing yet: it trusts no commit. */
  | { readonly start: Config }
  /** Trusts this commit and visits every device once. */
  | { readonly trust: string }
  /** Reads the branch and plans for every device. */
  | { readonly plan: true }
  /** Reads the branch and carries out what is approved there, until its rollout has ended. */
  | { readonly rollOut: true };

/** What a controller has used since it started, and what came of the question. */
export interface Usage {
  /** User and system together, microseconds. */
  readonly cpuUs: number;
  /** Resident now, and the most so far, bytes. */
  readonly resident: number;
  readonly mostResident: number;
  /** Id of the fleet plan, or how the rollout ended. */
  readonly answer: string;
  /** Where the API is served; empty: nowhere. */
  readonly httpAt: string;
}

const LOOK_EVERY_MS = 500;
let controller: Controller | null = null;

async function answer(question: RolloutQuestion): Promise<Usage> {
  if ('start' in question) controller = await startController(question.start);
  if (controller === null) throw new Error('there is no controller yet');
  if ('trust' in question) {
    await controller.api.trustInit(question.trust, 'operator:bench');
    await everyDeviceInSync(controller, 0);
  }
  const said =
    'plan' in question ? await planned(controller) : 'rollOut' in question ? await rolledOut(controller) : '';
  const { user, system } = process.cpuUsage();
  const mostResident = process.resourceUsage().maxRSS * 1024;
  return {
    cpuUs: user + system,
    resident: process.memoryUsage.rss(),
    mostResident,
    answer: said,
    httpAt: controller.httpAt ?? '',
  };
}

/** The id of the fleet plan of the newest revision, once every device has its plan. */
async function planned({ api }: Controller): Promise<string> {
  await api.reconcile([]);
  if (api.fleet.fault !== null) throw new Error(api.fleet.fault.message);
  for (;;) {
    const fleetPlan = await api.store.fleetPlans.latest();
    if (fleetPlan?.revision === api.fleet.revision) return fleetPlan.id;
    await pause();
  }
}

/** How the rollout ended. @throws {Error} when it does not go on by itself. */
async function rolledOut({ api }: Controller): Promise<string> {
  await api.reconcile([]);
  if (api.fleet.fault !== null) throw new Error(api.fleet.fault.message);
  for (;;) {
    const [rollout] = await api.store.rollouts.list(api.fleet.source, 1);
    if (rollout?.state === 'done') return rollout.reason;
    if (rollout !== undefined && rollout.state !== 'running') throw new Error(`${rollout.state}: ${rollout.reason}`);
    await pause();
  }
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

answerEach(
  (question) => answer(question as RolloutQuestion),
  async () => void (await controller?.stop()),
);
