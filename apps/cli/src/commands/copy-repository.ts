import { join, resolve } from 'node:path';

import { copyRepository, parseRepositoryId } from '@govc/server';

import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';

/** `govc import SOURCE DATA ID`: brings a Git directory into the data folder of a server, which may be running. */
export const importCommand: Command = async ([source, data, id, ...rest], { io }) => {
  if (source === undefined || data === undefined || id === undefined || rest.length > 0) {
    io.stderr.write('usage: govc import SOURCE DATA ID\n');
    return EXIT.usage;
  }
  const targetPath = `${join(resolve(io.cwd, data), ...parseRepositoryId(id).split('/'))}.git`;
  await copyRepository({ sourcePath: resolve(io.cwd, source), targetPath });
  return EXIT.ok;
};

/** `govc export DATA ID TARGET`: copies a repository out of the data folder of a server to a bare Git directory. */
export const exportCommand: Command = async ([data, id, target, ...rest], { io }) => {
  if (data === undefined || id === undefined || target === undefined || rest.length > 0) {
    io.stderr.write('usage: govc export DATA ID TARGET\n');
    return EXIT.usage;
  }
  const sourcePath = `${join(resolve(io.cwd, data), ...parseRepositoryId(id).split('/'))}.git`;
  await copyRepository({ sourcePath, targetPath: resolve(io.cwd, target) });
  return EXIT.ok;
};
