/** Names that stand for branches: `@{upstream}`, `@{-1}`, and symbolic refs. */
import { findRefByShortName, matchBranchName, matchPriorBranch, type RefMap, type RefName } from '@govc/core/plumbing';

import { revisionsOf } from './revisions.js';
import type { Session } from './session.js';

/** The ref that a symbolic ref leads to in the end, or the ref itself. */
export function followSymbolic(refs: RefMap, name: RefName): RefName {
  let at = name;
  for (let depth = 0; depth < 5; depth++) {
    const value = refs.get(at);
    if (value?.kind !== 'symbolic') return at;
    at = value.target;
  }
  return at;
}

/** The full name of the ref that `main@{upstream}`, `@{push}` or `@{-1}` means; `undefined` for other texts. */
export function matchFullBranchName(session: Session, text: string): RefName | undefined {
  const context = revisionsOf(session, { isQuiet: true });
  const prior = matchPriorBranch(context, text);
  const match = prior === 'too-few' ? undefined : prior ?? matchBranchName(context, text);
  if (match === undefined || match.size !== text.length) return undefined;
  return findRefByShortName(context.snapshot.refs, match.text)?.target;
}
