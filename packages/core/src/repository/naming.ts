import { hasCode, GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import {
  Describer, formatDescription, type DescribeOptions as DescriberOptions, type Description,
} from '../history/describe.js';
import { Mailmap } from '../history/mailmap.js';
import { nameRevisions, type NameRevOptions } from '../history/name-rev.js';
import type { PrettyContext } from '../history/pretty-format.js';
import { shortlog, type ShortlogGroup, type ShortlogOptions } from '../history/shortlog.js';
import { runJob } from '../job/job.js';
import { abbreviateId } from '../history/abbreviate-id.js';
import { TAG_PREFIX } from '../ref/ref-name.js';
import { findThroughTags } from '../walk/revision/peel-object.js';
import { findBlobOrigin } from './describe-blob.js';
import type { ReadContext } from './read-context.js';
import { resolveText } from './resolve.js';
import { listRevisions, type RevListQuery } from './rev-list.js';
import { shortNames } from './short-name.js';

/** How commits are described. */
export interface DescribeOptions extends DescriberOptions {
  /** Names the commit after a tag that comes after it, as `v1.0~3`. Default: after one that comes before it. */
  readonly contains?: boolean | undefined;
  /** Digits of the id at least; 0: never show an id. Default: `core.abbrev`. */
  readonly abbrev?: number | undefined;
  /** Depth and id even where the commit is tagged itself. Default: false. */
  readonly long?: boolean | undefined;
  /** An abbreviated id where there is no name. Default: such a commit is an error. */
  readonly always?: boolean | undefined;
}

/** A commit by name. */
export interface DescribedCommit {
  /** As `git describe` prints it, such as `v1.0-3-gabcdef1`; of a blob with its path, such as `v1.0-3-gabcdef1:README`. */
  readonly text: string;
  /** The commit. */
  readonly id: ObjectId;
  /** Of a blob its first path in the oldest commit of the history of `HEAD` that has it. */
  readonly path?: string | undefined;
  /** The tag and how far away it is; `undefined` for an id alone and for `contains`. */
  readonly description: Description | undefined;
}

/**
 * Names commits after tags. What is common to all is read once.
 *
 * @returns a function from a revision to its name
 * @throws {GovcError} (the function) name-missing: `data.reason` is that of `NoDescription`; revision-invalid and its like
 */
export function describeRevisions(context: ReadContext, options: DescribeOptions = {}): (revision: string) => DescribedCommit {
  const { snapshot, graph } = context;
  const { abbrev, contains = false, always = false } = options;
  const shorten = abbrev === undefined || abbrev === 0
    ? shortNames(snapshot)
    : (id: ObjectId): string => abbreviateId(snapshot.objects, id, Math.max(4, abbrev));
  const abbreviate = abbrev === 0 ? (id: ObjectId): string => id : shorten;
  const describer = contains ? undefined : new Describer(snapshot, graph, options);
  const describeText = (revision: string): DescribedCommit => {
    const id = resolveText(context, revision);
    const commit = findThroughTags(snapshot, id);
    if (commit?.type === 'blob' && commit.id === id) {
      const origin = findBlobOrigin(context, id);
      if (origin === undefined) throw new GovcError('name-missing', `No commit of HEAD's history has the blob ${id}.`, { id, reason: 'unreachable' });
      const described = describeText(origin.commit);
      return { ...described, text: `${described.text}:${origin.path}`, path: origin.path };
    }
    if (commit?.type !== 'commit') {
      throw new GovcError('object-type-mismatch', `"${revision.slice(0, 200)}" is not a commit.`, { id, expected: 'commit', actual: commit?.type });
    }
    if (describer !== undefined) {
      const description = runJob(describer.describe(id));
      if (description.kind === 'found') {
        return { text: formatDescription(description, { abbreviate, long: options.long, short: abbrev === 0 }), id: commit.id, description };
      }
      if (always) return { text: abbreviate(commit.id), id: commit.id, description: undefined };
      throw noName(commit.id, description.reason);
    }
    const [name] = runJob(nameRevisions({ snapshot, graph, options: containsOptions(options) }, [commit.id]));
    if (name === undefined && !always) throw noName(commit.id, 'no-tags');
    return { text: name ?? abbreviate(commit.id), id: commit.id, description: undefined };
  };
  return describeText;
}

/** The options with which Git runs name-rev for `describe --contains`. */
function containsOptions({ all = false, match = [], exclude = [] }: DescribeOptions): NameRevOptions {
  const inTags = (pattern: string): string => TAG_PREFIX + pattern;
  const inAll = (pattern: string): string[] => [inTags(pattern), `refs/heads/${pattern}`, `refs/remotes/${pattern}`];
  return {
    tags: !all, nameOnly: true,
    refs: all ? match.flatMap(inAll) : match.map(inTags),
    exclude: all ? exclude.flatMap(inAll) : exclude.map(inTags),
  };
}

function noName(id: ObjectId, reason: string): GovcError {
  return new GovcError('name-missing', `No tag that is asked for leads to ${id}; try the options tags, all or always.`, { id, reason });
}

/** The names of objects after any ref, as `git name-rev` gives them; `undefined` for one without. @throws {GovcError} revision-invalid and its like */
export function nameObjects(context: ReadContext, revisions: readonly string[], options: NameRevOptions): (string | undefined)[] {
  const { snapshot, graph } = context;
  const ids = revisions.map((revision) => {
    const id = resolveText(context, revision);
    const object = findThroughTags(snapshot, id);
    return object?.type === 'commit' ? object.id : id;
  });
  return runJob(nameRevisions({ snapshot, graph, options }, ids));
}

/**
 * The mailmap of a repository: `.mailmap` of `HEAD`, or what `mailmap.blob` names.
 *
 * @param files further ones, which win: that of the working tree, `mailmap.file`
 */
export function readMailmap(context: ReadContext, files: readonly Uint8Array[] = []): Mailmap {
  const { snapshot } = context;
  const revision = snapshot.config.get('mailmap.blob') ?? 'HEAD:.mailmap';
  try {
    const object = snapshot.objects.find(resolveText(context, revision));
    return Mailmap.parse(...(object?.type === 'blob' ? [object.body] : []), ...files);
  } catch (error) {
    if (hasCode(error, 'revision-invalid') || hasCode(error, 'object-id-ambiguous')) return Mailmap.parse(...files);
    throw error;
  }
}

/** What a shortlog is made of. */
export interface ShortlogQuery extends RevListQuery, ShortlogOptions {
  /** Default: that of the repository. */
  readonly mailmap?: Mailmap | undefined;
}

/** The commits of a query by who made them. @throws {GovcError} as `View.revList` */
export function groupCommits(context: ReadContext, query: ShortlogQuery): ShortlogGroup[] {
  const { objects, algorithm } = context.snapshot;
  const { mailmap = readMailmap(context), ...rest } = query;
  const pretty: PrettyContext = {
    abbreviate: shortNames(context.snapshot), nowSeconds: Math.floor(context.clock() / 1000), mapPerson: (person) => mailmap.map(person),
  };
  return runJob(shortlog({ objects, algorithm, mailmap, commits: idsOf(context, rest), options: query, pretty }));
}

function* idsOf(context: ReadContext, query: RevListQuery): Generator<ObjectId, void, void> {
  for (const { id } of listRevisions(context, query)) yield id;
}
