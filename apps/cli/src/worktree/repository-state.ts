/** What is going on in a repository between commands, as Git's own files tell. */
import type { Session } from '../session/session.js';
import { stateText } from './open-worktree.js';

/** What waits to be gone on with. */
export interface RepositoryState {
  readonly isMerging: boolean;
  /** A mailbox is being applied. */
  readonly isApplying: boolean;
  readonly isApplyingEmpty: boolean;
  /** Whether a message waits for a commit, as after conflicts. */
  readonly hasMessage: boolean;
  readonly rebase: { readonly isInteractive: boolean; readonly branch: string | undefined; readonly onto: string | undefined } | undefined;
  /** The commit; an empty text where a list of them is between two. */
  readonly cherryPick: string | undefined;
  readonly revert: string | undefined;
  readonly bisect: { readonly branch: string | undefined } | undefined;
}

/** Reads the state. */
export function readState(session: Session): RepositoryState {
  const { gitFiles } = session;
  const has = (path: string): boolean => gitFiles.find(path) !== undefined;
  const isApplying = has('rebase-apply/applying');
  const rebase = has('rebase-merge')
    ? { isInteractive: has('rebase-merge/interactive'), ...rebaseNames(session, 'rebase-merge') }
    : has('rebase-apply') && !isApplying ? { isInteractive: false, ...rebaseNames(session, 'rebase-apply') } : undefined;
  const sequenced = /^(pick|revert)/.exec(stateText(gitFiles, 'sequencer/todo') ?? '')?.[1];
  return {
    isMerging: has('MERGE_HEAD'),
    isApplying,
    isApplyingEmpty: isApplying && gitFiles.find('rebase-apply/patch')?.sizeBytes === 0,
    rebase,
    hasMessage: has('MERGE_MSG'),
    cherryPick: stateText(gitFiles, 'CHERRY_PICK_HEAD') ?? (sequenced === 'pick' ? '' : undefined),
    revert: stateText(gitFiles, 'REVERT_HEAD') ?? (sequenced === 'revert' ? '' : undefined),
    bisect: has('BISECT_LOG') ? { branch: stateText(gitFiles, 'BISECT_START') } : undefined,
  };
}

function rebaseNames({ gitFiles }: Session, folder: string): { branch: string | undefined; onto: string | undefined } {
  const name = stateText(gitFiles, `${folder}/head-name`);
  return { branch: name?.replace(/^refs\/heads\//, ''), onto: stateText(gitFiles, `${folder}/onto`) };
}
