import { afterAll, describe, expect, test } from 'vitest';
import { startPostgres } from '../support/postgres.ts';
import { accessesContract } from './contract/accesses.ts';
import { approvalsContract } from './contract/approvals.ts';
import { attemptsContract } from './contract/attempts.ts';
import { auditContract } from './contract/audit.ts';
import { capturesContract } from './contract/captures.ts';
import { crashContract } from './contract/crash.ts';
import { diagnosticsContract } from './contract/diagnostics.ts';
import { formatsContract } from './contract/formats.ts';
import { observedContract } from './contract/observed.ts';
import { proposalsContract } from './contract/proposals.ts';
import { recordsContract } from './contract/records.ts';
import { retentionContract } from './contract/retention.ts';
import { rolloutsContract } from './contract/rollouts.ts';
import { samplesContract } from './contract/samples.ts';
import { sharedContract } from './contract/shared.ts';
import { transactionsContract } from './contract/transactions.ts';
import { trustContract } from './contract/trust.ts';
import { postgres, sqlite } from './places.ts';

const server = await startPostgres();
afterAll(async () => {
  if (typeof server !== 'string') await server.stop();
});

const shared = typeof server === 'string' ? [] : [postgres(server)];
const missing = typeof server === 'string' ? [server] : [];

describe.each([sqlite, ...shared])('a store in $name', (place) => {
  describe('records', () => {
    recordsContract(place);
  });
  describe('formats', () => {
    formatsContract(place);
  });
  describe('trust', () => {
    trustContract(place);
  });
  describe('approvals', () => {
    approvalsContract(place);
  });
  describe('attempts', () => {
    attemptsContract(place);
  });
  describe('rollouts', () => {
    rolloutsContract(place);
  });
  describe('observed', () => {
    observedContract(place);
  });
  describe('diagnostics', () => {
    diagnosticsContract(place);
  });
  describe('proposals', () => {
    proposalsContract(place);
  });
  describe('retention', () => {
    retentionContract(place);
  });
  describe('samples', () => {
    samplesContract(place);
  });
  describe('captures', () => {
    capturesContract(place);
  });
  describe('audit', () => {
    auditContract(place);
  });
  describe('accesses', () => {
    accessesContract(place);
  });
  describe('transactions', () => {
    transactionsContract(place);
  });
  describe('crash', () => {
    crashContract(place);
  });
});

describe.each(shared)('one $name and several controllers', (place) => {
  sharedContract(place);
});

for (const reason of missing) console.warn(`\n!!! PostgreSQL was NOT tested: it does not start here.\n${reason}\n`);
test.each(missing)('PostgreSQL NOT TESTED on this machine; continuous integration has to have it', () => {
  expect(process.env['CI']).toBeUndefined();
});
