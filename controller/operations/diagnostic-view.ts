import type { DiagnosticRecord, DiagnosticStep } from '../records/diagnostics.ts';

/** A diagnostic with what came of it so far. */
export interface DiagnosticView extends Omit<DiagnosticRecord, 'holder' | 'actor'> {
  /** Who asked, as the audit names them. */
  readonly askedBy: string;
}

/** What a stream tells of one: each step once, and how it stands whenever that changes. */
export type DiagnosticEvent =
  | { readonly event: 'step'; readonly number: number; readonly step: DiagnosticStep }
  | { readonly event: 'state'; readonly diagnostic: Omit<DiagnosticView, 'steps'> };
