/** A controller of its own process: writes attempts until it is killed, and says each step once the store has it. */
import { openStore, type StoreLocation } from '../../controller/store/index.ts';
import { attempt, event, T0 } from './samples.ts';

const location = JSON.parse(process.argv[2] ?? '') as StoreLocation;
try {
  const store = await openStore(location);
  process.stdout.write('open\n');
  for (;;) {
    const { id } = await store.attempts.open(attempt('r1'));
    for (const step of ['arming', 'armed', 'applying', 'applied'] as const) {
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
