/** Commits by their messages: `:/text` and `rev^{/text}` of gitrevisions. */
import { compileTextPattern, type TextPattern } from '../../pattern/text-pattern.js';
import { hasCode } from '../../errors.js';
import type { ObjectId } from '../../hash/object-id.js';
import { HEAD, type RefName } from '../../ref/ref-name.js';
import { findRefId } from '../../store/ref-map.js';
import { CommitFlags } from '../commit-graph.js';
import { CommitQueue } from '../commit-queue.js';
import { findThroughTags } from './peel-object.js';
import type { RevisionContext } from './revision-context.js';

const LF = 0x0a;

/** A condition on messages. */
export interface MessageSearch {
  readonly pattern: TextPattern;
  /** Looks for the first commit that does not match. */
  readonly isNegated: boolean;
}

/**
 * The search that a text spells: an extended regular expression, after `!-` for its opposite, `!!` for one that begins
 * with `!`. `undefined` for other texts after `!`, which Git keeps free, and for what is no regular expression or one
 * that cannot be looked for in bounded time.
 */
export function findMessageSearch(text: string): MessageSearch | undefined {
  const isNegated = text.startsWith('!-');
  if (text.startsWith('!') && !isNegated && !text.startsWith('!!')) return undefined;
  const source = isNegated ? text.slice(2) : text.startsWith('!') ? text.slice(1) : text;
  try {
    const pattern = compileTextPattern(source, { syntax: 'extended' });
    return pattern.isBacktracking ? undefined : { pattern, isNegated };
  } catch (error) {
    if (hasCode(error, 'pattern-invalid') || hasCode(error, 'limit-exceeded')) return undefined;
    throw error;
  }
}

/**
 * The youngest commit with such a message among some and what they reach, or `undefined`. O(history).
 *
 * @param starts newest first where they may have the same date
 */
export function searchMessage(context: RevisionContext, search: MessageSearch, starts: readonly ObjectId[]): ObjectId | undefined {
  const { graph, snapshot: { objects, shallow } } = context;
  const seen = new CommitFlags();
  const queue = new CommitQueue(graph);
  for (const id of starts) {
    const commit = graph.numberOf(id);
    if (seen.get(commit) !== 0 || !graph.read(commit, objects)) continue;
    seen.add(commit, 1);
    queue.push(commit);
  }
  for (let commit = queue.pop(); commit !== undefined; commit = queue.pop()) {
    const id = graph.idAt(commit);
    if (!shallow.has(id)) {
      for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) {
        const parent = graph.parentOf(commit, i);
        if (seen.get(parent) !== 0 || !graph.read(parent, objects)) continue;
        seen.add(parent, 1);
        queue.push(parent);
      }
    }
    const body = objects.find(id)?.body;
    if (body !== undefined && hasMessage(body, search.pattern) !== search.isNegated) return id;
  }
  return undefined;
}

/** Where `:/text` begins: HEAD and all refs, through tags, newest first. */
export function searchStarts({ snapshot, graph }: RevisionContext): ObjectId[] {
  const starts: { readonly id: ObjectId; readonly time: number }[] = [];
  const add = (id: ObjectId | undefined): void => {
    const commit = id === undefined ? undefined : findThroughTags(snapshot, id);
    if (commit?.type !== 'commit') return;
    const number = graph.numberOf(commit.id);
    graph.mustRead(number, snapshot.objects);
    starts.push({ id: commit.id, time: graph.timeOf(number) });
  };
  add(findRefId(snapshot.refs, HEAD));
  // Of the same date, Git takes HEAD first and then the last ref.
  const names = [...snapshot.refs.entries('refs/')].map(([name]) => name as RefName).reverse();
  for (const name of names) add(findRefId(snapshot.refs, name));
  return starts.sort((left, right) => right.time - left.time).map(({ id }) => id);
}

function hasMessage(body: Uint8Array, pattern: TextPattern): boolean {
  let at = body.indexOf(LF);
  while (at >= 0 && body[at + 1] !== LF) at = body.indexOf(LF, at + 1);
  if (at < 0) return false;
  const nul = body.indexOf(0, at);
  return pattern.test(body, at + 2, nul < 0 ? body.length : nul);
}
