export { STORE_FAILURES, type StoreFailureCode } from './failures.ts';
export { openStore, type StoreLocation } from './store.ts';
