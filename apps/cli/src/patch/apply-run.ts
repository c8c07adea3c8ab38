/** `git apply` at work: patches read, checked, shown, and laid over files. */
import type { PatchResult } from '@govc/core';
import {
  applyPatch, DEFAULT_WHITESPACE_RULE, findBlobByPrefix, formatPatchNumstat, formatPatchStat, formatPatchSummary, parsePatch, parseWhitespaceRule, patchStats,
  whitespaceRuleFor, worktreeAttributes, type FilePatch, type HashAlgorithm, type StagingIndex, type WhitespaceRule,
} from '@govc/core/plumbing';

import type { CommandIo } from '../io.js';
import { writeText } from '../print/output.js';
import { defaultAlgorithm } from '../session/default-algorithm.js';
import { runRerere } from '../sequencer/rerere-files.js';
import type { ApplyAsked } from './apply-options.js';
import { isFatalProblem, PatchLines, problemText, whitespaceSummary, whitespaceText } from './patch-messages.js';
import { readPatchedFiles, writePatchedFiles, type PatchPlace } from './patched-files.js';

/** A patch that was read. */
export interface PatchInput {
  /** As it is called in messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a run needs beside what is asked for. */
export interface ApplySurroundings {
  readonly io: CommandIo;
  readonly place: PatchPlace;
  /** The current folder below the top: `''` or `a/b/`. */
  readonly prefix: string;
  readonly asked: ApplyAsked;
}

/** How a patch ended; `fatal` ends the command with 128. */
type End = 'applied' | 'conflicts' | 'refused' | 'fatal';

/** Patches being applied one after another, and written to the index together. */
export class ApplyRun {
  readonly #around: ApplySurroundings;
  readonly #applies: boolean;
  #index: StagingIndex | undefined;
  #errorCount = 0;
  #isFixed = false;

  constructor(around: ApplySurroundings) {
    this.#around = around;
    const { asked, place } = around;
    const onlyShows = asked.applies !== true && !asked.rejects && (asked.showsStat || asked.showsNumstat || asked.showsSummary || asked.checks);
    this.#applies = asked.applies ?? !onlyShows;
    if (place.usesIndex || asked.intendsToAdd) this.#index = place.tree?.index;
  }

  /** Applies all of them; the exit code. */
  async run(inputs: AsyncIterable<PatchInput> | Iterable<PatchInput>): Promise<number> {
    const { place, asked } = this.#around;
    let hasConflicts = false;
    const writesIndex = this.#index !== undefined && this.#applies;
    if (writesIndex) place.tree?.lock();
    for await (const input of inputs) {
      const end = await this.#one(input);
      if (end === 'fatal') return 128;
      if (end === 'refused') return 1;
      hasConflicts ||= end === 'conflicts';
    }
    const code = this.#tellWhitespace();
    if (code !== 0) return code;
    if (writesIndex && this.#index !== undefined) await place.tree?.save(this.#index);
    if (hasConflicts && !asked.isCached && place.tree !== undefined) await runRerere(place.tree);
    return hasConflicts ? 1 : 0;
  }

  #algorithm(): HashAlgorithm {
    const { place, io } = this.#around;
    return place.tree?.algorithm ?? defaultAlgorithm(io.env);
  }

  #tell(text: string): void {
    if (this.#around.asked.verbosity >= 0) writeText(this.#around.io.stderr, text);
  }

  async #one({ name, bytes }: PatchInput): Promise<End> {
    const { asked, place } = this.#around;
    const lines = new PatchLines(bytes);
    const all = this.#parse(bytes);
    if (all === undefined) return 'fatal';
    const patches = all.filter((patch) => this.#isInside(patch));
    if (all.length === 0) {
      if (asked.allowsEmpty) return 'applied';
      this.#tell('error: No valid patches in input (allow with "--allow-empty")\n');
      return 'fatal';
    }
    const isRefusedForSpace = asked.whitespace === 'error' && !asked.checks && this.#errorsOf(patches).length > 0;
    if ((!this.#applies && !asked.checks) || isRefusedForSpace) {
      this.#tellErrors(this.#errorsOf(patches), { name, lines });
      this.#show(patches);
      return 'applied';
    }
    const { target, mismatched } = await readPatchedFiles(place, patches);
    const result = applyPatch(patches, {
      target, algorithm: this.#algorithm(), options: this.#options(),
      findBlob: (prefix) => (place.tree === undefined ? undefined : findBlobByPrefix(place.tree.objects, prefix)),
    });
    this.#tellErrors(result.whitespaceErrors, { name, lines });
    this.#tellChecked(patches);
    const isRefused = this.#tellProblems(result, { lines, mismatched, patches });
    if (isRefused === 'fatal') return 'fatal';
    if (isRefused === 'refused' && !asked.rejects) return 'refused';
    if (asked.whitespace === 'error' && result.whitespaceErrors.length > 0) return 'applied';
    if (this.#applies) {
      const index = await writePatchedFiles(place, result, this.#index, asked.intendsToAdd);
      if (this.#index !== undefined) this.#index = index;
      if (this.#index !== undefined && place.tree !== undefined && index !== undefined) place.tree.replace(index);
      if (asked.rejects) this.#tellRejects(result, patches);
      if (isRefused === 'refused') return 'refused';
      this.#tellConflicts(result);
    }
    this.#show(patches);
    return result.outcome === 'conflicts' ? 'conflicts' : 'applied';
  }

  #parse(bytes: Uint8Array): FilePatch[] | undefined {
    const { asked, prefix } = this.#around;
    const directory = asked.directory === undefined ? undefined : asked.directory.replace(/\/+$/, '');
    try {
      const patches = parsePatch(bytes, { strip: asked.strip, directory, recount: asked.recount });
      return prefix === '' ? patches : patches.map((patch) => (patch.isGit ? patch : {
        ...patch, oldPath: patch.oldPath === undefined ? undefined : prefix + patch.oldPath, newPath: patch.newPath === undefined ? undefined : prefix + patch.newPath,
      }));
    } catch (error) {
      const { code, data, message } = error as { code?: string; data?: { line?: number }; message: string };
      if (code !== 'patch-invalid') throw error;
      this.#tell(data?.line === undefined ? `error: ${message}\n` : `error: corrupt patch at line ${data.line}\n`);
      return undefined;
    }
  }

  #isInside({ oldPath, newPath }: FilePatch): boolean {
    const { prefix } = this.#around;
    const path = newPath ?? oldPath ?? '';
    return prefix === '' || path.startsWith(prefix);
  }

  #options(): Parameters<typeof applyPatch>[1]['options'] {
    const { asked, place } = this.#around;
    return {
      reverse: asked.isReverse, contextLines: asked.contextLines, unidiffZero: asked.isUnidiffZero, allowOverlap: asked.allowsOverlap,
      inaccurateEof: asked.inaccurateEof, ignoreSpaceChange: asked.ignoresSpaceChange, whitespace: asked.whitespace, whitespaceRule: (path) => this.#rule(path),
      filters: asked.filters, reject: asked.rejects, threeWay: asked.threeWay, allowEmpty: true,
      conflictStyle: place.tree === undefined ? undefined : styleOf(place.tree.config.get('merge.conflictstyle')),
    };
  }

  #rule(path: string): WhitespaceRule {
    const { tree } = this.#around.place;
    if (tree === undefined) return DEFAULT_WHITESPACE_RULE;
    const configured = tree.config.get('core.whitespace');
    const rule = configured === undefined ? DEFAULT_WHITESPACE_RULE : parseWhitespaceRule(configured);
    const [attribute] = worktreeAttributes(tree, tree.index, 'worktree').check(path, ['whitespace']);
    return whitespaceRuleFor(attribute, rule);
  }

  #tellErrors(whitespaceErrors: PatchResult['whitespaceErrors'], about: { readonly name: string; readonly lines: PatchLines }): void {
    const { asked } = this.#around;
    for (const error of whitespaceErrors) {
      this.#errorCount++;
      if (asked.shownErrors > 0 && this.#errorCount > asked.shownErrors) continue;
      this.#tell(whitespaceText(error, { file: about.name, lines: about.lines }));
    }
    this.#isFixed ||= asked.whitespace === 'fix' && this.#applies;
  }

  /** White space is looked at although nothing is applied. */
  #errorsOf(patches: readonly FilePatch[]): PatchResult['whitespaceErrors'] {
    const target = { find: () => undefined, below: () => [] };
    return applyPatch(patches, { target, algorithm: this.#algorithm(), options: { ...this.#options(), reject: true } }).whitespaceErrors;
  }

  #tellChecked(patches: readonly FilePatch[]): void {
    const { asked } = this.#around;
    if (asked.verbosity <= 0 && !asked.rejects) return;
    for (const patch of patches) this.#tell(`Checking patch ${nameText(patch)}...\n`);
  }

  #tellProblems(
    { problems }: PatchResult, { lines, mismatched, patches }: { readonly lines: PatchLines; readonly mismatched: readonly string[]; readonly patches: readonly FilePatch[] },
  ): 'none' | 'refused' | 'fatal' {
    const { asked, place } = this.#around;
    const told = new Set<string>();
    for (const path of mismatched) {
      told.add(path);
      this.#tell(`error: ${path}: does not match index\n`);
    }
    for (const problem of problems) {
      if (told.has(problem.path)) continue;
      const patch = patches.find(({ line }) => line === problem.line) ?? patches.find(({ oldPath, newPath }) => (oldPath ?? newPath) === problem.path);
      const inIndex = place.usesIndex && place.tree?.index.entries.some(({ path, stage }) => path === patch?.newPath && stage === 0 ) === true;
      this.#tell(problemText(problem, { lines, isReverse: asked.isReverse, usesIndex: place.usesIndex, inIndex, patch }));
      if (isFatalProblem(problem) && problem.kind !== 'whitespace') return 'fatal';
    }
    return problems.some(({ kind }) => kind !== 'whitespace') || mismatched.length > 0 ? 'refused' : 'none';
  }

  #tellRejects({ rejects, problems }: PatchResult, patches: readonly FilePatch[]): void {
    const { place } = this.#around;
    for (const patch of patches) {
      const path = patch.newPath ?? patch.oldPath ?? '';
      const reject = rejects.find((each) => each.path === path);
      if (reject === undefined) {
        if (!problems.some((problem) => problem.path === (patch.oldPath ?? patch.newPath))) this.#tell(`Applied patch ${nameText(patch)} cleanly.\n`);
        continue;
      }
      const { length } = reject.hunks;
      this.#tell(`Applying patch ${nameText(patch)} with ${length} reject${length === 1 ? '' : 's'}...\n`);
      for (const [index, hunk] of patch.hunks.entries()) {
        this.#tell(reject.hunks.includes(hunk) ? `Rejected hunk #${index + 1}.\n` : `Hunk #${index + 1} applied cleanly.\n`);
      }
      place.files.write(`${path}.rej`, reject.text);
    }
  }

  #tellConflicts({ files }: PatchResult): void {
    const { asked } = this.#around;
    if (asked.threeWay) {
      for (const [path, file] of files) if (file !== undefined) this.#tell(`Applied patch to '${path}' ${file.conflict === undefined ? 'cleanly' : 'with conflicts'}.\n`);
    }
    const paths = [...files].filter(([, file]) => file?.conflict !== undefined).map(([path]) => path).sort();
    this.#tell(paths.map((path) => `U ${path}\n`).join(''));
  }

  #show(patches: readonly FilePatch[]): void {
    const { asked, io } = this.#around;
    if (asked.verbosity < 0) return;
    const stats = patchStats(asked.isReverse ? patches.map(reversed) : patches);
    if (asked.showsStat) io.stdout.write(formatPatchStat(stats));
    if (asked.showsNumstat) io.stdout.write(formatPatchNumstat(stats, { isNulTerminated: asked.isNul }));
    if (asked.showsSummary) io.stdout.write(formatPatchSummary(stats));
  }

  #tellWhitespace(): number {
    const { asked } = this.#around;
    if (asked.whitespace === 'nowarn') return 0;
    this.#tell(whitespaceSummary(this.#errorCount, { shown: asked.shownErrors, action: asked.whitespace, applied: this.#isFixed ? this.#errorCount : 0 }));
    return asked.whitespace === 'error' && this.#errorCount > 0 ? 128 : 0;
  }
}

function styleOf(text: string | undefined): 'diff3' | 'zdiff3' | undefined {
  return text === 'diff3' || text === 'zdiff3' ? text : undefined;
}

function reversed(patch: FilePatch): FilePatch {
  return {
    ...patch, oldPath: patch.newPath, newPath: patch.oldPath, oldMode: patch.newMode, newMode: patch.oldMode, isNew: patch.isDeleted, isDeleted: patch.isNew,
    linesAdded: patch.linesDeleted, linesDeleted: patch.linesAdded,
  };
}

function nameText({ oldPath, newPath }: FilePatch): string {
  return oldPath !== undefined && newPath !== undefined && oldPath !== newPath ? `${oldPath} => ${newPath}` : newPath ?? oldPath ?? '';
}
