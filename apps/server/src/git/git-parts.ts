import type { RefNamespace } from '@govc/core/protocol';

import type { Hooks } from '../hooks/hooks.js';
import type { RouteParts } from '../routes/parts.js';

/** What serving Git clients needs. */
export interface GitParts extends RouteParts {
  /** The part of each repository that is served. */
  readonly namespace: RefNamespace;
  /** Its name as the variable `GIT_NAMESPACE` has it; `undefined`: the whole repository. */
  readonly namespaceName: string | undefined;
  /** Who stands in reflogs in place of who pushes, as far as it is said. */
  readonly committer: { readonly name: string | undefined; readonly email: string | undefined };
  /** Runs the hooks of repositories in directories. */
  readonly hooks: Hooks;
}
