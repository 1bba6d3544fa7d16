import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { Tool } from '../tool.ts';
import type { CallNote } from '../noted.ts';

/** What the MCP server counts. No label holds a value of a caller, a router or a secret: tools are those it has. */
export interface HttpMetrics {
  called(era: 'legacy' | 'modern', note: CallNote): void;
  /** A request that got no answer of the protocol. */
  refused(status: number): void;
  /** The page in the Prometheus text format. */
  page(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const LABELS = ['tool', 'era', 'outcome'] as const;

/** Counters at zero in a registry of their own, with those of the Node process. */
export function createHttpMetrics(tools: readonly Tool[]): HttpMetrics {
  const known = new Set(tools.map(({ name }) => name));
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const calls = new Counter({
    name: 'routeros_gitops_mcp_calls_total',
    help: 'Calls of tools, by how they ended.',
    labelNames: LABELS,
    registers,
  });
  const bytes = new Counter({
    name: 'routeros_gitops_mcp_result_bytes_total',
    help: 'Bytes of the results of tools.',
    labelNames: LABELS,
    registers,
  });
  const seconds = new Histogram({
    name: 'routeros_gitops_mcp_call_seconds',
    help: 'Duration of calls of tools.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    labelNames: LABELS,
    registers,
  });
  const refusals = new Counter({
    name: 'routeros_gitops_mcp_refused_requests_total',
    help: 'Requests that were refused before any tool, by HTTP status.',
    labelNames: ['status'],
    registers,
  });
  return {
    called(era, { tool, outcome, ...note }) {
      const labels = { tool: known.has(tool) ? tool : 'unknown', era, outcome };
      calls.inc(labels);
      bytes.inc(labels, note.bytes);
      seconds.observe(labels, note.seconds);
    },
    refused: (status) => refusals.inc({ status: String(status) }),
    page: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
