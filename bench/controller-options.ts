/** How `rosctl controller` runs Node (bin/rosctl.mjs): memory before speed. Whatever measures a controller's memory does the same. */
export const CONTROLLER_OPTIONS: readonly string[] = ['--optimize-for-size'];
