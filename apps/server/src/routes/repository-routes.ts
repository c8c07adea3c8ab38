import type { Endpoint } from '../http/endpoint.js';
import { blameRoutes } from './blame.js';
import { branchRoutes } from './branches.js';
import { commitRoutes } from './commits.js';
import { compareRoutes } from './compare.js';
import { describeRoutes } from './describe.js';
import { diffRoutes } from './diff.js';
import { exchangeRoutes } from './exchange.js';
import { fileRoutes } from './files.js';
import { gitObjectRoutes } from './git-objects.js';
import { gitRefRoutes } from './git-refs.js';
import { gitTreeRoutes } from './git-trees.js';
import { importUrlRoutes } from './import-url.js';
import { logRoutes } from './log.js';
import { mergeRoutes } from './merge.js';
import { noteRoutes } from './notes.js';
import type { RouteParts } from './parts.js';
import { rebaseRoutes } from './rebase.js';
import { replayRoutes } from './replay.js';
import { resetRoutes } from './reset.js';
import { sqlRoutes } from './search-sql.js';
import { textSearchRoutes } from './search-text.js';
import { searchRoutes } from './search.js';
import { sequenceRoutes } from './sequences.js';
import { stashRoutes } from './stash.js';
import { statusRoutes } from './status.js';
import { tagRoutes } from './tags.js';
import { treeRoutes } from './tree.js';

/** The routes of what a repository holds. A path without placeholders comes before one that would take it. */
export function repositoryRoutes(parts: RouteParts): Endpoint[] {
  return [
    ...fileRoutes(parts), ...treeRoutes(parts), ...statusRoutes(parts),
    ...logRoutes(parts), ...compareRoutes(parts), ...commitRoutes(parts), ...diffRoutes(parts),
    ...branchRoutes(parts), ...tagRoutes(parts), ...mergeRoutes(parts),
    ...replayRoutes(parts), ...rebaseRoutes(parts), ...sequenceRoutes(parts), ...resetRoutes(parts), ...stashRoutes(parts),
    ...gitObjectRoutes(parts), ...gitTreeRoutes(parts), ...gitRefRoutes(parts), ...noteRoutes(parts),
    ...blameRoutes(parts), ...searchRoutes(parts), ...textSearchRoutes(parts), ...sqlRoutes(parts), ...describeRoutes(parts), ...exchangeRoutes(parts), ...importUrlRoutes(parts),
  ];
}
