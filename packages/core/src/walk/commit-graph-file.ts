import { hasCode, type GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { mayContain, type BloomKey, type BloomSettings } from './bloom-filter.js';
import { CommitGraphLayer } from './commit-graph-layer.js';

/** What is recorded of one commit. */
export interface RecordedCommit {
  /** The bytes in which the raw tree id stands at `treeOffset`. */
  readonly bytes: Uint8Array;
  readonly treeOffset: number;
  readonly timeSeconds: number;
  /** Positions. */
  readonly parents: readonly number[];
  readonly level: number;
  /** `undefined` where not all files of the chain record it. */
  readonly correctedDate: number | undefined;
}

/**
 * The commit-graph of a repository: one file, or a chain of which each file adds commits to those below
 * (gitformat-commit-graph). Commits have positions from 0, those of the lowest file first.
 */
export class CommitGraphFile {
  readonly layers: readonly CommitGraphLayer[];
  readonly count: number;
  /** Whether every commit has a corrected committer date. */
  readonly hasDates: boolean;
  readonly #starts: readonly number[];

  private constructor(layers: readonly CommitGraphLayer[]) {
    this.layers = layers;
    let count = 0;
    this.#starts = layers.map((layer) => (count += layer.count) - layer.count);
    this.count = count;
    this.hasDates = layers.every((layer) => layer.hasDates);
  }

  /**
   * Reads a chain, the lowest file first; a single file is a chain of one. A file that is damaged or does not fit those
   * below ends the chain there: facts about fewer commits are as true.
   *
   * @param onProblem told why a file is not used
   * @returns `undefined` when nothing can be used
   */
  static read(
    files: readonly Uint8Array[], algorithm: HashAlgorithm, onProblem: (problem: GovcError) => void,
  ): CommitGraphFile | undefined {
    const layers: CommitGraphLayer[] = [];
    for (const bytes of files) {
      try {
        const layer = CommitGraphLayer.parse(bytes, algorithm);
        if (layer.baseNames.length !== layers.length || layer.baseNames.some((name, i) => name !== layers[i]!.name)) break;
        layers.push(layer);
      } catch (error) {
        if (!hasCode(error, 'commit-graph-invalid') && !hasCode(error, 'limit-exceeded')) throw error;
        onProblem(error as GovcError);
        break;
      }
    }
    return layers.length === 0 ? undefined : new CommitGraphFile(layers);
  }

  /** The position of the commit whose raw id stands at `offset`, or -1. O(files * log n). */
  find(id: Uint8Array, offset: number): number {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const index = this.layers[i]!.find(id, offset);
      if (index >= 0) return this.#starts[i]! + index;
    }
    return -1;
  }

  /** Calls back with the bytes and the offset at which the raw id of a commit stands. */
  idAt(position: number): { readonly bytes: Uint8Array; readonly offset: number } {
    const { layer, index } = this.#locate(position);
    return { bytes: layer.bytes, offset: layer.idOffsetOf(index) };
  }

  /**
   * What is recorded of a commit; `undefined` where that cannot be: a parent that is not in the file, or one whose level is not
   * below. So what is given never describes a circle.
   */
  commitAt(position: number): RecordedCommit | undefined {
    const { layer, index } = this.#locate(position);
    const parents = layer.parentsOf(index);
    const level = layer.levelOf(index);
    if (parents === undefined || level === 0) return undefined;
    for (const parent of parents) {
      if (parent >= this.count) return undefined;
      const { layer: other, index: at } = this.#locate(parent);
      if (other.levelOf(at) >= level) return undefined;
    }
    const correctedDate = this.hasDates ? layer.correctedDateOf(index) : undefined;
    const treeOffset = layer.treeOffsetOf(index);
    return { bytes: layer.bytes, treeOffset, timeSeconds: layer.timeOf(index), parents, level, correctedDate };
  }

  /** How the Bloom filters of a commit's file were made; `undefined` where it has none. */
  bloomSettingsOf(position: number): BloomSettings | undefined {
    return this.#locate(position).layer.bloom;
  }

  /** Whether a commit may have changed a path against its first parent, as far as its filter tells. */
  mayHaveChanged(position: number, key: BloomKey): boolean {
    const { layer, index } = this.#locate(position);
    const span = layer.bloomSpanOf(index);
    return span === undefined || mayContain(layer.bytes, span.start, span.end, key);
  }

  #locate(position: number): { readonly layer: CommitGraphLayer; readonly index: number } {
    let at = this.layers.length - 1;
    while (at > 0 && this.#starts[at]! > position) at--;
    return { layer: this.layers[at]!, index: position - this.#starts[at]! };
  }
}
