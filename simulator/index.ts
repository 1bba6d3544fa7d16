export { authorityFrom, createAuthority, type CertificateAuthority, type KeptAuthority } from './certificates.ts';
export { createClock } from './clock.ts';
export { exportText, type ExportForm } from './export/print-export.ts';
export type { Faults } from './faults/active.ts';
export type { Fault, RequestMatch, RowCondition } from './faults/fault.ts';
export type { Human, HumanChange } from './faults/human.ts';
export { startFleet, type Fleet, type FleetOptions, type RouterSeed } from './fleet.ts';
export type { Intercept, InterceptedRequest } from './http/door.ts';
export type { RecordedRequest, RequestLog } from './http/recorded.ts';
export {
  ConsoleFailure,
  type Caller,
  type Properties,
  type RouterConsole,
  type SimulatorClock,
} from './model/console.ts';
export type { Destination, HealthEffects, RunningCommand, Surroundings } from './model/state.ts';
export { SimulatedRouter } from './router.ts';
