/** A controller of its own process: writes attempts until it is killed, and says each step once the store has it. */
import { openStore, type StoreLocation } from '../../controller/store/index.ts';
import { attempt, event, rollout, T0 } from './samples.ts';

const location = JSON.parse(process.argv[2] ?? '') as StoreLocation;
try {
  const store = await openStore(location);
  process.stdout.write('open\n');
  await store.rollouts.add(rollout('1'));
  for (let version = 2; ; version += 1) {
    const { id } = await store.transaction(async (records) => {
      const opened = await records.attempts.open(attempt('r1'));
      await records.approvals.spend(opened.planId, 'r1', opened.id, [
        { kind: 'consent', by: 'alice', id: opened.id, carrier: opened.id },
      ]);
      await records.attempts.step(opened.id, 'one', 'arming', T0, '');
      await records.audit.append(event(`${opened.id} arming`));
      await records.rollouts.save(rollout('1', { version }));
      return opened;
    });
    process.stdout.write(`${id} arming\n`);
    for (const step of ['armed', 'applying', 'applied'] as const) {
      await store.transaction(async (records) => {
        await records.attempts.step(id, 'one', step, T0, '');
        await records.audit.append(event(`${id} ${step}`));
      });
      process.stdout.write(`${id} ${step}\n`);
    }
    await store.attempts.end(id, 'one', 'confirmed', T0, '');
  }
} catch (error) {
  const { code, message } = error as { readonly code: string; readonly message: string };
  process.stdout.write(`${JSON.stringify({ code, message })}\n`);
}
