/** Options that the commands of a repository need, each with a space before it; empty where the default is right. */
export interface StarterOptions {
  readonly branch: string;
  readonly state: string;
}

/** Command lines that one terminal is for; each can be copied as it stands. */
export interface Terminal {
  readonly heading: string;
  readonly commands: readonly string[];
}

/**
 * What follows `rosctl init`, in the new repository. `ca` is where the certificate authority of simulated routers will
 * be; null: the router is a real one.
 */
export function nextCommands({ branch, state }: StarterOptions, ca: string | null): readonly Terminal[] {
  const controller = `rosctl controller${branch}${state}`;
  const approving: Terminal = {
    heading: 'In another terminal, approve the devices, then what is planned for them',
    commands: [`rosctl approve control${state}`, `rosctl status${state}`, `rosctl approve${state}`],
  };
  if (ca === null)
    return [
      {
        heading: 'Look whether everything is in place, commit, and start the controller',
        commands: [
          'export ROUTER_PASSWORD=...',
          `rosctl doctor${state}`,
          'git add -A && git commit -S -m "Add our first router"',
          controller,
        ],
      },
      approving,
    ];
  return [
    { heading: 'Start the routers', commands: [`rosctl simulator${state}`] },
    {
      heading: 'In another terminal, commit, and start the controller',
      commands: [
        'git add -A && git commit -S -m "Add the example routers"',
        `ROUTER_PASSWORD=simulator ${controller} --ca ${ca}`,
      ],
    },
    approving,
  ];
}
