import type { RefNamespace } from '@govc/core/protocol';

import type { PushLimits, Quota } from '../config.js';
import type { Tracer } from '../http/tracer.js';
import type { Traffic } from '../http/traffic.js';
import type { RouteParts } from '../routes/parts.js';

/** What serving Git clients needs. */
export interface GitParts extends RouteParts {
  /** The part of each repository that is served. */
  readonly namespace: RefNamespace;
  /** Its name as the variable `GIT_NAMESPACE` has it; `undefined`: the whole repository. */
  readonly namespaceName: string | undefined;
  /** Who stands in reflogs in place of who pushes, as far as it is said. */
  readonly committer: { readonly name: string | undefined; readonly email: string | undefined };
  /** Where temporary files may be. */
  readonly temporaryPath: string;
  /** Bounds how many requests come from one user. */
  readonly traffic: Traffic;
  /** Bounds of one push. */
  readonly pushLimits: PushLimits;
  /** Bounds of one repository. */
  readonly quota: Quota;
  /** Hears of operations as spans; `undefined`: nobody does. */
  readonly tracer: Tracer | undefined;
}
