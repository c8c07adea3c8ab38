import type { CommandTable } from '../command.js';

/** Every command by its name. One line each; the code of a command is loaded when it is run. */
export const COMMANDS: CommandTable = {
  init: { summary: 'Create an empty Git repository or reinitialize an existing one', load: async () => (await import('./init.js')).initCommand },
  serve: {
    summary: 'Serve Git repositories and a REST interface over HTTP',
    usage: 'govc serve [--port PORT] [--host ADDRESS] [--data DIR | --root DIR [--export-all]] [--config FILE]',
    load: async () => (await import('./serve.js')).serveCommand,
  },
  version: {
    summary: 'Show the version',
    usage: 'govc version',
    load: async () => (await import('./version.js')).versionCommand,
  },
  help: {
    summary: 'Explain a command',
    usage: 'govc help [COMMAND]',
    load: async () => (await import('./help.js')).helpCommand(COMMANDS),
  },
};
