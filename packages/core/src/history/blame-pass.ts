import { diffLines, type LineChange, type WhitespaceOptions } from '../diff/line-diff.js';
import { splitEntry, type BlameEntry, type BlameOrigin } from './blame-entry.js';
import { guessOldLines, type LineFingerprint } from './line-fingerprint.js';

/** The texts of a parent and of the suspect, and how they are compared. */
export interface PassOptions {
  readonly old: Uint8Array;
  readonly new: Uint8Array;
  readonly whitespace: WhitespaceOptions | undefined;
  readonly minimal: boolean;
  /** Given when changed lines are passed on too, to the line of the parent that is most like them. */
  readonly fingerprints: { readonly old: LineFingerprint[]; readonly new: readonly LineFingerprint[] } | undefined;
}

/**
 * Takes from the suspects of `origin` the lines that the parent has too, and gives them as entries of the parent: in
 * the order of lines, unless changed lines were passed on.
 */
export function passLines(origin: BlameOrigin, parent: BlameOrigin, options: PassOptions): BlameEntry[] {
  const { changes } = diffLines(options.old, options.new, {
    whitespace: options.whitespace, algorithm: options.minimal ? 'minimal' : 'myers', trimsTail: true,
  });
  const pass = new LinePass(origin, parent, options);
  let offset = 0;
  for (const change of changes) {
    pass.equalUntil(change.newStart, offset);
    pass.changed(change);
    offset = change.oldStart + change.oldCount - (change.newStart + change.newCount);
  }
  pass.equalUntil(Number.POSITIVE_INFINITY, offset);
  origin.suspects = pass.kept;
  return pass.passed;
}

/** Goes through the suspects in order. Entries may overlap in the origin, since copies may come from one place. */
class LinePass {
  readonly passed: BlameEntry[] = [];
  readonly kept: BlameEntry[] = [];
  readonly #parent: BlameOrigin;
  readonly #fingerprints: PassOptions['fingerprints'];
  readonly #suspects: readonly BlameEntry[];
  #index = 0;
  /** Rests of entries that were cut; they come before the suspects from `#index` on. */
  #rests: BlameEntry[] = [];

  constructor(origin: BlameOrigin, parent: BlameOrigin, { fingerprints }: PassOptions) {
    this.#parent = parent;
    this.#fingerprints = fingerprints;
    this.#suspects = origin.suspects;
  }

  /** Lines up to `end` are `offset` lines further on in the parent. */
  equalUntil(end: number, offset: number): void {
    for (const entry of this.#takeUntil(end)) {
      entry.origin = this.#parent;
      entry.originLine += offset;
      this.passed.push(entry);
    }
  }

  /** Lines that the parent does not have. */
  changed(change: LineChange): void {
    const end = change.newStart + change.newCount;
    if (this.#fingerprints === undefined || change.newCount === 0) {
      for (const entry of this.#takeUntil(end)) this.kept.push(entry);
      return;
    }
    const guesses = guessOldLines(this.#fingerprints.old, this.#fingerprints.new, change);
    for (const entry of this.#takeUntil(end)) this.#guess(entry, guesses, change.newStart);
  }

  /** The parts of suspects that begin before `end`, cut there. */
  #takeUntil(end: number): BlameEntry[] {
    const taken: BlameEntry[] = [];
    const rests: BlameEntry[] = [];
    for (;;) {
      const entry = this.#rests[taken.length] ?? this.#suspects[this.#index + taken.length - this.#rests.length];
      if (entry === undefined || entry.originLine >= end) break;
      if (entry.originLine + entry.count > end) rests.push(splitEntry(entry, end - entry.originLine));
      taken.push(entry);
    }
    const fromRests = Math.min(taken.length, this.#rests.length);
    this.#index += taken.length - fromRests;
    this.#rests = [...rests, ...this.#rests.slice(fromRests)];
    return taken;
  }

  /** Passes changed lines to the lines they are like, run by run. */
  #guess(entry: BlameEntry, guesses: Int32Array, firstLine: number): void {
    let open: BlameEntry | undefined = entry;
    while (open !== undefined) {
      const at: number = open.originLine - firstLine;
      const old = guesses[at]!;
      let size = 1;
      while (size < open.count && (old < 0 ? guesses[at + size]! < 0 : guesses[at + size] === old + size)) size++;
      const rest: BlameEntry | undefined = size < open.count ? splitEntry(open, size) : undefined;
      if (old >= 0) {
        open.isIgnored = true;
        open.origin = this.#parent;
        open.originLine = old;
        this.passed.push(open);
      } else {
        open.isUnblamable = true;
        this.kept.push(open);
      }
      open = rest;
    }
  }
}
