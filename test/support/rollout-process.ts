import { appendFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { Config, Controller } from '#controller';
import { startController } from '../../controller/main.ts';
import '../../git/open.ts';
import '../../controller/trust/git-source.ts';
import { watchCommits } from './commit-watch.ts';
import { inSample } from './sample.ts';

/** One life of a controller. */
export interface Life {
  readonly config: Config;
  /** The fleet's time. */
  readonly now: number;
  /** It dies at the first point that is not among these. */
  readonly survived: readonly string[];
  /** Where it writes the point that it dies at. */
  readonly lastWords: string;
}

/** What a life tells while it lasts. */
export interface LifeSign {
  readonly revision: string | null;
  readonly fleetPlan: { readonly id: string; readonly revision: string; readonly planIds: readonly string[] } | null;
  /** Devices that wait for an approval, and how many attempts each has had. */
  readonly unapproved: readonly { readonly device: string; readonly planId: string; readonly attempts: number }[];
  readonly rollouts: readonly { readonly state: string; readonly reason: string }[];
  readonly inSync: readonly string[];
  /** For a test that waits in vain. */
  readonly outcomes: Readonly<Record<string, string>>;
}

const LOOK_EVERY_MS = 50;

/*
 * A process of its own that runs a controller and kills itself with SIGKILL at a step that its store takes; all code is loaded before it is asked to.
 * When the process that started it ends, it ends too.
 */
process.on('disconnect', () => process.exit());
// Whoever is killed leaves no cache behind.
flushCompileCache();
process.on('message', (life) => {
  void live(life as Life).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
});

async function live({ config, now, survived, lastWords }: Life): Promise<void> {
  const known = new Set(survived);
  watchCommits((step, phase) => {
    const point = `${phase} ${step}`;
    if (known.has(point) || !isPoint(step, phase) || !inSample('rollout kill', point, 5)) return;
    appendFileSync(lastWords, point);
    process.kill(process.pid, 'SIGKILL');
  });
  // The wall clock of lives that follow each other must not go back, as a clock that begins anew at the real time
  // would.
  const since = performance.now();
  Date.now = () => Math.floor(now + (performance.now() - since) * config.clockSpeed);
  const { api } = await startController(config);
  for (;;) {
    process.send?.(await signOf(api));
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/**
 * Every step that is audited or moves a member of a rollout, when it is stored; those of attempts, which announce
 * requests to a router, right before as well.
 */
function isPoint(step: string, phase: 'before' | 'after'): boolean {
  return phase === 'after' ? /[.>]/.test(step) : step.startsWith('attempt.');
}

async function signOf(api: Controller['api']): Promise<LifeSign> {
  const { fleet, store } = api;
  const fleetPlan = await store.fleetPlans.latest();
  const unapproved: { device: string; planId: string; attempts: number }[] = [];
  const inSync: string[] = [];
  const outcomes: Record<string, string> = {};
  for (const device of fleet.devices()) {
    const visit = api.visitOf(device);
    if (visit === null || visit.revision !== fleet.revision) continue;
    const { outcome } = visit;
    outcomes[device] = outcome.kind === 'Waiting' ? outcome.reasons.map(({ code }) => code).join() : outcome.kind;
    if (outcome.kind === 'InSync') inSync.push(device);
    if (outcome.kind !== 'Waiting' || outcome.reasons.every(({ code }) => code !== 'ApprovalMissing')) continue;
    const attempts = (await store.attempts.list(device, 100)).length;
    unapproved.push({ device, planId: outcome.planId, attempts });
  }
  const rollouts = await store.rollouts.list(fleet.source, 10);
  return {
    revision: fleet.revision,
    fleetPlan: fleetPlan && {
      id: fleetPlan.id,
      revision: fleetPlan.revision,
      planIds: fleetPlan.plans.map(({ planId }) => planId),
    },
    unapproved,
    rollouts: rollouts.map(({ state, reason }) => ({ state, reason })),
    inSync,
    outcomes,
  };
}
