import { setFlagsFromString } from 'node:v8';

/**
 * As `rosctl controller` runs Node (bin/rosctl.mjs): memory before speed. Imported first by whatever measures a
 * controller's memory.
 */
setFlagsFromString('--optimize-for-size');
