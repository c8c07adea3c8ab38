/**
 * The table of layers of `packages/core/src`, which ARCHITECTURE.md explains.
 *
 * A file imports its own folder and folders of lower rank, types included. Folders of equal rank never meet.
 */

/** What one folder of the core may do. */
export interface Layer {
  readonly folder: string;
  readonly rank: number;
  /** Whether its files may await. Default: they return values, jobs or conversations. */
  readonly awaits?: true;
}

/** All folders of the core. One that is missing here may not exist. */
export const LAYERS: readonly Layer[] = [
  { folder: 'bytes', rank: 0 },
  { folder: 'job', rank: 0 },
  { folder: 'hash', rank: 1 },
  { folder: 'object', rank: 2 },
  { folder: 'ref', rank: 2 },
  { folder: 'config', rank: 2 },
  { folder: 'pattern', rank: 2 },
  { folder: 'pack', rank: 3 },
  { folder: 'staging', rank: 3 },
  { folder: 'store', rank: 4 },
  { folder: 'walk', rank: 5 },
  { folder: 'diff', rank: 5 },
  { folder: 'storage', rank: 5, awaits: true },
  { folder: 'merge', rank: 6 },
  { folder: 'history', rank: 6 },
  { folder: 'protocol', rank: 6 },
  { folder: 'worktree', rank: 7, awaits: true },
  { folder: 'remote', rank: 7, awaits: true },
  { folder: 'repository', rank: 8, awaits: true },
  { folder: 'testing', rank: 9, awaits: true },
  { folder: 'entry', rank: 10 },
];

/** Files at the top of the core that every folder may import; they import only each other. */
export const FOUNDATION: readonly string[] = ['errors.ts', 'limits.ts'];

/** Single files that may await although their folder may not: the drivers. */
export const AWAITING_FILES: readonly string[] = ['job/run.ts', 'protocol/drive.ts'];

/** A file, or a folder when it ends in a slash, and what it may use with the reason. */
export interface Allowance {
  readonly place: string;
  readonly names: readonly string[];
  readonly reason: string;
}

/** Node's own modules in the core. */
export const BUILT_INS: readonly Allowance[] = [
  { place: 'hash/', names: ['node:crypto'], reason: 'OpenSSL hashes three times as fast as JavaScript' },
  { place: 'pack/deflate.ts', names: ['node:zlib'], reason: 'compression' },
  { place: 'pack/inflate.ts', names: ['node:zlib'], reason: 'compression' },
  { place: 'pack/file-source.ts', names: ['node:fs'], reason: 'packs larger than memory are read through a descriptor' },
  { place: 'repository/bcrypt-pbkdf.ts', names: ['node:crypto'], reason: 'SHA-512 in the keys of encrypted OpenSSH keys' },
  { place: 'repository/chacha-poly.ts', names: ['node:crypto'], reason: 'the cipher of encrypted OpenSSH keys' },
  { place: 'repository/sign-ssh.ts', names: ['node:crypto'], reason: 'signatures of Ed25519, ECDSA and RSA keys' },
  { place: 'repository/sign-program.ts', names: ['node:child_process', 'node:fs', 'node:fs/promises', 'node:os', 'node:path'], reason: 'gpg and ssh-keygen sign and check as programs, which take files' },
  { place: 'storage/directory/', names: ['node:crypto', 'node:fs', 'node:fs/promises', 'node:path'], reason: 'a bare Git directory' },
  { place: 'remote/node-http-client.ts', names: ['node:http', 'node:https', 'node:stream', 'node:tls', 'node:zlib'], reason: 'HTTP with proxies and certificates' },
  { place: 'remote/node-program.ts', names: ['node:child_process', 'node:os'], reason: 'ssh, and services for paths of the machine' },
  { place: 'remote/tcp-connection.ts', names: ['node:net'], reason: 'the git:// transport' },
  { place: 'worktree/disk-files.ts', names: ['node:fs'], reason: 'a worktree on a disk' },
];

/** The clock, randomness and the process in packages; everywhere else they are arguments. */
export const AMBIENT: readonly Allowance[] = [
  { place: 'packages/client/src/options.ts', names: ['Math.random'], reason: 'the default of an argument' },
  { place: 'packages/core/src/job/run.ts', names: ['performance'], reason: 'a slice ends by the clock; results do not depend on it' },
  { place: 'packages/core/src/protocol/drive.ts', names: ['performance'], reason: 'slices end and progress is told by the clock; bytes do not depend on it' },
  { place: 'packages/containers/src/engines/program.ts', names: ['process'], reason: 'a group of processes can be ended by no other name' },
  { place: 'packages/core/src/repository/clock.ts', names: ['Date.now'], reason: 'the default of an argument' },
];
