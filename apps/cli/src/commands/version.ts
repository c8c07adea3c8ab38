import { EXIT } from '../exit-codes.js';
import type { Command } from '../command.js';
import { programName } from '../print/usage.js';
import { VERSION } from '../version.js';

/** `govc version`. */
export const versionCommand: Command = async (_args, { io }) => {
  io.stdout.write(`${programName(io)} version ${VERSION}\n`);
  return EXIT.ok;
};
