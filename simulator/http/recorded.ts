/** A request a router received, as tests see it. */
export interface RecordedRequest {
  readonly method: string;
  /** Below /rest, with query string. */
  readonly path: string;
  readonly body: string;
  /** From the Authorization header, whether it was right or not. */
  readonly user: string;
  /** Milliseconds of the simulator's clock. */
  readonly at: number;
  /** Set when an answer was written. */
  status?: number;
}

const longestRecord = 20_000;

/** The requests of one router, oldest first; beyond 20,000 the oldest are forgotten. */
export interface RequestLog extends ReadonlyArray<RecordedRequest> {
  clear(): void;
  record(request: RecordedRequest): void;
}

/** An empty log. */
export function createRequestLog(): RequestLog {
  const requests: RecordedRequest[] = [];
  return Object.assign(requests, {
    clear() {
      requests.length = 0;
    },
    record(request: RecordedRequest) {
      requests.push(request);
      if (requests.length > longestRecord) {
        requests.splice(0, longestRecord / 2);
      }
    },
  });
}
