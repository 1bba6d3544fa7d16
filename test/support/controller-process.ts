import { startController, type Config } from '#controller';

/*
 * A process of its own that runs controllers, to be killed: it is sent their configurations and says when all of them run.
 * When the process that started it ends, it ends too.
 */
process.on('disconnect', () => process.exit());
process.on('message', (configs) => {
  void Promise.all((configs as readonly Config[]).map((config) => startController(config))).then(
    () => process.send?.('running'),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
