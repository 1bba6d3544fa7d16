import type { InputOf, OperationName, OutputOf } from '#controller/operations';

/** One event of a stream of the service. */
export interface DoorEvent<T> {
  /** By which one that was cut off goes on; null: it cannot go on after this one. */
  readonly id: string | null;
  readonly data: T;
}

/**
 * The way to the service for one caller: it carries who they are, and the service decides what they may. All that a
 * tool, a resource or a completion learns comes through it.
 */
export interface Door {
  /** Whether there is somebody behind it who answers this at all: without a controller, most is not there. */
  has(name: OperationName): boolean;
  /** One request, one answer. @throws {DoorError} */
  ask<Name extends OperationName>(name: Name, input: InputOf<Name>, signal: AbortSignal): Promise<OutputOf<Name>>;
  /** A stream of events, which ends with the signal. @throws {DoorError} */
  follow<Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    signal: AbortSignal,
  ): AsyncIterable<DoorEvent<OutputOf<Name>>>;
}

/** What the service says where it refuses, or what the door says of a service that does not answer. */
export interface DoorFailure {
  /** A code of docs/reference/errors.md. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;
  readonly correlationId: string | null;
  /** The field of the request that is wrong. */
  readonly field: string | null;
  /** Of HTTP; 503 where nobody answers. */
  readonly status: number;
}

/** Refused, or not answered. */
export class DoorError extends Error {
  override readonly name = 'DoorError';
  readonly failure: DoorFailure;

  constructor(failure: DoorFailure) {
    super(failure.message);
    this.failure = failure;
  }
}
