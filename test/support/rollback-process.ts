import type { Config } from '#controller';
import { reopened } from './rollback-pass.ts';

/* A process of its own that rolls devices back, to be killed. When the process that started it ends, it ends too. */
process.on('disconnect', () => process.exit());
process.on('message', (configs) => {
  for (const config of configs as readonly Config[]) {
    void reopened(config)
      .then((device) => device.pass())
      .catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      });
  }
  process.send?.('running');
});
