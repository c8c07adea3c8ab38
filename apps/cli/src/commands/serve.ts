import { Writable } from 'node:stream';

import { helpOf, serve, SETTINGS, type Setting } from '@govc/server';

import { EXIT } from '../exit-codes.js';
import type { Command } from '../command.js';

/** What commands that speak to servers are told: no settings of one that is started beside them. */
const CLIENT_VARIABLES: ReadonlySet<string> = new Set(['GOVC_URL', 'GOVC_TOKEN', 'GOVC_API_KEY', 'GOVC_CONTEXT', 'GOVC_PROGRAM']);

/** `govc serve`: runs until it is asked to end, then ends the server gracefully. */
export const serveCommand: Command = async (args, { io }) => {
  const { env, stdout, stderr, signal, flush } = io;
  // Whoever waits for its address must not wait until the server ends.
  const shown = new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      stdout.write(chunk);
      flush?.();
      done();
    },
  });
  const settings = Object.fromEntries(Object.entries(env).filter(([name]) => !CLIENT_VARIABLES.has(name)));
  await serve({ flags: args, env: settings, stdout: shown, stderr, signal });
  return EXIT.ok;
};

/** The options and variables of `govc serve`, for its help. */
export function serveOptions(): string {
  const settings: readonly Setting<unknown>[] = Object.values(SETTINGS);
  const options = settings
    .filter((setting) => setting.flag !== undefined)
    .map((setting) => row(setting.takes === undefined ? setting.flag! : `${setting.flag!} ${setting.takes}`, helpOf(setting)));
  const variables = settings.map((setting) => row(setting.env, `${helpOf(setting)} [${setting.key}]`));
  const config = row('--config FILE', 'Read settings from a YAML file (GOVC_CONFIG); the environment and options win over it.');
  const print = row('--print-config[=json]', 'Show what these sources say, secrets masked, and end.');
  return `\noptions:\n${[...options, config, print].join('\n')}\n\nvariables of the environment, with the keys of the file:\n${variables.join('\n')}\n`;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(28)} ${text}`;
}
