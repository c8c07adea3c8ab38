/**
 * A full-text index of the files of one tree: for each word the files that hold it and how often. Words are runs of letters, digits and
 * underscores of 2 to 64 characters, in small letters; parts of words in camelCase and snake_case count as words, too.
 *
 * Limits: files up to 1 MiB that are text, 50,000 files, 256 MiB in all; the rest is left out and counted.
 */
import type { ListedEntry, View } from '@govc/core';

import { isText } from './text.js';

const FILE_SIZE_MAX = 1024 * 1024;
const FILES_MAX = 50_000;
const BYTES_MAX = 256 * 1024 * 1024;

/** A file as the index knows it. */
export interface IndexedFile {
  readonly path: string;
  readonly id: string;
  readonly size: number;
  readonly lineCount: number;
  readonly wordCount: number;
}

/** The index. */
export interface TextIndex {
  readonly files: readonly IndexedFile[];
  /** For each word how often it stands in which file, by position in `files`. */
  readonly words: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Files that were left out: binary, too large, or too many. */
  readonly skippedCount: number;
}

/** Builds an index; gives nothing at each step, so that whoever iterates may let others run in between, and the index at the end. */
export function* buildTextIndex(view: View, entries: readonly ListedEntry[]): Generator<undefined, TextIndex, void> {
  const { objects } = view.snapshot;
  const files: IndexedFile[] = [];
  const words = new Map<string, Map<number, number>>();
  let skippedCount = 0;
  let bytesLeft = BYTES_MAX;
  for (const { path, id, type } of entries) {
    yield undefined;
    const size = type === 'blob' ? objects.findHeader(id)?.size : undefined;
    if (size === undefined) continue;
    const body = files.length < FILES_MAX && size <= FILE_SIZE_MAX && size <= bytesLeft ? objects.find(id)?.body : undefined;
    if (body === undefined || !isText(body)) {
      skippedCount++;
      continue;
    }
    bytesLeft -= size;
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
    let wordCount = 0;
    for (const word of wordsOf(text)) {
      wordCount++;
      let counts = words.get(word);
      if (counts === undefined) {
        counts = new Map<number, number>();
        words.set(word, counts);
      }
      counts.set(files.length, (counts.get(files.length) ?? 0) + 1);
    }
    files.push({ path, id, size, lineCount: countLines(body), wordCount });
  }
  return { files, words, skippedCount };
}

/** The words of a text, with the parts of compound ones. */
export function* wordsOf(text: string): Generator<string, void, void> {
  for (const [word] of text.matchAll(/[\p{L}\p{N}_]{2,64}/gu)) {
    yield word.toLowerCase();
    const parts = word.split(/_+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u).filter((part) => part.length >= 2);
    if (parts.length > 1) for (const part of parts) yield part.toLowerCase();
  }
}

/** Files that hold some of the words, the most telling first: a word counts more the rarer it is (BM25). */
export function scoreFiles({ files, words }: TextIndex, terms: readonly string[]): { readonly file: IndexedFile; readonly score: number }[] {
  const averageLength = files.reduce((sum, { wordCount }) => sum + wordCount, 0) / Math.max(1, files.length);
  const scores = new Map<number, number>();
  for (const term of new Set(terms)) {
    const counts = words.get(term);
    if (counts === undefined) continue;
    const rarity = Math.log(1 + (files.length - counts.size + 0.5) / (counts.size + 0.5));
    for (const [at, count] of counts) {
      const length = files[at]!.wordCount / Math.max(1, averageLength);
      scores.set(at, (scores.get(at) ?? 0) + (rarity * count * 2.2) / (count + 1.2 * (0.25 + 0.75 * length)));
    }
  }
  return [...scores].map(([at, score]) => ({ file: files[at]!, score }))
    .sort((one, other) => other.score - one.score || (one.file.path < other.file.path ? -1 : 1));
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count++;
  return bytes.length > 0 && bytes[bytes.length - 1] !== 0x0a ? count + 1 : count;
}
