/** Making a new bare repository, as `git init --bare` does. */
import { join, resolve } from 'node:path';
import { bytesFromText } from '../../bytes/text.js';
import { GovcError } from '../../errors.js';
import { SHA1, type HashAlgorithm } from '../../hash/algorithm.js';
import { branchRef } from '../../ref/ref-name.js';
import { createFile, findStat, makeDirectory, syncPath } from './disk.js';
import { SYSTEM_DISK, type Disk } from './system-disk.js';

/** What a new repository is made with. */
export interface InitOptions {
  /** Default: SHA-1. */
  readonly algorithm?: HashAlgorithm | undefined;
  /** The branch that HEAD names, without `refs/heads/`. Default: `main`. */
  readonly defaultBranch?: string | undefined;
  /** The text of the file `description`. Default: that of Git. */
  readonly description?: string | undefined;
  /** Whether files are forced to the disk. Default: true. */
  readonly syncs?: boolean | undefined;
  /** Where the files are. Default: the disk of the machine. */
  readonly disk?: Disk | undefined;
}

const DESCRIPTION = "Unnamed repository; edit this file 'description' to name the repository.\n";
const EXCLUDE = [
  '# git ls-files --others --exclude-from=.git/info/exclude',
  "# Lines that start with '#' are comments.",
  '# For a project mostly in C, the following would be a good set of',
  '# exclude patterns (uncomment them if you want to use them):',
  '# *.[oa]',
  '# *~',
  '',
].join('\n');

// Those that hold others are named too: each is forced to the disk, and a folder is durable when its parent is.
const FOLDERS = ['objects', 'objects/info', 'objects/pack', 'refs', 'refs/heads', 'refs/tags', 'info', 'hooks'];

/**
 * Makes the files of an empty bare repository. HEAD comes last: until it is there, nobody takes the folder for one.
 *
 * @param path is made where it does not exist
 * @throws {GovcError} repository-exists: there is a repository already.
 * @throws {GovcError} ref-name-invalid: the default branch cannot have that name.
 * @throws {GovcError} io-failed
 */
export async function initGitDirectory(path: string, options: InitOptions = {}): Promise<void> {
  const root = resolve(path);
  const { algorithm = SHA1, description = DESCRIPTION, syncs = true, disk = SYSTEM_DISK } = options;
  const head = branchRef(options.defaultBranch ?? 'main');
  if (findStat(join(root, 'HEAD')) !== undefined || findStat(join(root, '.git')) !== undefined) {
    throw new GovcError('repository-exists', `There is a repository at "${root}" already.`, { path: root });
  }
  makeDirectory(disk, root);
  for (const folder of FOLDERS) makeDirectory(disk, join(root, folder));
  const write = (name: string, text: string): Promise<void> =>
    createFile(disk, join(root, name), { chunks: [bytesFromText(text)], syncs, mode: 0o666 });
  await write('config', configText(algorithm));
  await write('description', description.endsWith('\n') ? description : `${description}\n`);
  await write('info/exclude', EXCLUDE);
  if (syncs) for (const folder of FOLDERS) await syncPath(disk, join(root, folder));
  await write('HEAD', `ref: ${head}\n`);
  if (syncs) {
    await syncPath(disk, root);
    await syncPath(disk, join(root, '..'));
  }
}

function configText(algorithm: HashAlgorithm): string {
  const isSha1 = algorithm.name === 'sha1';
  const core = `[core]\n\trepositoryformatversion = ${isSha1 ? 0 : 1}\n\tfilemode = true\n\tbare = true\n`;
  return isSha1 ? core : `${core}[extensions]\n\tobjectformat = ${algorithm.name}\n`;
}
