import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { cleanMessage, messageSubject, messageTitle, stripSpace, type MessageCleanup } from '../history/commit-message.js';
import { fixupMessage, messageBytes, replayedText } from '../history/commit-message-replay.js';
import { interpretTrailers, type NewTrailer } from '../history/trailers-edit.js';
import { commentPrefixOf, trailerRules } from '../history/trailers-rules.js';
import { appendSignoff } from '../history/trailers-signoff.js';
import { makeCommit, parseCommit } from '../object/commit.js';
import type { Person } from './clock.js';
import { readCommit, type CommitInfo } from './commit-info.js';
import { rewriteNotes } from './notes.js';
import type { ReadContext } from './read-context.js';
import { peelToCommit, resolveText } from './resolve.js';
import { commitBody, commitSigner, type SignerChoice } from './sign.js';
import { headTip, type WriteContext } from './write-context.js';

/** How a message is finished before it is committed. */
export interface MessageOptions {
  /** Default: `whitespace`, as of a message that nobody edits. */
  readonly cleanup?: MessageCleanup | undefined;
  /** Add a sign-off of the committer. Default: `false`. */
  readonly signoff?: boolean | undefined;
  /** Trailers to add. Default: none. */
  readonly trailers?: readonly (string | NewTrailer)[] | undefined;
}

/** How the last commit is made again. */
export interface AmendOptions extends MessageOptions {
  /** Default: the message that it has. */
  readonly message?: string | undefined;
  /** The files. Default: those that it has. */
  readonly tree?: ObjectId | undefined;
  /** Default: whoever it was, and when. */
  readonly author?: Person | undefined;
  /** Make the committer its author, now. Default: `false`. */
  readonly resetAuthor?: boolean | undefined;
  /** Default: `user.name` and `user.email` of the configuration. */
  readonly committer?: Person | undefined;
  /** Commit without a message. Default: `false`. */
  readonly allowEmptyMessage?: boolean | undefined;
  /** Commit although nothing differs from the parent. Default: `false`. */
  readonly allowEmpty?: boolean | undefined;
  /** Signs the commit. Default: the signer of the repository, where `commit.gpgSign` says so. */
  readonly signer?: SignerChoice | undefined;
}

/**
 * Makes the commit at `HEAD` again with other parts: `git commit --amend`. An old signature is left out.
 *
 * @throws {GovcError} replay-invalid: there is no commit, or no message; nothing-to-commit, config-invalid
 */
export function amendCommit(context: WriteContext, options: AmendOptions): CommitInfo {
  const { snapshot } = context;
  const tip = headTip(context);
  if (tip.id === undefined) throw new GovcError('replay-invalid', 'There is no commit yet to amend.', { ref: tip.ref });
  const { id } = tip;
  const before = parseCommit(snapshot.objects.find(id)!.body, snapshot.algorithm);
  const text = replayedText(before);
  const committer = context.identity(options.committer);
  const message = finishMessage(context, options.message ?? text.message, { ...options, committer });
  if (message === '' && options.allowEmptyMessage !== true) throw new GovcError('replay-invalid', 'The message is empty; write one, or allow it.', { id });
  const tree = options.tree ?? before.tree;
  const parent = before.parents[0];
  const parentTree = parent === undefined ? undefined : readCommit(snapshot, parent).tree;
  if (tree === parentTree && tree !== before.tree && options.allowEmpty !== true) {
    throw new GovcError('nothing-to-commit', 'The amended commit would change nothing; allow it to be empty, or reset it.', { ref: tip.ref });
  }
  const author = options.author !== undefined ? context.identity(options.author) : options.resetAuthor === true ? committer : text.author;
  const reflog = { identity: committer, message: `commit (amend): ${messageTitle(message)}` };
  return context.propose({ origin: 'amend', reflog }, (draft) => {
    const made = draft.write('commit', commitBody(makeCommit({
      tree, parents: before.parents, author, committer, message: messageBytes(message),
      extraHeaders: before.extraHeaders.filter(({ key }) => key !== 'gpgsig' && key !== 'gpgsig-sha256'),
    }), commitSigner(context, options.signer), snapshot.algorithm));
    if (made !== id) draft.setRef(tip.ref, made);
    rewriteNotes(draft, 'amend', { commits: [{ from: id, to: made }], committer });
    return readCommit(draft.view, made);
  });
}

/** A message cleaned, with trailers and a sign-off, as `git commit` would record it. */
export function finishMessage(
  { snapshot }: Pick<ReadContext, 'snapshot'>, message: string, options: MessageOptions & { readonly committer: { readonly name: string; readonly email: string } },
): string {
  const rules = trailerRules(snapshot.config);
  // Git cleans before it adds, so that what is added finds the end of the message, and afterwards once more.
  let text = options.cleanup === 'verbatim' ? message : stripSpace(message);
  if (options.signoff === true) text = appendSignoff(text, options.committer, { syntax: rules });
  if (options.trailers !== undefined && options.trailers.length > 0) {
    const add = options.trailers.map((trailer) => (typeof trailer === 'string' ? { text: trailer } : trailer));
    text = interpretTrailers(text, { rules, add, hasDivider: false });
  }
  return cleanMessage(text, options.cleanup ?? 'whitespace', commentPrefixOf(snapshot.config));
}

/** How a commit is titled that is to be squashed into another. */
export type FixupKind =
  /** `--fixup=<commit>` */
  | 'fixup'
  /** `--squash=<commit>` */
  | 'squash'
  /** `--fixup=amend:<commit>`, and with the same files `--fixup=reword:<commit>` */
  | 'amend';

/**
 * The message of a commit that a later rebase squashes into another.
 *
 * @param body what follows the title; for `amend` the new message. Default: nothing; for `amend` the message that the commit has.
 * @throws {GovcError} revision-invalid, object-type-mismatch
 */
export function fixupMessageFor(context: ReadContext, kind: FixupKind, request: { readonly revision: string; readonly body?: string | undefined }): string {
  const { snapshot } = context;
  const id = peelToCommit(snapshot, resolveText(context, request.revision, 'commit'));
  const { message } = replayedText(parseCommit(snapshot.objects.find(id)!.body, snapshot.algorithm));
  const title = messageSubject(message);
  // The subject of a commit that is itself for amending is named once.
  if (kind === 'amend') return fixupMessage(kind, title, request.body ?? message.replace(/^amend! [^\n]*\n\n?/, ''));
  return fixupMessage(kind, title, request.body ?? '');
}
