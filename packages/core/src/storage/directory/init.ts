/** Making a new bare repository, as `git init --bare` does. */
import { join, resolve } from 'node:path';
import { bytesFromText } from '../../bytes/text.js';
import { GovcError } from '../../errors.js';
import { SHA1, type HashAlgorithm } from '../../hash/algorithm.js';
import { crc32 } from '../../bytes/crc32.js';
import { branchRef, HEAD, type RefName } from '../../ref/ref-name.js';
import { keyOfText, type RefRecord } from '../reftable/record.js';
import { writeTable } from '../reftable/write-table.js';
import { createFile, findStat, makeDirectory, syncPath } from './disk.js';
import type { RefFormat } from './layout.js';
import { SYSTEM_DISK, type Disk } from './system-disk.js';

/** What a new repository is made with. */
export interface InitOptions {
  /** Default: SHA-1. */
  readonly algorithm?: HashAlgorithm | undefined;
  /** How refs are kept. Default: in files, which every Git reads; tables need Git 2.45. */
  readonly refFormat?: RefFormat | undefined;
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
  const { algorithm = SHA1, refFormat = 'files', description = DESCRIPTION, syncs = true, disk = SYSTEM_DISK } = options;
  const head = branchRef(options.defaultBranch ?? 'main');
  if (findStat(join(root, 'HEAD')) !== undefined || findStat(join(root, '.git')) !== undefined) {
    throw new GovcError('repository-exists', `There is a repository at "${root}" already.`, { path: root });
  }
  makeDirectory(disk, root);
  const isReftable = refFormat === 'reftable';
  const folders = isReftable ? [...FOLDERS.filter((folder) => !folder.startsWith('refs/')), 'reftable'] : FOLDERS;
  for (const folder of folders) makeDirectory(disk, join(root, folder));
  const write = (name: string, text: string): Promise<void> =>
    createFile(disk, join(root, name), { chunks: [bytesFromText(text)], syncs, mode: 0o666 });
  await allOf([
    write('config', configText(algorithm, refFormat)),
    write('description', description.endsWith('\n') ? description : `${description}\n`),
    write('info/exclude', EXCLUDE),
  ]);
  if (isReftable) await writeFirstTable({ root, disk, algorithm, syncs }, head);
  // Older Gits, which look for the folder, are to find no place for a branch.
  if (isReftable) await write('refs/heads', 'this repository uses the reftable format\n');
  if (syncs) await allOf(folders.map((folder) => syncPath(disk, join(root, folder))));
  await write('HEAD', isReftable ? 'ref: refs/heads/.invalid\n' : `ref: ${head}\n`);
  if (syncs) await allOf([syncPath(disk, root), syncPath(disk, join(root, '..'))]);
}

/**
 * Waits for work whose parts do not depend on each other: a disk confirms many things at once sooner than one after the other. When
 * one part fails the others are waited for, so that nobody writes into a folder that is then given up.
 */
async function allOf(parts: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(parts)).find((part) => part.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function writeFirstTable(
  { root, disk, algorithm, syncs }: { readonly root: string; readonly disk: Disk; readonly algorithm: HashAlgorithm; readonly syncs: boolean },
  head: RefName,
): Promise<void> {
  const refs: RefRecord[] = [{ key: HEAD, updateIndex: 1, cell: { kind: 'symbolic', target: keyOfText(head) } }];
  const bytes = writeTable({ algorithm, minUpdateIndex: 1, maxUpdateIndex: 1, refs, logs: [] });
  const name = `0x000000000001-0x000000000001-${crc32(bytes).toString(16).padStart(8, '0')}.ref`;
  const write = (file: string, chunk: Uint8Array): Promise<void> =>
    createFile(disk, join(root, 'reftable', file), { chunks: [chunk], syncs, mode: 0o666 });
  await write(name, bytes);
  await write('tables.list', bytesFromText(`${name}\n`));
}

function configText(algorithm: HashAlgorithm, refFormat: RefFormat): string {
  const extensions: string[] = [];
  if (algorithm.name !== 'sha1') extensions.push(`\tobjectformat = ${algorithm.name}\n`);
  if (refFormat !== 'files') extensions.push(`\trefstorage = ${refFormat}\n`);
  const version = extensions.length === 0 ? 0 : 1;
  const core = `[core]\n\trepositoryformatversion = ${version}\n\tfilemode = true\n\tbare = true\n`;
  return version === 0 ? core : `${core}[extensions]\n${extensions.join('')}`;
}
