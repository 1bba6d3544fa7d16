import './lean.ts';
import { startController, type Config, type Controller } from '#controller';
import { answerEach } from './child.ts';
import { everyDeviceInSync } from './visits.ts';

/** What the controller's process is asked. Each is answered with its memory then. */
export type ControllerQuestion =
  /** Starts, and visits every device once. */
  | { readonly start: Config }
  /** Visits every device again. */
  | { readonly visitAll: true }
  /** Waits until nothing is under way, and collects garbage. */
  | { readonly rest: true };

/** Bytes. */
export interface Memory {
  readonly resident: number;
  readonly heap: number;
  readonly external: number;
}

const IDLE_MS = 1_000;
let controller: Controller | null = null;

async function answer(question: ControllerQuestion): Promise<Memory> {
  if ('start' in question) {
    controller = await startController(question.start);
    await everyDeviceInSync(controller, 0);
  } else if ('visitAll' in question && controller !== null) {
    const since = controller.api.clock.now();
    await controller.api.reconcile([]);
    await everyDeviceInSync(controller, since);
  } else {
    await collect();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, heap: heapUsed, external };
}

/** Connections close and finalizers run between two collections. */
async function collect(): Promise<void> {
  for (let times = 0; times < 3; times += 1) {
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    globalThis.gc?.();
  }
}

answerEach(
  (question) => answer(question as ControllerQuestion),
  async () => void (await controller?.stop()),
);
