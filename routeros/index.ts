export type { Codec, Field, Menu, MenuPath, Row, Version } from './catalogue/menu.ts';
export { Failure, ROUTER_FAILURES, type FailureKind, type RouterFailureCode } from './failure.ts';
