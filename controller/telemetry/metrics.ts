import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addDeviceGauges, type DeviceReading } from './device-metrics.ts';

/** What the controller counts; shown on /metrics. No label ever holds a value from a router or a secret. */
export interface Metrics {
  visited(outcome: string, durationMs: number): void;
  requested(method: string, status: number | null, durationMs: number): void;
  /** Where devices by outcome and the state of the source come from; asked whenever the page is. */
  observeFleet(
    observe: () => { readonly byOutcome: ReadonlyMap<string, number>; readonly sourceFault: string | null },
  ): void;
  /** Drift was found that was not there before. */
  driftFound(): void;
  /** Whether the access file counts as it stands; asked whenever the page is. */
  observeAccess(observe: () => Promise<boolean>): void;
  /** How many devices drifted; asked whenever the page is. NaN while the store does not answer. */
  observeDrift(observe: () => Promise<number>): void;
  /** Where the devices of open rollouts by their state come from; asked whenever the page is. */
  observeRollouts(observe: () => ReadonlyMap<string, number>): void;
  /** How many requests were answered and are not in the store yet; asked whenever the page is. */
  observeReads(observe: () => number): void;
  /** Where the health of each device comes from; asked whenever the page is. */
  observeDevices(observe: () => readonly DeviceReading[]): void;
  /** The page in the Prometheus text format. */
  page(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/**
 * Counters at zero in a registry of their own, with those of the Node process: two controllers in one process do not
 * mix.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const visits = new Counter({
    name: 'routeros_gitops_visits_total',
    help: 'Passes over devices, by how they ended.',
    labelNames: ['outcome'],
    registers,
  });
  const visitSeconds = new Histogram({
    name: 'routeros_gitops_visit_seconds',
    help: 'Duration of one pass over one device.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180],
    registers,
  });
  const requests = new Counter({
    name: 'routeros_gitops_router_requests_total',
    help: 'HTTP requests to routers, by method and status class; "none" got no answer.',
    labelNames: ['method', 'status'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'routeros_gitops_router_request_seconds',
    help: 'Duration of HTTP requests to routers.',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    registers,
  });
  const driftsFound = new Counter({
    name: 'routeros_gitops_drift_found_total',
    help: 'Times that drift was found that was not there before.',
    registers,
  });
  return {
    driftFound: () => driftsFound.inc(),
    observeAccess(observe) {
      const file = new Gauge({
        name: 'routeros_gitops_access_file_ok',
        help: '1 when the access file counts as it stands, 0 while an older valid one does.',
        registers: [],
        async collect() {
          this.set((await observe()) ? 1 : 0);
        },
      });
      registry.registerMetric(file);
    },
    observeDrift(observe) {
      const drifted = new Gauge({
        name: 'routeros_gitops_drifted_devices',
        help: 'Devices that differ from their last confirmed state, but for drift that is ignored.',
        registers: [],
        async collect() {
          this.set(await observe().catch(() => Number.NaN));
        },
      });
      registry.registerMetric(drifted);
    },
    visited(outcome, durationMs) {
      visits.inc({ outcome });
      visitSeconds.observe(durationMs / 1000);
    },
    requested(method, status, durationMs) {
      requests.inc({ method, status: status === null ? 'none' : `${Math.floor(status / 100)}xx` });
      requestSeconds.observe(durationMs / 1000);
    },
    observeFleet(observe) {
      const devices = new Gauge({
        name: 'routeros_gitops_devices',
        help: 'Devices by the outcome of their last pass.',
        labelNames: ['outcome'],
        registers: [],
        collect() {
          this.reset();
          for (const [outcome, count] of observe().byOutcome) this.set({ outcome }, count);
        },
      });
      const source = new Gauge({
        name: 'routeros_gitops_source_ok',
        help: '1 when the newest content of the source was accepted, 0 while an older good revision counts.',
        registers: [],
        collect() {
          this.set(observe().sourceFault === null ? 1 : 0);
        },
      });
      const fault = new Gauge({
        name: 'routeros_gitops_source_fault',
        help: '1 for the code of the fault for which the newest content of the source does not count; absent without one.',
        labelNames: ['code'],
        registers: [],
        collect() {
          this.reset();
          const code = observe().sourceFault;
          if (code !== null) this.set({ code }, 1);
        },
      });
      registry.registerMetric(devices);
      registry.registerMetric(source);
      registry.registerMetric(fault);
    },
    observeRollouts(observe) {
      const members = new Gauge({
        name: 'routeros_gitops_rollout_devices',
        help: 'Devices of the open rollouts, by where they stand in them.',
        labelNames: ['state'],
        registers: [],
        collect() {
          this.reset();
          for (const [state, count] of observe()) this.set({ state }, count);
        },
      });
      registry.registerMetric(members);
    },
    observeReads(observe) {
      const waiting = new Gauge({
        name: 'routeros_gitops_reads_waiting',
        help: 'Requests that were answered and whose audit rows are not in the store yet; it grows while the store takes nothing.',
        registers: [],
        collect() {
          this.set(observe());
        },
      });
      registry.registerMetric(waiting);
    },
    observeDevices: (observe) => addDeviceGauges(registry, observe),
    async page() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
