export { openStore, type StoreLocation } from './store.ts';
