/** `@govc/cli`: the command line as a function. */
export type { Command, CommandEntry, CommandTable } from './command.js';
export { COMMANDS } from './commands/table.js';
export type { Context } from './context.js';
export { EXIT, EXIT_CODES } from './exit-codes.js';
export { Failure } from './failure.js';
export type { CommandIo, ProgramRequest, ProgramResult, ProgramRunner } from './io.js';
export { run } from './run.js';
export type { FilesHost } from './session/files-host.js';
export { MemoryHost } from './session/memory-host.js';
export { ShellSyntaxError } from './shell/parse-line.js';
export { createShell, type Shell, type ShellOptions, type ShellResult } from './shell/shell.js';
export { VERSION } from './version.js';
