import type { Command } from '../command.js';
import { logMain } from '../print/log-printer.js';

/** `git log`. */
export const logCommand: Command = (args, context) => logMain(args, context, { name: 'log' });
/** `git show`. */
export const showCommand: Command = (args, context) => logMain(args, context, { name: 'show' });
/** `git whatchanged`. */
export const whatchangedCommand: Command = (args, context) => logMain(args, context, { name: 'whatchanged' });
/** `git reflog show`. */
export const reflogShowCommand: Command = (args, context) => logMain(args, context, { name: 'reflog' });
