/** Why a gate is closed, for people. `code` is stable. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}
