/** What a client needs of the operations: the table and how it is asked over HTTP. Nothing of the controller itself. */
export type { InputOf, OfflineName, OperationName, OutputOf } from './table.ts';
export { operationsAt } from './at-door.ts';
export { requestOf, type WireRequest } from './wire.ts';
