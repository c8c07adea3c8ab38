/** A worktree with its index as commands use it: read once, changed under the lock, written with the objects it names. */
import type { ObjectId } from '@govc/core';
import {
  Conversions, driveSteps, fileTraits, findFile, IndexLock, losslessTextFromBytes, loadIndex, parsePathspec, refreshIndex, settleRacy,
  worktreeAttributes, type AttributesFrom, type Config, type Files, type FileStateContext, type FilterSteps, type HashAlgorithm, type IndexFileOptions,
  type IndexPlace, type LoadedIndex, type ObjectSource, type ObjectType, type PatternFile, type Pathspec, type StagingIndex, type WorktreeContext,
} from '@govc/core/plumbing';
import { Draft } from '@govc/core/storage';

import { die, Failure } from '../failure.js';
import type { Session } from '../session/session.js';
import { parentPath } from '../session/files-host.js';
import { runFilter } from './run-filter.js';
import { nestedHead } from './nested-head.js';

/** What is written in the log of refs that change. */
export interface ReflogText {
  readonly message: string;
}

/** The worktree of a session; see {@link openWorktree}. */
export class OpenWorktree implements WorktreeContext, FileStateContext {
  readonly session: Session;
  readonly files: Files;
  readonly gitFiles: Files;
  readonly commonFiles: Files;
  readonly algorithm: HashAlgorithm;
  readonly config: Config;
  readonly traits: FileStateContext['traits'];
  readonly userExcludes: PatternFile | undefined;
  readonly userAttributes: PatternFile | undefined;
  #draft: Draft;
  #loaded: LoadedIndex | undefined;
  #lock: IndexLock | undefined;
  #conversions: Conversions | undefined;
  #isFresh = false;

  constructor(session: Session, files: Files) {
    this.session = session;
    this.files = files;
    this.gitFiles = session.gitFiles;
    this.commonFiles = session.commonFiles;
    this.algorithm = session.algorithm;
    this.config = session.config;
    this.traits = fileTraits(session.config);
    this.userExcludes = userFile(session, 'core.excludesfile', 'ignore');
    this.userAttributes = userFile(session, 'core.attributesfile', 'attributes');
    this.#draft = new Draft(session.repository.snapshot);
  }

  /** Objects of the repository and those that were written here. */
  get objects(): ObjectSource {
    return this.#draft.view.objects;
  }

  /** What is going to be saved: objects and refs. */
  get draft(): Draft {
    return this.#draft;
  }

  readonly write = (type: ObjectType, body: Uint8Array): ObjectId => this.#draft.write(type, body);

  readonly warn = (sentence: string): void => {
    this.session.io.stderr.write(`warning: ${sentence}\n`);
  };

  readonly nestedHead = (path: string): ObjectId | undefined => nestedHead(this.session, path);

  /** The conversions of files, by the attributes in the worktree. */
  get conversions(): Conversions {
    return (this.#conversions ??= this.conversionsFrom('worktree', this.index));
  }

  /** The conversions by the attributes of an index, as for checking out. */
  conversionsFrom(from: AttributesFrom, index: StagingIndex): Conversions {
    return new Conversions(worktreeAttributes(this, index, from), this.config, this.warn);
  }

  /** The index and when it was written. @throws {Failure} it cannot be read */
  get loaded(): LoadedIndex {
    return (this.#loaded ??= this.#load());
  }

  get index(): StagingIndex {
    return this.loaded.index;
  }

  /** Takes the lock of the index, so that nobody else changes it. @throws {Failure} somebody has it */
  lock(): void {
    if (this.#lock !== undefined) return;
    const lock = IndexLock.tryTake(this.#place());
    if (lock === undefined) {
      const path = `${this.session.io.env['GIT_INDEX_FILE'] ?? `${this.session.gitDirectory}/index`}.lock`;
      die(`Unable to create '${this.session.path(path)}': File exists.\n\n` +
        'Another git process seems to be running in this repository, e.g.\n' +
        "an editor opened by 'git commit'. Please make sure all processes\n" +
        'are terminated then try again. If it still fails, a git process\n' +
        'may have crashed in this repository earlier:\nremove the file manually to continue.');
    }
    this.#lock = lock;
    this.#loaded = undefined;
  }

  /** Gives the lock back without writing; nothing where it is not held. */
  unlock(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }

  /** Puts another index in the place of the one that was read, without writing it. */
  replace(index: StagingIndex): void {
    this.#loaded = { index, time: this.#loaded?.time };
    this.#conversions = undefined;
  }

  /** Writes the index under the lock, after the objects that it names. */
  async save(index: StagingIndex = this.index): Promise<void> {
    await this.saveObjects();
    const settled = await this.drive(settleRacy(this, index, this.loaded.time));
    this.#lock!.commit(settled, this.#fileOptions(settled));
    this.#lock = undefined;
    this.#loaded = undefined;
    this.#conversions = undefined;
  }

  /** Makes durable what was written and changes the refs that the draft edited. @throws {Failure} a ref was changed elsewhere */
  async saveObjects(reflog?: ReflogText): Promise<void> {
    if (this.#draft.isEmpty) return;
    const { repository } = this.session;
    const identity = reflog === undefined ? undefined : this.session.identity('committer', { isStrict: false });
    const batch = this.#draft.finish({
      origin: 'command', reflog: identity === undefined ? undefined : { identity, message: reflog!.message },
    });
    const result = repository.apply(batch);
    this.#draft = new Draft(repository.snapshot);
    if (!result.ok) {
      const [first] = result.refusals;
      throw new Failure(`fatal: cannot update ref '${first === undefined ? '' : first.name}'\n`, 128);
    }
    await repository.flush();
  }

  /** Sees what was written to the repository by other ways; nothing may wait to be saved. */
  renew(): void {
    if (this.#draft.isEmpty) this.#draft = new Draft(this.session.repository.snapshot);
  }

  /** Renews the numbers of the index and writes it where they changed and nobody holds the lock. */
  async refresh(pathspec?: Pathspec): Promise<void> {
    const result = await this.drive(refreshIndex(this, this.loaded, { pathspec }));
    const { time } = this.loaded;
    // Numbers alone tell now, unless only some of the files were looked at.
    this.#loaded = { index: result.index, time: pathspec === undefined ? undefined : time };
    this.#isFresh = pathspec === undefined;
    if (!result.isChanged || this.#lock !== undefined) return;
    const lock = IndexLock.tryTake(this.#place());
    if (lock === undefined) return;
    lock.commit(await this.drive(settleRacy(this, result.index, time)), this.#fileOptions(result.index));
    this.#loaded = { index: result.index, time: pathspec === undefined ? undefined : this.#load().time };
  }

  /** Does work that may need filters. */
  drive<T>(steps: FilterSteps<T>): Promise<T> {
    return driveSteps(steps, (request) => runFilter(this.session, request));
  }

  /** A pathspec as the user gave it, from the current folder. @throws {Failure} */
  pathspec(texts: readonly string[], options: { readonly prefersPrefix?: boolean } = {}): Pathspec {
    const { io, prefix, worktreePath } = this.session;
    const isSet = (name: string): boolean => /^(?:1|true|yes|on)$/i.test(io.env[name] ?? '');
    try {
      return parsePathspec(texts, {
        prefix: prefix.replace(/\/$/, ''), root: worktreePath, prefersPrefix: options.prefersPrefix,
        isLiteral: isSet('GIT_LITERAL_PATHSPECS'), isGlob: isSet('GIT_GLOB_PATHSPECS'), isNoglob: isSet('GIT_NOGLOB_PATHSPECS'),
        ignoresCase: isSet('GIT_ICASE_PATHSPECS'),
        attributesOf: (path, names) => worktreeAttributes(this, this.index).check(path, names),
      });
    } catch (error) {
      return explainPathspec(error, texts, this.session);
    }
  }

  #load(): LoadedIndex {
    try {
      return loadIndex(this.#place());
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'index-file-invalid') throw error;
      this.session.io.stderr.write(`error: ${(error as Error).message}\n`);
      return die('index file corrupt');
    }
  }

  #place(): IndexPlace {
    const named = this.session.io.env['GIT_INDEX_FILE'];
    if (named === undefined || named === '') return { files: this.gitFiles, algorithm: this.algorithm };
    const path = this.session.path(named);
    return { files: this.session.io.files.gitFilesAt(parentPath(path)), name: path.slice(path.lastIndexOf('/') + 1), algorithm: this.algorithm };
  }

  #fileOptions(index: StagingIndex): IndexFileOptions {
    const version = Number(this.session.io.env['GIT_INDEX_VERSION'] ?? this.config.get('index.version') ?? '');
    const isNew = this.#loaded?.time === undefined && !this.#isFresh;
    return {
      version: isNew && (version === 2 || version === 3 || version === 4) ? version : index.version,
      skipHash: this.config.getBool('index.skiphash', false),
    };
  }
}

/** The worktree of a session. @throws {Failure} there is none */
export function openWorktree(session: Session): OpenWorktree {
  return new OpenWorktree(session, session.needWorktree());
}

/** The index of a session, also where there is no worktree: then no file is there. */
export function openIndex(session: Session): OpenWorktree {
  return new OpenWorktree(session, session.worktree ?? session.io.files.at(`${session.gitDirectory}/no-worktree`));
}

function userFile(session: Session, name: string, fallback: string): PatternFile | undefined {
  const { io, config } = session;
  const home = io.env['HOME'];
  const configHome = io.env['XDG_CONFIG_HOME'] ?? (home === undefined ? undefined : `${home}/.config`);
  const path = config.getPath(name, home) ?? (configHome === undefined ? undefined : `${configHome}/git/${fallback}`);
  if (path === undefined || path === '') return undefined;
  const bytes = io.files.readFile(session.path(path));
  return bytes === undefined ? undefined : { source: path, bytes };
}

function explainPathspec(error: unknown, texts: readonly string[], session: Session): never {
  if ((error as { code?: unknown }).code !== 'pathspec-invalid') throw error;
  if (texts.includes('')) die('empty string is not a valid pathspec. please use . instead if you meant to match all paths');
  const outside = texts.find((text) => (text.startsWith('/') || text.startsWith('..')) && /outside|leaves/.test((error as Error).message));
  if (outside !== undefined) die(`${outside}: '${outside}' is outside repository at '${session.worktreePath ?? ''}'`);
  die((error as Error).message);
}

/** A plain file of the Git directory as text without its line feed; `undefined` where there is none. */
export function stateText(files: Files, name: string): string | undefined {
  const bytes = findFile(files, name);
  return bytes === undefined ? undefined : losslessTextFromBytes(bytes).replace(/\n$/, '');
}
