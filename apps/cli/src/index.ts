/** `@govc/cli`: the command line as a function. */
export type { Command, CommandEntry, CommandTable } from './command.js';
export { COMMANDS } from './commands/table.js';
export { EXIT, EXIT_CODES } from './exit-codes.js';
export type { CommandIo } from './io.js';
export { run } from './run.js';
export { VERSION } from './version.js';
