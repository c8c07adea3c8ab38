/** `@govc/cli`: the command line as a function. */
export { COMMANDS, type CommandEntry } from './commands/table.js';
export { EXIT, EXIT_CODES } from './exit-codes.js';
export type { Command, CommandIo } from './io.js';
export { run } from './run.js';
export { VERSION } from './version.js';
