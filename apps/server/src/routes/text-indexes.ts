import type { View } from '@govc/core';

import { finish } from './slices.js';
import { buildTextIndex, type TextIndex } from './text-index.js';

const KEPT_MAX = 8;

/** The last few indexes, by tree: a tree never changes, so neither does its index. */
export class TextIndexes {
  readonly #kept = new Map<string, TextIndex>();

  /** The index of a revision. The first time O(all its text), in slices. */
  async of(view: View, ref: string, signal: AbortSignal): Promise<TextIndex> {
    const tree = view.head().id === undefined && ref === 'HEAD' ? undefined : view.resolve(`${ref}^{tree}`);
    const key = tree ?? '';
    const known = this.#kept.get(key);
    const entries = known !== undefined || tree === undefined ? [] : view.list('', { revision: tree, recursive: true });
    const index = known ?? (await finish(buildTextIndex(view, entries), signal));
    this.#kept.delete(key);
    this.#kept.set(key, index);
    if (this.#kept.size > KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    return index;
  }

  /** Forgets everything. */
  clear(): void {
    this.#kept.clear();
  }
}
