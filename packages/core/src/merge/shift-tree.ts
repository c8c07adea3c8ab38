/** Brings a tree to the place of another: `-X subtree`, where one project is a folder of the other. */
import { GovcError } from '../errors.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { ObjectId } from '../hash/object-id.js';
import { compareTreeEntries, findTreeEntry, MODE_SYMLINK, MODE_TREE, parseTree, serializeTree, type TreeEntry } from '../object/tree.js';
import { readTreeBody } from './tree-rows.js';
import type { MergeStore } from './merge-state.js';

/** How many levels below the first Git looks for a folder that resembles the other tree. */
const GUESS_DEPTH = 2;

/**
 * The tree as it would stand beside `toward`: put into the folder `prefix` of it, or taken out of its own folder of that
 * name. Without a prefix the folder whose entries agree most is found.
 *
 * @param request.prefix lossless text; `''` to guess
 * @throws {GovcError} object-missing
 */
export function shiftTree(
  store: MergeStore, request: { readonly toward: ObjectId; readonly tree: ObjectId; readonly prefix: string },
): ObjectId {
  const { toward, tree } = request;
  const prefix = request.prefix.replace(/^\/+|\/+$/g, '');
  return prefix === '' ? shiftByGuess(store, toward, tree) : shiftByPrefix(store, { toward, tree, names: namesOf(prefix) });
}

function namesOf(path: string): string[] {
  return path.split('/').map((name) => latin1FromBytes(bytesFromLosslessText(name)));
}

function shiftByGuess(store: MergeStore, toward: ObjectId, tree: ObjectId): ObjectId {
  const score = scoreTrees(store, toward, tree);
  const inner = findBestFolder(store, { whole: toward, part: tree, score });
  const outer = findBestFolder(store, { whole: tree, part: toward, score });
  if (inner.score < outer.score) return outer.names.length === 0 ? tree : findFolder(store, tree, outer.names)!;
  return inner.names.length === 0 ? tree : spliceTree(store, { whole: toward, names: inner.names, part: tree });
}

function shiftByPrefix(
  store: MergeStore, request: { readonly toward: ObjectId; readonly tree: ObjectId; readonly names: readonly string[] },
): ObjectId {
  const { toward, tree, names } = request;
  const inner = findFolder(store, toward, names);
  const outer = findFolder(store, tree, names);
  if (inner === undefined) return outer ?? tree;
  const splice = (): ObjectId => spliceTree(store, { whole: toward, names, part: tree });
  if (outer === undefined) return splice();
  // Both could be meant: the one that agrees more.
  const asIs = scoreTrees(store, toward, tree);
  const innerScore = scoreTrees(store, inner, tree);
  const outerScore = scoreTrees(store, outer, toward);
  if (outerScore > Math.max(asIs, innerScore)) return outer;
  return innerScore > asIs ? splice() : tree;
}

/** The folder of `whole` that resembles `part` most, if any does more than `whole` itself. */
function findBestFolder(
  store: MergeStore, request: { readonly whole: ObjectId; readonly part: ObjectId; readonly score: number },
): { readonly names: readonly string[]; readonly score: number } {
  let best: { names: readonly string[]; score: number } = { names: [], score: request.score };
  const stack: { readonly names: readonly string[]; readonly id: ObjectId }[] = [];
  const open = (id: ObjectId, names: readonly string[]): void => {
    const folders = parseTree(readTreeBody(store, id), store.algorithm).filter(({ mode }) => mode === MODE_TREE);
    for (const folder of folders.reverse()) stack.push({ names: [...names, latin1FromBytes(folder.name)], id: folder.id });
  };
  open(request.whole, []);
  for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
    const score = scoreTrees(store, folder.id, request.part);
    if (score > best.score) best = { names: folder.names, score };
    if (folder.names.length <= GUESS_DEPTH) open(folder.id, folder.names);
  }
  return best;
}

/** How alike two trees are, by their entries. */
function scoreTrees(store: MergeStore, left: ObjectId, right: ObjectId): number {
  const ours = parseTree(readTreeBody(store, left), store.algorithm);
  const theirs = parseTree(readTreeBody(store, right), store.algorithm);
  let score = 0;
  let i = 0;
  let j = 0;
  while (i < ours.length || j < theirs.length) {
    const one = ours[i];
    const two = theirs[j];
    const order = one === undefined ? 1 : two === undefined ? -1 : compareTreeEntries(one, two);
    if (order < 0) score += weight(ours[i++]!.mode, { tree: -1000, link: -500, file: -50 });
    else if (order > 0) score += weight(theirs[j++]!.mode, { tree: -1000, link: -500, file: -50 });
    else {
      score += scorePair(one!, two!);
      i++;
      j++;
    }
  }
  return score;
}

function scorePair(one: TreeEntry, two: TreeEntry): number {
  if ((one.mode === MODE_TREE) !== (two.mode === MODE_TREE)) return -100;
  if ((one.mode === MODE_SYMLINK) !== (two.mode === MODE_SYMLINK)) return -50;
  return one.id === two.id ? weight(one.mode, { tree: 1000, link: 500, file: 250 }) : -5;
}

function weight(mode: number, weights: { readonly tree: number; readonly link: number; readonly file: number }): number {
  return mode === MODE_TREE ? weights.tree : mode === MODE_SYMLINK ? weights.link : weights.file;
}

/** The tree at a path of names in byte text, or `undefined` where there is no folder. */
function findFolder(store: MergeStore, root: ObjectId, names: readonly string[]): ObjectId | undefined {
  let at = root;
  for (const name of names) {
    const entry = findTreeEntry(readTreeBody(store, at), Buffer.from(name, 'latin1'), store.algorithm);
    if (entry?.mode !== MODE_TREE) return undefined;
    at = entry.id;
  }
  return at;
}

/** `whole` with another tree in the place of a folder that exists. */
function spliceTree(
  store: MergeStore, request: { readonly whole: ObjectId; readonly names: readonly string[]; readonly part: ObjectId },
): ObjectId {
  const { whole, names, part } = request;
  let id = part;
  for (let depth = names.length - 1; depth >= 0; depth--) {
    const above = findFolder(store, whole, names.slice(0, depth));
    if (above === undefined) throw new GovcError('path-missing', `The tree ${whole} has no folder "${names.join('/')}".`, { path: names.join('/') });
    const entries = parseTree(readTreeBody(store, above), store.algorithm);
    const below = id;
    id = store.write('tree', serializeTree(entries.map((entry) =>
      latin1FromBytes(entry.name) === names[depth] ? { ...entry, id: below } : entry)));
  }
  return id;
}
