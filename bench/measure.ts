/** What one run of some work took. */
export interface Sample {
  readonly wallMs: number;
  /** CPU time of this process, user and system together, microseconds. */
  readonly cpuUs: number;
}

/** Runs of a subject and of its control in the same process, in the order in which they were made. */
export interface Comparison {
  readonly control: readonly Sample[];
  readonly subject: readonly Sample[];
}

/** The middle of some numbers, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** What is measured: it resolves when it is done. */
export type Work = () => void | Promise<void>;

/**
 * Runs control, subject, control, subject …: whatever else the machine does hits both alike. The first pair warms up
 * and does not count.
 * Garbage of one is collected before the other starts, where Node runs with --expose-gc.
 */
export async function interleave(rounds: number, control: Work, subject: Work): Promise<Comparison> {
  await timed(control);
  await timed(subject);
  const samples = { control: [] as Sample[], subject: [] as Sample[] };
  for (let round = 0; round < rounds; round += 1) {
    samples.control.push(await timed(control));
    samples.subject.push(await timed(subject));
  }
  return samples;
}

/** One run of some work, after the garbage of earlier ones was collected. */
export async function timed(work: Work): Promise<Sample> {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuUs: user + system };
}

/** Subject over control, round by round: a slow moment of the machine falls out of the ratio. */
export function ratiosOf({ control, subject }: Comparison, measure: keyof Sample): Spread {
  return spreadOf(subject.map((sample, round) => sample[measure] / (control[round]?.[measure] ?? Number.NaN)));
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}
