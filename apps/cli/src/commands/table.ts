import type { Command } from '../io.js';

/** A command as the table lists it. Its code is loaded when it is run. */
export interface CommandEntry {
  readonly summary: string;
  readonly usage: string;
  readonly load: () => Promise<Command>;
}

/** Every command by its name. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
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
    load: async () => (await import('./help.js')).helpCommand,
  },
};
