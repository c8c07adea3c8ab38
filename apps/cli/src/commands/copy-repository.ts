import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';

import { parseRemoteUrl } from '@govc/core/protocol';
import { copyRepository, parseRepositoryId } from '@govc/server';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { die } from '../failure.js';

/** `govc import SOURCE DATA ID`: brings a Git directory, or what is at a URL, into the data folder of a server, which may be running. */
export const importCommand: Command = async ([source, data, id, ...rest], context) => {
  const { io } = context;
  if (source === undefined || data === undefined || id === undefined || rest.length > 0) {
    io.stderr.write('usage: govc import SOURCE DATA ID\n');
    return EXIT.usage;
  }
  const targetPath = placeOf(io.cwd, data, id);
  if (isElsewhere(source)) return importUrl(context, source, targetPath);
  await copyRepository({ sourcePath: resolve(io.cwd, source), targetPath });
  return EXIT.ok;
};

/** `govc export DATA ID TARGET`: copies a repository out of the data folder of a server to a bare Git directory, or mirrors it to a URL. */
export const exportCommand: Command = async ([data, id, target, ...rest], context) => {
  const { io } = context;
  if (data === undefined || id === undefined || target === undefined || rest.length > 0) {
    io.stderr.write('usage: govc export DATA ID TARGET\n');
    return EXIT.usage;
  }
  const sourcePath = placeOf(io.cwd, data, id);
  if (isElsewhere(target)) return context.run(['push', '-q', '--mirror', target], { env: { ...io.env, GIT_DIR: sourcePath } });
  await copyRepository({ sourcePath, targetPath: resolve(io.cwd, target) });
  return EXIT.ok;
};

/** Whether an address is a URL, and no path of this machine. */
function isElsewhere(address: string): boolean {
  const url = parseRemoteUrl(address);
  return url.kind !== 'local' || url.isUrl;
}

function placeOf(cwd: string, data: string, id: string): string {
  return `${join(resolve(cwd, data), ...parseRepositoryId(id).split('/'))}.git`;
}

/** A mirror that knows nothing of where it came from; it appears when it is complete. */
async function importUrl(context: Context, url: string, target: string): Promise<number> {
  const { io } = context;
  if (io.files.kindAt(target) !== undefined) die(`"${target}" exists already.`);
  const work = join(dirname(target), `.govc-${randomBytes(8).toString('hex')}`);
  const code = await context.run(['clone', '-q', '--mirror', url, work]);
  if (code !== 0) return code;
  await context.run(['config', '--remove-section', 'remote.origin'], { env: { ...io.env, GIT_DIR: work } });
  io.files.at('/').rename(work.slice(1), target.slice(1));
  return EXIT.ok;
}
