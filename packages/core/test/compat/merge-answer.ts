/** Results of merges in the form of `git merge-tree --write-tree -z --messages`. */
import { bytesFromLosslessText } from '../../src/bytes/lossless-text.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import { runJob } from '../../src/job/job.js';
import { mergeCommits, type MergeCommitsRequest } from '../../src/merge/merge-commits.js';
import type { MergeTreesResult } from '../../src/merge/merge-trees.js';
import type { ObjectSource } from '../../src/pack/object-source.js';
import { ObjectStack } from '../../src/store/object-stack.js';
import { YoungWriter } from '../../src/store/young-objects.js';
import { CommitGraph } from '../../src/walk/commit-graph.js';

/** Our merge of two commits under these labels. */
export function ourMerge(
  objects: ObjectSource, sides: readonly [ObjectId, ObjectId], labels: readonly [string, string],
  options: Partial<MergeCommitsRequest['options']> = {},
): MergeTreesResult & { readonly objects: ObjectSource } {
  const writer = new YoungWriter(SHA1);
  const all = new ObjectStack([writer, objects]);
  const result = runJob(mergeCommits({
    objects: all, write: (type, body) => writer.write(type, body), algorithm: SHA1, graph: new CommitGraph(SHA1), shallow: new Set(),
    ours: sides[0], theirs: sides[1], allowUnrelated: true, options: { ...options, labels: { branch1: labels[0], branch2: labels[1] } },
  }));
  return { ...result, objects: all };
}

/** A result as git prints it; one character per byte, with a line for each NUL. */
export function printMerge(result: MergeTreesResult): string {
  const parts: string[] = [result.tree];
  if (!result.isClean) {
    for (const { path, stages } of result.conflicts) {
      [stages.base, stages.ours, stages.theirs].forEach((stage, i) => {
        if (stage !== undefined) parts.push(`${stage.mode.toString(8).padStart(6, '0')} ${stage.id} ${i + 1}\t${byteText(path)}`);
      });
    }
  }
  parts.push('');
  for (const { paths, kind, text } of result.messages) parts.push(String(paths.length), ...paths.map(byteText), kind, `${byteText(text)}\n`);
  return parts.join('\n');
}

/** What git printed, in the same form. Advice about submodules is no part of it. */
export function gitMerge(stdout: Buffer): string {
  const text = stdout.toString('latin1');
  const advice = text.indexOf('Recursive merging with submodules');
  return (advice < 0 ? text : text.slice(0, advice)).replace(/\0$/, '').replaceAll('\0', '\n');
}

function byteText(text: string): string {
  return Buffer.from(bytesFromLosslessText(text)).toString('latin1');
}
