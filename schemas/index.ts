export type { ApprovalPolicy, ApprovalPolicySpec } from './generated/approval-policy.ts';
export type { Ping, RolloutPolicy, RolloutPolicySpec, Wave, Window } from './generated/rollout-policy.ts';
export type { Person, Roster } from './generated/roster.ts';
export type { Metadata, RouterConfig, RouterConfigSpec, Selector } from './generated/router-config.ts';
export type { RouterDevice, RouterDeviceSpec } from './generated/router-device.ts';
export { nearestName } from './nearest.ts';
export {
  API_VERSION,
  type FieldSchema,
  type FieldsSchema,
  type Kind,
  KINDS,
  schemaOf,
  SECTION_NAMES,
  sectionLists,
  type SectionName,
  sectionSchema,
} from './registry.ts';
export { type KnownDocument, type SchemaFault, validateDocument, type Validation } from './validate.ts';
