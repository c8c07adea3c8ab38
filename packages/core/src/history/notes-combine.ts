/** What becomes of two notes about one object (`notes.rewriteMode`, `git notes merge -s`). */
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { compareBytes, concatBytes } from '../bytes/compare.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { CombineNotes, WriteObject } from './notes-tree.js';

/** How two notes become one. */
export type NotesCombination = 'overwrite' | 'ignore' | 'concatenate' | 'cat_sort_uniq';

/** The combination that `text` spells, in any case, or `undefined`. */
export function findNotesCombination(text: string): NotesCombination | undefined {
  const name = text.toLowerCase();
  return name === 'overwrite' || name === 'ignore' || name === 'concatenate' || name === 'cat_sort_uniq' ? name : undefined;
}

/** The function that combines so. Notes that are no blobs, or empty, give way. */
export function combineNotes(
  combination: NotesCombination, store: { readonly objects: () => ObjectSource; readonly write: WriteObject },
): CombineNotes {
  switch (combination) {
    case 'overwrite':
      return (_, added) => added;
    case 'ignore':
      return (current) => current;
    case 'concatenate':
      return (current, added) => {
        const text = findNote(store.objects(), added);
        if (text === undefined) return current;
        const before = findNote(store.objects(), current);
        return before === undefined ? added : store.write('blob', concatenateNotes(before, text));
      };
    case 'cat_sort_uniq':
      return (current, added) => {
        const lines = new Set<string>();
        for (const id of [current, added]) {
          const body = findNote(store.objects(), id);
          for (const line of body === undefined ? [] : losslessTextFromBytes(body).split('\n')) if (line !== '') lines.add(line);
        }
        const sorted = [...lines].map(bytesFromLosslessText).sort(compareBytes);
        return store.write('blob', concatBytes(sorted.flatMap((line) => [line, LINE_FEED])));
      };
  }
}

const LINE_FEED = Uint8Array.of(0x0a);

/** Two notes with an empty line between them. */
export function concatenateNotes(one: Uint8Array, two: Uint8Array): Uint8Array {
  const first = one.at(-1) === 0x0a ? one.subarray(0, -1) : one;
  return concatBytes([first, LINE_FEED, LINE_FEED, two]);
}

function findNote(objects: ObjectSource, id: ObjectId): Uint8Array | undefined {
  const object = objects.find(id);
  return object?.type === 'blob' && object.body.length > 0 ? object.body : undefined;
}
