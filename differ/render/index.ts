export { renderBodyCommands, renderPlanCommands, renderSharedCommands } from './commands.ts';
export { renderDriftText } from './drift.ts';
export { renderBodyText, renderPlanText, renderShownText } from './text.ts';
