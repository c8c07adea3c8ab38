import { EXIT } from '../exit-codes.js';
import type { Command } from '../command.js';
import { VERSION } from '../version.js';

/** `govc version`. */
export const versionCommand: Command = async (_args, { stdout }) => {
  stdout.write(`govc version ${VERSION}\n`);
  return EXIT.ok;
};
