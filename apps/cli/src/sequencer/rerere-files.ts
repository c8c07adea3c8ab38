/** Recorded resolutions of the files in conflict (git-rerere(1)), kept in `rr-cache` and `MERGE_RR`. */
import {
  findConflicts, findFile, IndexEditor, mergeFile, parseRererePaths, replayResolution, serializeRererePaths, stageFile, worktreeAttributes,
  type IndexEntry, type NormalConflicts, type RererePath, type RerereVariant,
} from '@govc/core/plumbing';

import { writeText } from '../print/output.js';
import type { OpenWorktree } from '../worktree/open-worktree.js';

const PENDING = 'MERGE_RR';
const CACHE = 'rr-cache';
const REGULAR = 0o100000;

/** Whether resolutions are recorded here; makes their folder where the configuration asks for it. */
export function recordsResolutions({ config, commonFiles }: Pick<OpenWorktree, 'config' | 'commonFiles'>): boolean {
  const asked = config.findBool('rerere.enabled');
  if (asked === false) return false;
  const exists = commonFiles.find(CACHE)?.kind === 'directory';
  if (asked === true && !exists) commonFiles.makeDirectory(CACHE);
  return asked === true || exists;
}

/** Resolves what was resolved before, records what was not, and takes over what the user made of files. */
export async function runRerere(tree: OpenWorktree, auto?: boolean): Promise<void> {
  if (!recordsResolutions(tree)) return;
  const store = new RerereStore(tree);
  const pending = new Map<string, PendingPath>(store.pending().map((entry) => [entry.path, entry]));
  for (const path of conflictedPaths(tree.index.entries)) {
    const found = store.conflictsOf(path);
    const known = pending.get(path);
    if (found !== undefined && known !== undefined) {
      store.removeVariant(known.id, known.variant ?? 0);
      pending.delete(path);
    }
    if (found === undefined || found === 'malformed') continue;
    pending.set(path, { path, id: found.id, variant: undefined });
  }
  const staged: string[] = [];
  for (const [path, entry] of [...pending].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const next = settle(store, entry, { isAuto: auto ?? tree.config.getBool('rerere.autoupdate', false), staged });
    if (next === undefined) pending.delete(path);
    else pending.set(path, next);
  }
  if (staged.length > 0) await stage(tree, staged);
  store.savePending([...pending.values()].map(({ path, id, variant }) => ({ path, id, variant: variant ?? 0 })));
}

/** A path that waits; without a variant it has just been seen. */
interface PendingPath {
  readonly path: string;
  readonly id: string;
  readonly variant: number | undefined;
}

function settle(store: RerereStore, entry: PendingPath, { isAuto, staged }: { readonly isAuto: boolean; readonly staged: string[] }): PendingPath | undefined {
  const { path, id } = entry;
  const found = store.conflictsOf(path);
  if (entry.variant !== undefined && found === undefined) {
    const bytes = findFile(store.tree.files, path);
    if (bytes !== undefined) store.write(id, 'postimage', entry.variant, bytes);
    store.tell(`Recorded resolution for '${path}'.\n`);
    return undefined;
  }
  if (found === undefined || found === 'malformed') return entry;
  const variants = store.variants(id);
  for (const [number, variant] of variants.entries()) {
    const content = replayResolution(found.preimage, variant);
    if (content === undefined) continue;
    store.touch(id, number);
    store.tree.files.write(path, content, { isExecutable: store.tree.files.find(path)?.isExecutable === true });
    if (entry.variant !== undefined && entry.variant !== number) store.removeVariant(id, entry.variant);
    if (isAuto) staged.push(path);
    else store.tell(`Resolved '${path}' using previous resolution.\n`);
    return undefined;
  }
  const free = variants.findIndex(({ preimage, postimage }) => preimage === undefined && postimage === undefined);
  const number = entry.variant ?? (free < 0 ? variants.length : free);
  store.write(id, 'preimage', number, found.preimage);
  store.remove(id, 'postimage', number);
  store.tell(`Recorded preimage for '${path}'\n`);
  return { path, id, variant: number };
}

async function stage(tree: OpenWorktree, paths: readonly string[]): Promise<void> {
  tree.lock();
  const editor = new IndexEditor(tree.index);
  for (const path of paths) {
    const entry = await tree.drive(stageFile(tree, tree.index, path));
    editor.remove(path);
    editor.set(entry);
    writeText(tree.session.io.stderr, `Staged '${path}' using previous resolution.\n`);
  }
  await tree.save(editor.finish());
}

/** Paths with both sides in conflict, as plain files. */
export function conflictedPaths(entries: readonly IndexEntry[]): string[] {
  const sides = sidesByPath(entries);
  return [...sides].filter(([, { ours, theirs }]) => ours && theirs).map(([path]) => path);
}

/** Paths in conflict that no resolution can be recorded for. */
export function puntedPaths(entries: readonly IndexEntry[]): string[] {
  const sides = sidesByPath(entries);
  return [...sides].filter(([, { ours, theirs }]) => !(ours && theirs)).map(([path]) => path);
}

function sidesByPath(entries: readonly IndexEntry[]): Map<string, { ours: boolean; theirs: boolean }> {
  const sides = new Map<string, { ours: boolean; theirs: boolean }>();
  for (const { path, stage: number, mode } of entries) {
    if (number === 0) continue;
    const side = sides.get(path) ?? { ours: false, theirs: false };
    const isFile = (mode & 0o170000) === REGULAR;
    if (number === 2) side.ours = isFile;
    if (number === 3) side.theirs = isFile;
    sides.set(path, side);
  }
  return sides;
}

/** The files of recorded resolutions. */
export class RerereStore {
  readonly tree: OpenWorktree;

  constructor(tree: OpenWorktree) {
    this.tree = tree;
  }

  tell(text: string): void {
    writeText(this.tree.session.io.stderr, text);
  }

  pending(): RererePath[] {
    const bytes = findFile(this.tree.gitFiles, PENDING);
    return bytes === undefined ? [] : parseRererePaths(bytes);
  }

  savePending(paths: readonly RererePath[]): void {
    this.tree.gitFiles.write(PENDING, serializeRererePaths(paths));
  }

  /** The conflicts of a file of the worktree. */
  conflictsOf(path: string): NormalConflicts | 'malformed' | undefined {
    const info = this.tree.files.find(path);
    if (info?.kind !== 'file') return 'malformed';
    return findConflicts(this.tree.files.read(path), this.tree.algorithm, this.markerSize(path));
  }

  markerSize(path: string): number {
    const size = Number(worktreeAttributes(this.tree, this.tree.index, 'worktree').check(path, ['conflict-marker-size'])[0] ?? Number.NaN);
    return Number.isInteger(size) && size > 0 ? size : 7;
  }

  variants(id: string): RerereVariant[] {
    const variants: { preimage: Uint8Array | undefined; postimage: Uint8Array | undefined }[] = [];
    for (const name of this.tree.commonFiles.list(`${CACHE}/${id}`) ?? []) {
      const match = /^(pre|post)image(?:\.(\d{1,4}))?$/.exec(name);
      if (match === null) continue;
      const number = Number(match[2] ?? 0);
      while (variants.length <= number) variants.push({ preimage: undefined, postimage: undefined });
      variants[number]![match[1] === 'pre' ? 'preimage' : 'postimage'] = this.tree.commonFiles.read(`${CACHE}/${id}/${name}`);
    }
    return variants;
  }

  read(id: string, name: 'preimage' | 'postimage', variant: number): Uint8Array | undefined {
    return findFile(this.tree.commonFiles, this.path(id, name, variant));
  }

  write(id: string, name: 'preimage' | 'postimage', variant: number, bytes: Uint8Array): void {
    this.tree.commonFiles.write(this.path(id, name, variant), bytes);
  }

  remove(id: string, name: 'preimage' | 'postimage' | 'thisimage', variant: number): boolean {
    return this.tree.commonFiles.remove(this.path(id, name, variant));
  }

  /** Says that a resolution was used, which keeps it from being collected. */
  touch(id: string, variant: number): void {
    const bytes = this.read(id, 'postimage', variant);
    if (bytes !== undefined) this.write(id, 'postimage', variant, bytes);
  }

  removeVariant(id: string, variant: number): void {
    for (const name of ['preimage', 'postimage', 'thisimage'] as const) this.remove(id, name, variant);
    this.tree.commonFiles.removeDirectory(`${CACHE}/${id}`);
  }

  path(id: string, name: string, variant: number): string {
    return `${CACHE}/${id}/${name}${variant === 0 ? '' : `.${variant}`}`;
  }
}

/** Forgets conflicts that nobody has resolved, as when a merge is given up. */
export function clearRerere(tree: OpenWorktree): void {
  if (!recordsResolutions(tree)) return;
  const store = new RerereStore(tree);
  for (const { id, variant } of store.pending()) {
    if (store.read(id, 'postimage', variant) === undefined) store.removeVariant(id, variant);
  }
  tree.gitFiles.remove(PENDING);
}

/** A file with its conflict as the index has it: both sides merged again. */
export function conflictFromIndex(tree: OpenWorktree, path: string, entries: readonly IndexEntry[]): Uint8Array | undefined {
  const blob = (number: number): Uint8Array | undefined => {
    const entry = entries.find((each) => each.path === path && each.stage === number);
    return entry === undefined ? undefined : tree.objects.find(entry.id)?.body;
  };
  const [base = new Uint8Array(0), ours = new Uint8Array(0), theirs = new Uint8Array(0)] = [blob(1), blob(2), blob(3)];
  return mergeFile(base, ours, theirs, { labels: { ours: 'ours', theirs: 'theirs' } }).content;
}
