import type { Caller } from '../../simulator/model/console.ts';
import { Jobs } from '../../simulator/script/jobs.ts';
import { callerWith, memoryConsole, type MemoryConsole } from './memory-console.ts';
import { steppedClock, type SteppedClock } from './stepped-clock.ts';

export interface ScriptRig {
  readonly router: MemoryConsole;
  readonly clock: SteppedClock;
  readonly jobs: Jobs;
  /** What the script prints, its error last. */
  readonly run: (script: string, caller?: Caller) => Promise<string>;
  readonly addScript: (name: string, source: string, policy?: string) => void;
  readonly names: (path: string) => readonly (string | undefined)[];
}

/** A router in memory with its jobs, on a clock that stands still. */
export function scriptRig(version?: readonly [number, number, number]): ScriptRig {
  const router = memoryConsole(version);
  const clock = steppedClock();
  const jobs = new Jobs(router, clock);
  router.live = () => jobs.list();
  router.removeLive = (id) => jobs.remove(id);
  router.changed = (path) => {
    if (path === '/system/scheduler') jobs.schedulerChanged();
  };
  return {
    router,
    clock,
    jobs,
    run: async (script, caller = callerWith()) => (await jobs.execute(script, caller, 'as-string')).ret,
    addScript(name, source, policy = 'read,write') {
      router.add('/system/script', { name, source, policy, owner: 'gitops' }, callerWith());
    },
    names: (path) => router.read(path).map((row) => row['name']),
  };
}
