/** A URI is told of once in so long. */
export const PACE_MS = 10_000;

/** Tells of each URI at most once in ten seconds: what comes in between is told once at their end, never lost. */
export function paced(tell: (uri: string) => void, signal: AbortSignal): (uri: string) => void {
  const resting = new Map<string, { timer: NodeJS.Timeout; again: boolean }>();
  function told(uri: string): void {
    tell(uri);
    const timer = setTimeout(() => {
      const again = resting.get(uri)?.again === true;
      resting.delete(uri);
      if (again) told(uri);
    }, PACE_MS);
    resting.set(uri, { timer, again: false });
  }
  signal.addEventListener('abort', () => {
    for (const { timer } of resting.values()) clearTimeout(timer);
    resting.clear();
  });
  return (uri) => {
    if (signal.aborted) return;
    const rests = resting.get(uri);
    if (rests === undefined) told(uri);
    else rests.again = true;
  };
}
