import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { textFromBytes } from '../bytes/text.js';
import type { ParsePatchOptions } from '../diff/parse-patch.js';
import { stripSpace } from '../history/commit-message.js';
import { readMail, type MailInfoOptions } from '../history/mail-info.js';
import { applyPatchToTree, type ApplyToTreeRequest } from '../merge/apply-patch-tree.js';
import type { MergeTreesResult } from '../merge/merge-trees.js';
import type { ApplyPatchOptions, PatchResult } from '../merge/apply-patch.js';
import { makeCommit } from '../object/commit.js';
import type { Identity } from '../object/identity.js';
import { ObjectStack } from '../store/object-stack.js';
import { YoungWriter } from '../store/young-objects.js';
import { findDate } from '../walk/parse-date.js';
import { mergeMailPatch } from './apply-mail-merge.js';
import type { Person } from './clock.js';
import { readCommit, type CommitInfo } from './commit-info.js';
import { commitBody, commitSigner, type SignerChoice } from './sign.js';
import { headTip, moveTip, type WriteContext } from './write-context.js';

/** How a mail becomes a commit. */
export interface ApplyMailOptions {
  /** How the mail is read. */
  readonly mail?: MailInfoOptions | undefined;
  /**
   * How its patch is applied. With `threeWay`, a patch that does not apply is merged by way of the files that it was made
   * for, as far as their blobs are known.
   */
  readonly patch?: (ApplyPatchOptions & ParsePatchOptions) | undefined;
  /** Default: `user.name` and `user.email` of the configuration. */
  readonly committer?: Person | undefined;
  /** Signs the commit. Default: the signer of the repository, where `commit.gpgSign` says so. */
  readonly signer?: SignerChoice | undefined;
}

/** What came of a mail. */
export type ApplyMailResult =
  | { readonly outcome: 'committed'; readonly commit: CommitInfo; readonly result: PatchResult }
  /** The merge found nothing to change. */
  | { readonly outcome: 'already-applied'; readonly result: PatchResult }
  /** The merge leaves something to decide; `merge.tree`, whose blobs and trees are not kept, would be the result. */
  | { readonly outcome: 'conflicts'; readonly result: PatchResult; readonly merge: MergeTreesResult }
  | { readonly outcome: 'refused'; readonly result: PatchResult };

/**
 * Commits the patch of a mail on top of `HEAD`, with author, date and message of the mail, as `git am` does. Where the
 * patch does not apply wholly and cleanly, nothing changes.
 *
 * @throws {GovcError} mail-invalid, patch-invalid, object-invalid: the mail names no author; config-invalid, ref-conflict
 */
export function applyMail(context: WriteContext, mail: Uint8Array, options: ApplyMailOptions): ApplyMailResult {
  const { snapshot, clock } = context;
  const { algorithm } = snapshot;
  const info = readMail(mail, options.mail);
  const tip = headTip({ snapshot });
  const scratch = new YoungWriter(algorithm);
  const request: ApplyToTreeRequest = {
    objects: new ObjectStack([scratch, snapshot.objects]), algorithm, write: (type, body) => scratch.write(type, body),
    tree: tip.id === undefined ? algorithm.emptyTreeId : readCommit(snapshot, tip.id).tree,
  };
  const message = stripSpace(`${losslessTextFromBytes(info.subject)}\n\n${losslessTextFromBytes(info.message)}`);
  const subject = message.split('\n', 1)[0]!;
  const direct: ApplyPatchOptions & ParsePatchOptions = { ...options.patch, threeWay: false };
  const applied = applyPatchToTree(request, info.patch, direct);
  const { result } = applied;
  let { tree } = applied;
  if (result.outcome !== 'applied') {
    const merge = options.patch?.threeWay === true
      ? mergeMailPatch({ ...request, patch: info.patch, label: subject, options: direct })
      : undefined;
    if (merge === undefined) return { outcome: 'refused', result };
    if (!merge.isClean) return { outcome: 'conflicts', result, merge };
    if (merge.tree === request.tree) return { outcome: 'already-applied', result };
    ({ tree } = merge);
  }
  const nowSeconds = Math.floor(clock() / 1000);
  const author: Identity = {
    name: losslessTextFromBytes(info.name), email: losslessTextFromBytes(info.email),
    ...authorDate(textFromBytes(info.date), nowSeconds),
  };
  const committer = context.identity(options.committer);
  const commit = makeCommit({ tree, parents: tip.id === undefined ? [] : [tip.id], author, committer, message });
  const made = context.propose({ origin: 'am', reflog: { identity: committer, message: `am: ${subject}` } }, (draft) => {
    for (const { type, body } of scratch.objects()) draft.write(type, body);
    if (tree === algorithm.emptyTreeId) draft.write('tree', new Uint8Array(0));
    const id = draft.write('commit', commitBody(commit, commitSigner(context, options.signer), algorithm));
    moveTip(draft, tip, id);
    return readCommit(draft.view, id);
  });
  return { outcome: 'committed', commit: made, result };
}

function authorDate(text: string, nowSeconds: number): Pick<Identity, 'timeSeconds' | 'timezone'> {
  const date = text === '' ? undefined : findDate(text, { nowSeconds });
  if (date === undefined) return { timeSeconds: nowSeconds, timezone: '+0000' };
  const minutes = Math.abs(date.offsetMinutes);
  const zone = String(Math.floor(minutes / 60) * 100 + (minutes % 60)).padStart(4, '0');
  return { timeSeconds: date.timeSeconds, timezone: `${date.offsetMinutes < 0 ? '-' : '+'}${zone}` };
}
