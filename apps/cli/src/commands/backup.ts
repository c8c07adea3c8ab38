import { resolve } from 'node:path';

import { backUp, restoreBackup, verifyBackup } from '@govc/server';

import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';

const USAGE = 'govc backup create DATA BACKUP [--since EARLIER] | verify BACKUP | restore BACKUP DATA';

/** `govc backup create|verify|restore`: backups of all repositories of a server. `restore` by itself is Git's command. */
export const backupCommand: Command = async ([verb, ...args], { io }) => {
  const at = (path: string): string => resolve(io.cwd, path);
  const since = args.indexOf('--since');
  const sincePath = since < 0 ? undefined : args.splice(since, 2)[1];
  const [first, second, third] = args;
  if (verb === 'create' && first !== undefined && second !== undefined && third === undefined && (since < 0 || sincePath !== undefined)) {
    const summary = await backUp({
      dataPath: at(first), targetPath: at(second), sincePath: sincePath === undefined ? undefined : at(sincePath), clock: io.clock,
    });
    io.stdout.write(`${summary.repositoryCount} repositories, ${summary.sizeBytes} bytes\n`);
    return EXIT.ok;
  }
  if (verb === 'verify' && first !== undefined && second === undefined) {
    const found = await verifyBackup(at(first));
    io.stdout.write(`${found.repositoryCount} repositories, ${found.fileCount} files in ${found.backupCount} backups: intact\n`);
    return EXIT.ok;
  }
  if (verb === 'restore' && first !== undefined && second !== undefined && third === undefined) {
    const found = await restoreBackup({ backupPath: at(first), dataPath: at(second) });
    io.stdout.write(`${found.repositoryCount} repositories restored\n`);
    return EXIT.ok;
  }
  io.stderr.write(`usage: ${USAGE}\n`);
  return EXIT.usage;
};
