// Written by "node tools/client-types.mjs" from the OpenAPI document of the server. Do not edit.
// Of the document fe4b274d44295ab5cb243612125b9cc2c2388f44a3d5d9b841f417aed3130f59.

export interface paths {
    readonly "/": {
        /**
         * A page about this server
         * @description Everybody may.
         */
        readonly get: operations["getRoot"];
    };
    readonly "/api/v1/apikeys": {
        /**
         * List API keys
         * @description Whoever is signed in may.
         */
        readonly get: operations["getApikeys"];
        /**
         * Make an API key; it is shown this once
         * @description Whoever is signed in may.
         */
        readonly post: operations["postApikeys"];
    };
    readonly "/api/v1/apikeys/{key_id}": {
        /**
         * Revoke an API key
         * @description Whoever is signed in may.
         */
        readonly delete: operations["deleteApikeysKeyId"];
    };
    readonly "/api/v1/audit": {
        /**
         * List changes of users, roles, keys and rules
         * @description Needs the permission system:admin.
         */
        readonly get: operations["getAudit"];
    };
    readonly "/api/v1/auth/apikeys": {
        /**
         * List API keys
         * @description Whoever is signed in may.
         */
        readonly get: operations["getAuthApikeys"];
        /**
         * Make an API key; it is shown this once
         * @description Whoever is signed in may.
         */
        readonly post: operations["postAuthApikeys"];
    };
    readonly "/api/v1/auth/apikeys/{key_id}": {
        /**
         * Revoke an API key
         * @description Whoever is signed in may.
         */
        readonly delete: operations["deleteAuthApikeysKeyId"];
    };
    readonly "/api/v1/auth/csrf-token": {
        /**
         * A random text for clients that insist on one; nothing checks it, because no cookie ever says who asks
         * @description Everybody may.
         */
        readonly get: operations["getAuthCsrfToken"];
    };
    readonly "/api/v1/auth/login": {
        /**
         * Get a token for a name and password
         * @description Everybody may; what is sent is checked.
         */
        readonly post: operations["postAuthLogin"];
    };
    readonly "/api/v1/auth/logout": {
        /**
         * End the token and its session
         * @description Whoever is signed in may.
         */
        readonly post: operations["postAuthLogout"];
    };
    readonly "/api/v1/auth/me": {
        /**
         * Who is signed in
         * @description Whoever is signed in may.
         */
        readonly get: operations["getAuthMe"];
    };
    readonly "/api/v1/auth/password": {
        /**
         * Change one’s own password
         * @description Whoever is signed in may.
         */
        readonly post: operations["postAuthPassword"];
    };
    readonly "/api/v1/auth/password/reset": {
        /**
         * Set a password with a token that an administrator gave
         * @description Everybody may; what is sent is checked.
         */
        readonly post: operations["postAuthPasswordReset"];
    };
    readonly "/api/v1/auth/refresh": {
        /**
         * Get a new token for a refresh token or for a valid token
         * @description Everybody may; what is sent is checked.
         */
        readonly post: operations["postAuthRefresh"];
    };
    readonly "/api/v1/auth/tokens": {
        /**
         * Get a token for one repository
         * @description Whoever is signed in may.
         */
        readonly post: operations["postAuthTokens"];
    };
    readonly "/api/v1/auth/whoami": {
        /**
         * Who is signed in
         * @description Whoever is signed in may.
         */
        readonly get: operations["getAuthWhoami"];
    };
    readonly "/api/v1/dashboard/logs": {
        /**
         * The last lines of the log, newest first
         * @description Needs the permission system:admin.
         */
        readonly get: operations["getDashboardLogs"];
    };
    readonly "/api/v1/dashboard/overview": {
        /**
         * Numbers at a glance
         * @description Needs the permission system:read.
         */
        readonly get: operations["getDashboardOverview"];
    };
    readonly "/api/v1/dashboard/performance": {
        /**
         * The pool, and what requests took
         * @description Needs the permission system:read.
         */
        readonly get: operations["getDashboardPerformance"];
    };
    readonly "/api/v1/health": {
        /**
         * Detailed health
         * @description Everybody may.
         */
        readonly get: operations["getApiV1Health"];
    };
    readonly "/api/v1/monitoring/alerts": {
        /**
         * What is wrong, or was; looks at the server when it is asked
         * @description Needs the permission system:read.
         */
        readonly get: operations["getMonitoringAlerts"];
    };
    readonly "/api/v1/monitoring/health/history": {
        /**
         * What health checks found earlier
         * @description Needs the permission system:read.
         */
        readonly get: operations["getMonitoringHealthHistory"];
    };
    readonly "/api/v1/monitoring/metrics": {
        /**
         * Numbers of requests and of the process
         * @description Needs the permission system:read.
         */
        readonly get: operations["getMonitoringMetrics"];
    };
    readonly "/api/v1/monitoring/performance": {
        /**
         * What the process uses
         * @description Needs the permission system:read.
         */
        readonly get: operations["getMonitoringPerformance"];
    };
    readonly "/api/v1/policies": {
        /**
         * List policies
         * @description Needs the permission system:admin.
         */
        readonly get: operations["getPolicies"];
        /**
         * Add a policy
         * @description Needs the permission system:admin.
         */
        readonly post: operations["postPolicies"];
    };
    readonly "/api/v1/policies/{policy_id}": {
        /**
         * Delete a policy
         * @description Needs the permission system:admin.
         */
        readonly delete: operations["deletePoliciesPolicyId"];
    };
    readonly "/api/v1/pool/cleanup": {
        /**
         * Close repositories that nobody used for a while
         * @description Needs the permission system:admin.
         */
        readonly post: operations["postPoolCleanup"];
    };
    readonly "/api/v1/pool/stats": {
        /**
         * What the pool of repositories holds and did
         * @description Needs the permission system:admin.
         */
        readonly get: operations["getPoolStats"];
    };
    readonly "/api/v1/repos": {
        /**
         * List repositories
         * @description Everybody may.
         */
        readonly get: operations["getRepos"];
        /**
         * Create a repository
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postRepos"];
    };
    readonly "/api/v1/repos/{id}": {
        /**
         * Get repository info
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposId"];
        /**
         * Delete a repository
         * @description Needs the permission repo:delete.
         */
        readonly delete: operations["deleteReposId"];
        /**
         * Rename a repository, describe it, or put its HEAD on another branch
         * @description Needs the permission repo:admin.
         */
        readonly patch: operations["patchReposId"];
    };
    readonly "/api/v1/repos/{id}/add": {
        /**
         * Stage a file for the next commit
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdAdd"];
    };
    readonly "/api/v1/repos/{id}/archive": {
        /**
         * Download the files of a revision
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdArchive"];
    };
    readonly "/api/v1/repos/{id}/archive/{ref}": {
        /**
         * Download the files of a revision
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdArchiveRef"];
    };
    readonly "/api/v1/repos/{id}/blame/{path}": {
        /**
         * Which commit brought each line of a file
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdBlamePath"];
    };
    readonly "/api/v1/repos/{id}/branches": {
        /**
         * List branches
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdBranches"];
        /**
         * Create a branch
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdBranches"];
    };
    readonly "/api/v1/repos/{id}/branches/{branch}": {
        /**
         * Get a branch with its last commit
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdBranchesBranch"];
        /**
         * Delete a branch
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdBranchesBranch"];
        /**
         * Rename a branch
         * @description Needs the permission repo:write.
         */
        readonly patch: operations["patchReposIdBranchesBranch"];
    };
    readonly "/api/v1/repos/{id}/bundle": {
        /**
         * Download a Git bundle
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdBundle"];
        /**
         * Take in a Git bundle, with its branches and tags
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdBundle"];
    };
    readonly "/api/v1/repos/{id}/checkout": {
        /**
         * Put HEAD on a branch
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdCheckout"];
    };
    readonly "/api/v1/repos/{id}/cherry-pick": {
        /**
         * Make commits again on a branch; conflicts are data
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdCherryPick"];
    };
    readonly "/api/v1/repos/{id}/commit": {
        /**
         * Commit what is staged, or the files and changes given
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdCommit"];
    };
    readonly "/api/v1/repos/{id}/commits": {
        /**
         * List commits, newest first
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdCommits"];
        /**
         * Commit what is staged, or the files and changes given
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdCommits"];
    };
    readonly "/api/v1/repos/{id}/commits/{commit}": {
        /**
         * Get a commit
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdCommitsCommit"];
    };
    readonly "/api/v1/repos/{id}/commits/{commit}/patch": {
        /**
         * What a commit changed, as git show prints it
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdCommitsCommitPatch"];
    };
    readonly "/api/v1/repos/{id}/compare/{basehead}": {
        /**
         * Compare two branches: base...head
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdCompareBasehead"];
    };
    readonly "/api/v1/repos/{id}/containers/build": {
        /**
         * Start a container build
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdContainersBuild"];
    };
    readonly "/api/v1/repos/{id}/containers/builds": {
        /**
         * List builds, newest first
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdContainersBuilds"];
        /**
         * Start a container build
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdContainersBuilds"];
    };
    readonly "/api/v1/repos/{id}/containers/builds/{build_id}": {
        /**
         * Get a build
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdContainersBuildsBuildId"];
        /**
         * Cancel a build
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdContainersBuildsBuildId"];
    };
    readonly "/api/v1/repos/{id}/containers/builds/{build_id}/logs": {
        /**
         * Read the log of a build, or follow it as server-sent events
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdContainersBuildsBuildIdLogs"];
    };
    readonly "/api/v1/repos/{id}/containers/definitions": {
        /**
         * List the container definitions of a revision
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdContainersDefinitions"];
        /**
         * Create a container definition
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdContainersDefinitions"];
    };
    readonly "/api/v1/repos/{id}/containers/definitions/{path}": {
        /**
         * Get a container definition
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdContainersDefinitionsPath"];
        /**
         * Change a container definition
         * @description Needs the permission repo:write.
         */
        readonly put: operations["putReposIdContainersDefinitionsPath"];
        /**
         * Delete a container definition
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdContainersDefinitionsPath"];
    };
    readonly "/api/v1/repos/{id}/describe": {
        /**
         * Name a commit after the last tag before it
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdDescribe"];
    };
    readonly "/api/v1/repos/{id}/diff": {
        /**
         * Compare two revisions
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdDiff"];
    };
    readonly "/api/v1/repos/{id}/diff/{from}/{to}": {
        /**
         * Compare two revisions
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdDiffFromTo"];
    };
    readonly "/api/v1/repos/{id}/diff/file/{path}": {
        /**
         * Compare one file in two revisions
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdDiffFilePath"];
    };
    readonly "/api/v1/repos/{id}/diff/working": {
        /**
         * Compare what is staged with HEAD
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdDiffWorking"];
    };
    readonly "/api/v1/repos/{id}/events": {
        /**
         * Follow what happens in a repository (server-sent events, or a WebSocket)
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdEvents"];
    };
    readonly "/api/v1/repos/{id}/events/history": {
        /**
         * List events that are kept, oldest first
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdEventsHistory"];
    };
    readonly "/api/v1/repos/{id}/events/stream": {
        /**
         * Follow what happens in a repository (server-sent events, or a WebSocket)
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdEventsStream"];
    };
    readonly "/api/v1/repos/{id}/files": {
        /**
         * Get the content of a file
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdFiles"];
        /**
         * Write a file: as a commit where there is a message, else to the stage
         * @description Needs the permission repo:write.
         */
        readonly put: operations["putReposIdFiles"];
        /**
         * Stage a file for the next commit
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdFiles"];
        /**
         * Remove a file or folder: as a commit where there is a message, else in the stage
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdFiles"];
    };
    readonly "/api/v1/repos/{id}/files/{path}": {
        /**
         * Get the content of a file
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdFilesPath"];
        /**
         * Write a file: as a commit where there is a message, else to the stage
         * @description Needs the permission repo:write.
         */
        readonly put: operations["putReposIdFilesPath"];
        /**
         * Remove a file or folder: as a commit where there is a message, else in the stage
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdFilesPath"];
    };
    readonly "/api/v1/repos/{id}/files/move": {
        /**
         * Move a file or folder in the stage
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdFilesMove"];
    };
    readonly "/api/v1/repos/{id}/fork": {
        /**
         * Make a repository that begins with everything that this one has
         * @description Needs the permission repo:read.
         */
        readonly post: operations["postReposIdFork"];
    };
    readonly "/api/v1/repos/{id}/git/blobs": {
        /**
         * Write a blob
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdGitBlobs"];
    };
    readonly "/api/v1/repos/{id}/git/blobs/{sha}": {
        /**
         * Get a blob
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdGitBlobsSha"];
    };
    readonly "/api/v1/repos/{id}/git/commits": {
        /**
         * Write a commit object
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdGitCommits"];
    };
    readonly "/api/v1/repos/{id}/git/commits/{sha}": {
        /**
         * Get a commit object
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdGitCommitsSha"];
    };
    readonly "/api/v1/repos/{id}/git/matching-refs/{ref}": {
        /**
         * List refs whose names begin so
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdGitMatchingRefsRef"];
    };
    readonly "/api/v1/repos/{id}/git/ref/{ref}": {
        /**
         * Get a ref: heads/main, tags/v1.0
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdGitRefRef"];
    };
    readonly "/api/v1/repos/{id}/git/refs": {
        /**
         * List refs
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdGitRefs"];
        /**
         * Make a ref
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdGitRefs"];
    };
    readonly "/api/v1/repos/{id}/git/refs/{ref}": {
        /**
         * Get a ref: heads/main, tags/v1.0
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdGitRefsRef"];
        /**
         * Delete a ref
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdGitRefsRef"];
        /**
         * Move a ref; without "force" only forward
         * @description Needs the permission repo:write.
         */
        readonly patch: operations["patchReposIdGitRefsRef"];
    };
    readonly "/api/v1/repos/{id}/git/tags": {
        /**
         * Write a tag object
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdGitTags"];
    };
    readonly "/api/v1/repos/{id}/git/tags/{sha}": {
        /**
         * Get a tag object
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdGitTagsSha"];
    };
    readonly "/api/v1/repos/{id}/git/trees": {
        /**
         * Write a tree
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdGitTrees"];
    };
    readonly "/api/v1/repos/{id}/git/trees/{sha}": {
        /**
         * Get a tree
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdGitTreesSha"];
    };
    readonly "/api/v1/repos/{id}/grep": {
        /**
         * Find lines of files, as git grep
         * @description Needs the permission repo:read.
         */
        readonly post: operations["postReposIdGrep"];
    };
    readonly "/api/v1/repos/{id}/hooks": {
        /**
         * List webhooks
         * @description Needs the permission webhook:read.
         */
        readonly get: operations["getReposIdHooks"];
        /**
         * Register a webhook
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdHooks"];
    };
    readonly "/api/v1/repos/{id}/hooks/{hook_id}": {
        /**
         * Get a webhook
         * @description Needs the permission webhook:read.
         */
        readonly get: operations["getReposIdHooksHookId"];
        /**
         * Change a webhook
         * @description Needs the permission webhook:write.
         */
        readonly put: operations["putReposIdHooksHookId"];
        /**
         * Delete a webhook
         * @description Needs the permission webhook:delete.
         */
        readonly delete: operations["deleteReposIdHooksHookId"];
        /**
         * Change a webhook
         * @description Needs the permission webhook:write.
         */
        readonly patch: operations["patchReposIdHooksHookId"];
    };
    readonly "/api/v1/repos/{id}/hooks/{hook_id}/deliveries": {
        /**
         * List the newest deliveries of a webhook
         * @description Needs the permission webhook:read.
         */
        readonly get: operations["getReposIdHooksHookIdDeliveries"];
    };
    readonly "/api/v1/repos/{id}/hooks/{hook_id}/deliveries/{delivery_id}": {
        /**
         * Get a delivery with what was sent and answered
         * @description Needs the permission webhook:read.
         */
        readonly get: operations["getReposIdHooksHookIdDeliveriesDeliveryId"];
    };
    readonly "/api/v1/repos/{id}/hooks/{hook_id}/deliveries/{delivery_id}/attempts": {
        /**
         * Send a delivery once more and wait for the answer
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdHooksHookIdDeliveriesDeliveryIdAttempts"];
    };
    readonly "/api/v1/repos/{id}/hooks/{hook_id}/deliveries/{delivery_id}/redeliver": {
        /**
         * Send a delivery once more and wait for the answer
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdHooksHookIdDeliveriesDeliveryIdRedeliver"];
    };
    readonly "/api/v1/repos/{id}/hooks/{hook_id}/ping": {
        /**
         * Send a ping to a webhook and wait for the answer
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdHooksHookIdPing"];
    };
    readonly "/api/v1/repos/{id}/hooks/{hook_id}/pings": {
        /**
         * Send a ping to a webhook and wait for the answer
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdHooksHookIdPings"];
    };
    readonly "/api/v1/repos/{id}/hooks/{hook_id}/test": {
        /**
         * Send a ping to a webhook and wait for the answer
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdHooksHookIdTest"];
    };
    readonly "/api/v1/repos/{id}/hooks/execute/{hook_type}": {
        /**
         * Ask what the policies would say of a change
         * @description Needs the permission repo:admin.
         */
        readonly post: operations["postReposIdHooksExecuteHookType"];
    };
    readonly "/api/v1/repos/{id}/hooks/server": {
        /**
         * List the hooks that run on the server
         * @description Needs the permission repo:admin.
         */
        readonly get: operations["getReposIdHooksServer"];
    };
    readonly "/api/v1/repos/{id}/import": {
        /**
         * Fetch branches and tags from a URL, into a repository that is made where there is none
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdImport"];
    };
    readonly "/api/v1/repos/{id}/log": {
        /**
         * List commits, newest first
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdLog"];
    };
    readonly "/api/v1/repos/{id}/merge": {
        /**
         * Merge into a branch; conflicts are data
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdMerge"];
    };
    readonly "/api/v1/repos/{id}/merge-base": {
        /**
         * The best common ancestors of revisions
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdMergeBase"];
    };
    readonly "/api/v1/repos/{id}/move": {
        /**
         * Move a file or folder in the stage
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdMove"];
    };
    readonly "/api/v1/repos/{id}/notes": {
        /**
         * List notes
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdNotes"];
    };
    readonly "/api/v1/repos/{id}/notes/{object}": {
        /**
         * Get the note about an object
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdNotesObject"];
        /**
         * Write the note about an object
         * @description Needs the permission repo:write.
         */
        readonly put: operations["putReposIdNotesObject"];
        /**
         * Make a note about an object, or add to it
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdNotesObject"];
        /**
         * Remove the note about an object
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdNotesObject"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities": {
        /**
         * List realities
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdParallelRealities"];
        /**
         * Create realities
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdParallelRealities"];
        /**
         * Discard all realities
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdParallelRealities"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}": {
        /**
         * Get a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdParallelRealitiesReality"];
        /**
         * Discard a reality
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdParallelRealitiesReality"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/apply": {
        /**
         * Change files in a reality, as one commit there
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdParallelRealitiesRealityApply"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/benchmark": {
        /**
         * What a reality was measured by
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdParallelRealitiesRealityBenchmark"];
        /**
         * Record what a reality was measured by
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdParallelRealitiesRealityBenchmark"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/diff": {
        /**
         * What a reality changes
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdParallelRealitiesRealityDiff"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/files/{path}": {
        /**
         * Read a file in a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdParallelRealitiesRealityFilesPath"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/grep": {
        /**
         * Look for lines in a reality
         * @description Needs the permission repo:read.
         */
        readonly post: operations["postReposIdParallelRealitiesRealityGrep"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/log": {
        /**
         * The commits of a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdParallelRealitiesRealityLog"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/publish": {
        /**
         * Publish a reality to a branch of the repository
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdParallelRealitiesRealityPublish"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/read/{path}": {
        /**
         * Read a file in a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdParallelRealitiesRealityReadPath"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/scores": {
        /**
         * Record what a reality was measured by
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdParallelRealitiesRealityScores"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/tree": {
        /**
         * List the files of a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdParallelRealitiesRealityTree"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/tree/{path}": {
        /**
         * List a folder of a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdParallelRealitiesRealityTreePath"];
    };
    readonly "/api/v1/repos/{id}/parallel-realities/{reality}/validate": {
        /**
         * Check a reality
         * @description Needs the permission repo:read.
         */
        readonly post: operations["postReposIdParallelRealitiesRealityValidate"];
    };
    readonly "/api/v1/repos/{id}/policies": {
        /**
         * List policies
         * @description Needs the permission repo:admin.
         */
        readonly get: operations["getReposIdPolicies"];
        /**
         * Add a policy
         * @description Needs the permission repo:admin.
         */
        readonly post: operations["postReposIdPolicies"];
    };
    readonly "/api/v1/repos/{id}/policies/{policy_id}": {
        /**
         * Delete a policy
         * @description Needs the permission repo:admin.
         */
        readonly delete: operations["deleteReposIdPoliciesPolicyId"];
    };
    readonly "/api/v1/repos/{id}/read/{path}": {
        /**
         * Get the content of a file
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdReadPath"];
    };
    readonly "/api/v1/repos/{id}/realities": {
        /**
         * List realities
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdRealities"];
        /**
         * Create realities
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdRealities"];
        /**
         * Discard all realities
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdRealities"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}": {
        /**
         * Get a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdRealitiesReality"];
        /**
         * Discard a reality
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdRealitiesReality"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/apply": {
        /**
         * Change files in a reality, as one commit there
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdRealitiesRealityApply"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/benchmark": {
        /**
         * What a reality was measured by
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdRealitiesRealityBenchmark"];
        /**
         * Record what a reality was measured by
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdRealitiesRealityBenchmark"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/diff": {
        /**
         * What a reality changes
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdRealitiesRealityDiff"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/files/{path}": {
        /**
         * Read a file in a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdRealitiesRealityFilesPath"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/grep": {
        /**
         * Look for lines in a reality
         * @description Needs the permission repo:read.
         */
        readonly post: operations["postReposIdRealitiesRealityGrep"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/log": {
        /**
         * The commits of a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdRealitiesRealityLog"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/publish": {
        /**
         * Publish a reality to a branch of the repository
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdRealitiesRealityPublish"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/read/{path}": {
        /**
         * Read a file in a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdRealitiesRealityReadPath"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/scores": {
        /**
         * Record what a reality was measured by
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdRealitiesRealityScores"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/tree": {
        /**
         * List the files of a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdRealitiesRealityTree"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/tree/{path}": {
        /**
         * List a folder of a reality
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdRealitiesRealityTreePath"];
    };
    readonly "/api/v1/repos/{id}/realities/{reality}/validate": {
        /**
         * Check a reality
         * @description Needs the permission repo:read.
         */
        readonly post: operations["postReposIdRealitiesRealityValidate"];
    };
    readonly "/api/v1/repos/{id}/rebase": {
        /**
         * Make the commits of a branch again elsewhere; conflicts are data
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdRebase"];
    };
    readonly "/api/v1/repos/{id}/remove/{path}": {
        /**
         * Remove a file or folder: as a commit where there is a message, else in the stage
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdRemovePath"];
    };
    readonly "/api/v1/repos/{id}/reset": {
        /**
         * Move a branch to a commit
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdReset"];
    };
    readonly "/api/v1/repos/{id}/revert": {
        /**
         * Make commits that undo others; conflicts are data
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdRevert"];
    };
    readonly "/api/v1/repos/{id}/rules": {
        /**
         * List rules about refs
         * @description Needs the permission repo:admin.
         */
        readonly get: operations["getReposIdRules"];
        /**
         * Add a rule about refs
         * @description Needs the permission repo:admin.
         */
        readonly post: operations["postReposIdRules"];
    };
    readonly "/api/v1/repos/{id}/rules/{rule_id}": {
        /**
         * Delete a rule about refs
         * @description Needs the permission repo:admin.
         */
        readonly delete: operations["deleteReposIdRulesRuleId"];
    };
    readonly "/api/v1/repos/{id}/search/aggregate": {
        /**
         * Count commits by author and time
         * @description Needs the permission repo:read.
         */
        readonly post: operations["postReposIdSearchAggregate"];
    };
    readonly "/api/v1/repos/{id}/search/commits": {
        /**
         * Find commits by message, author and id
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdSearchCommits"];
    };
    readonly "/api/v1/repos/{id}/search/content": {
        /**
         * Find lines of files
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdSearchContent"];
    };
    readonly "/api/v1/repos/{id}/search/files": {
        /**
         * Find files by path
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdSearchFiles"];
    };
    readonly "/api/v1/repos/{id}/search/fulltext": {
        /**
         * Find files by words, the most telling first
         * @description Needs the permission repo:read.
         */
        readonly post: operations["postReposIdSearchFulltext"];
    };
    readonly "/api/v1/repos/{id}/search/rebuild": {
        /**
         * Build the index of a revision anew
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdSearchRebuild"];
    };
    readonly "/api/v1/repos/{id}/search/sql": {
        /**
         * Ask in a subset of SQL: SELECT from files, content, commits, branches or tags
         * @description Needs the permission repo:read.
         */
        readonly post: operations["postReposIdSearchSql"];
    };
    readonly "/api/v1/repos/{id}/search/statistics": {
        /**
         * Numbers about a revision: files, lines, words, by kind
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdSearchStatistics"];
    };
    readonly "/api/v1/repos/{id}/search/suggestions": {
        /**
         * Words and paths that begin so
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdSearchSuggestions"];
    };
    readonly "/api/v1/repos/{id}/sequences": {
        /**
         * List your stopped cherry-picks, reverts and rebases
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdSequences"];
    };
    readonly "/api/v1/repos/{id}/sequences/{sequence}": {
        /**
         * Where a cherry-pick, revert or rebase stopped, and why
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdSequencesSequence"];
        /**
         * Give up a stopped cherry-pick, revert or rebase; nothing of it was visible
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdSequencesSequence"];
    };
    readonly "/api/v1/repos/{id}/sequences/{sequence}/abort": {
        /**
         * Give up a stopped cherry-pick, revert or rebase; nothing of it was visible
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdSequencesSequenceAbort"];
    };
    readonly "/api/v1/repos/{id}/sequences/{sequence}/continue": {
        /**
         * Go on with what was decided
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdSequencesSequenceContinue"];
    };
    readonly "/api/v1/repos/{id}/sequences/{sequence}/skip": {
        /**
         * Go on without the commit at which it stopped
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdSequencesSequenceSkip"];
    };
    readonly "/api/v1/repos/{id}/show/{commit}": {
        /**
         * Get a commit with its files and what it changed
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdShowCommit"];
    };
    readonly "/api/v1/repos/{id}/stash": {
        /**
         * List stashes, newest first
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdStash"];
        /**
         * Put away what is staged
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdStash"];
    };
    readonly "/api/v1/repos/{id}/stash/{stash_id}": {
        /**
         * Get a stash with what it changes
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdStashStashId"];
        /**
         * Drop a stash
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdStashStashId"];
    };
    readonly "/api/v1/repos/{id}/stash/{stash_id}/apply": {
        /**
         * Stage what a stash holds
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdStashStashIdApply"];
    };
    readonly "/api/v1/repos/{id}/stash/{stash_id}/branch": {
        /**
         * Make a branch where a stash was made, put HEAD there, and stage what it holds
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdStashStashIdBranch"];
    };
    readonly "/api/v1/repos/{id}/stash/{stash_id}/pop": {
        /**
         * Stage what a stash holds, and drop it
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdStashStashIdPop"];
    };
    readonly "/api/v1/repos/{id}/stashes": {
        /**
         * List stashes, newest first
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdStashes"];
        /**
         * Put away what is staged
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdStashes"];
    };
    readonly "/api/v1/repos/{id}/stashes/{stash_id}": {
        /**
         * Get a stash with what it changes
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdStashesStashId"];
        /**
         * Drop a stash
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdStashesStashId"];
    };
    readonly "/api/v1/repos/{id}/stashes/{stash_id}/apply": {
        /**
         * Stage what a stash holds
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdStashesStashIdApply"];
    };
    readonly "/api/v1/repos/{id}/stashes/{stash_id}/branch": {
        /**
         * Make a branch where a stash was made, put HEAD there, and stage what it holds
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdStashesStashIdBranch"];
    };
    readonly "/api/v1/repos/{id}/stashes/{stash_id}/pop": {
        /**
         * Stage what a stash holds, and drop it
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdStashesStashIdPop"];
    };
    readonly "/api/v1/repos/{id}/status": {
        /**
         * Show what is staged
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdStatus"];
    };
    readonly "/api/v1/repos/{id}/tags": {
        /**
         * List tags
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdTags"];
        /**
         * Create a tag
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTags"];
    };
    readonly "/api/v1/repos/{id}/tags/{tag}": {
        /**
         * Get a tag
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdTagsTag"];
        /**
         * Delete a tag
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdTagsTag"];
    };
    readonly "/api/v1/repos/{id}/time-travel/{timestamp}": {
        /**
         * Where a branch stood at a moment
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdTimeTravelTimestamp"];
    };
    readonly "/api/v1/repos/{id}/time-travel/{timestamp}/files/{path}": {
        /**
         * Read a file as it was at a moment
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdTimeTravelTimestampFilesPath"];
    };
    readonly "/api/v1/repos/{id}/time-travel/{timestamp}/log": {
        /**
         * List the commits that a branch had at a moment
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdTimeTravelTimestampLog"];
    };
    readonly "/api/v1/repos/{id}/time-travel/{timestamp}/read/{path}": {
        /**
         * Read a file as it was at a moment
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdTimeTravelTimestampReadPath"];
    };
    readonly "/api/v1/repos/{id}/time-travel/{timestamp}/tree": {
        /**
         * List files as they were at a moment
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdTimeTravelTimestampTree"];
    };
    readonly "/api/v1/repos/{id}/time-travel/{timestamp}/tree/{path}": {
        /**
         * List files as they were at a moment
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdTimeTravelTimestampTreePath"];
    };
    readonly "/api/v1/repos/{id}/transaction": {
        /**
         * List your open transactions
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransaction"];
        /**
         * Begin a transaction
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransaction"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}": {
        /**
         * Get a transaction with what is staged in it
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionTxId"];
        /**
         * Roll a transaction back
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdTransactionTxId"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/add": {
        /**
         * Add a file, or several
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionTxIdAdd"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/changes": {
        /**
         * Change files: all of these changes, or none
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionTxIdChanges"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/commit": {
        /**
         * Commit a transaction
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionTxIdCommit"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/diff": {
        /**
         * What a transaction changes
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionTxIdDiff"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/files/{path}": {
        /**
         * Read a file inside a transaction
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionTxIdFilesPath"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/read/{path}": {
        /**
         * Read a file inside a transaction
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionTxIdReadPath"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/remove": {
        /**
         * Remove a file, or several
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionTxIdRemove"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/rollback": {
        /**
         * Roll a transaction back
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionTxIdRollback"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/status": {
        /**
         * Get a transaction with what is staged in it
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionTxIdStatus"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/tree": {
        /**
         * List a folder inside a transaction
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionTxIdTree"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/tree/{path}": {
        /**
         * List a folder inside a transaction
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionTxIdTreePath"];
    };
    readonly "/api/v1/repos/{id}/transaction/{tx_id}/validate": {
        /**
         * Check whether a transaction could be committed
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionTxIdValidate"];
    };
    readonly "/api/v1/repos/{id}/transactions": {
        /**
         * List your open transactions
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactions"];
        /**
         * Begin a transaction
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactions"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}": {
        /**
         * Get a transaction with what is staged in it
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionsTxId"];
        /**
         * Roll a transaction back
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteReposIdTransactionsTxId"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/add": {
        /**
         * Add a file, or several
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionsTxIdAdd"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/changes": {
        /**
         * Change files: all of these changes, or none
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionsTxIdChanges"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/commit": {
        /**
         * Commit a transaction
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionsTxIdCommit"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/diff": {
        /**
         * What a transaction changes
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionsTxIdDiff"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/files/{path}": {
        /**
         * Read a file inside a transaction
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionsTxIdFilesPath"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/read/{path}": {
        /**
         * Read a file inside a transaction
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionsTxIdReadPath"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/remove": {
        /**
         * Remove a file, or several
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionsTxIdRemove"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/rollback": {
        /**
         * Roll a transaction back
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionsTxIdRollback"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/status": {
        /**
         * Get a transaction with what is staged in it
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionsTxIdStatus"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/tree": {
        /**
         * List a folder inside a transaction
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionsTxIdTree"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/tree/{path}": {
        /**
         * List a folder inside a transaction
         * @description Needs the permission repo:write.
         */
        readonly get: operations["getReposIdTransactionsTxIdTreePath"];
    };
    readonly "/api/v1/repos/{id}/transactions/{tx_id}/validate": {
        /**
         * Check whether a transaction could be committed
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdTransactionsTxIdValidate"];
    };
    readonly "/api/v1/repos/{id}/tree": {
        /**
         * List a folder
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdTree"];
    };
    readonly "/api/v1/repos/{id}/tree/{path}": {
        /**
         * List a folder
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdTreePath"];
    };
    readonly "/api/v1/repos/{id}/watch": {
        /**
         * Follow what happens in a repository (server-sent events, or a WebSocket)
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getReposIdWatch"];
    };
    readonly "/api/v1/repos/{id}/webhooks": {
        /**
         * List webhooks
         * @description Needs the permission webhook:read.
         */
        readonly get: operations["getReposIdWebhooks"];
        /**
         * Register a webhook
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdWebhooks"];
    };
    readonly "/api/v1/repos/{id}/webhooks/{hook_id}": {
        /**
         * Get a webhook
         * @description Needs the permission webhook:read.
         */
        readonly get: operations["getReposIdWebhooksHookId"];
        /**
         * Change a webhook
         * @description Needs the permission webhook:write.
         */
        readonly put: operations["putReposIdWebhooksHookId"];
        /**
         * Delete a webhook
         * @description Needs the permission webhook:delete.
         */
        readonly delete: operations["deleteReposIdWebhooksHookId"];
        /**
         * Change a webhook
         * @description Needs the permission webhook:write.
         */
        readonly patch: operations["patchReposIdWebhooksHookId"];
    };
    readonly "/api/v1/repos/{id}/webhooks/{hook_id}/deliveries": {
        /**
         * List the newest deliveries of a webhook
         * @description Needs the permission webhook:read.
         */
        readonly get: operations["getReposIdWebhooksHookIdDeliveries"];
    };
    readonly "/api/v1/repos/{id}/webhooks/{hook_id}/deliveries/{delivery_id}": {
        /**
         * Get a delivery with what was sent and answered
         * @description Needs the permission webhook:read.
         */
        readonly get: operations["getReposIdWebhooksHookIdDeliveriesDeliveryId"];
    };
    readonly "/api/v1/repos/{id}/webhooks/{hook_id}/deliveries/{delivery_id}/attempts": {
        /**
         * Send a delivery once more and wait for the answer
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdWebhooksHookIdDeliveriesDeliveryIdAttempts"];
    };
    readonly "/api/v1/repos/{id}/webhooks/{hook_id}/deliveries/{delivery_id}/redeliver": {
        /**
         * Send a delivery once more and wait for the answer
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdWebhooksHookIdDeliveriesDeliveryIdRedeliver"];
    };
    readonly "/api/v1/repos/{id}/webhooks/{hook_id}/ping": {
        /**
         * Send a ping to a webhook and wait for the answer
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdWebhooksHookIdPing"];
    };
    readonly "/api/v1/repos/{id}/webhooks/{hook_id}/pings": {
        /**
         * Send a ping to a webhook and wait for the answer
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdWebhooksHookIdPings"];
    };
    readonly "/api/v1/repos/{id}/webhooks/{hook_id}/test": {
        /**
         * Send a ping to a webhook and wait for the answer
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postReposIdWebhooksHookIdTest"];
    };
    readonly "/api/v1/repos/{id}/write": {
        /**
         * Stage a file for the next commit
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postReposIdWrite"];
    };
    readonly "/api/v1/roles": {
        /**
         * List roles
         * @description Needs the permission user:read.
         */
        readonly get: operations["getRoles"];
        /**
         * Make a role
         * @description Needs the permission system:admin.
         */
        readonly post: operations["postRoles"];
    };
    readonly "/api/v1/roles/{role_name}": {
        /**
         * Delete a role
         * @description Needs the permission system:admin.
         */
        readonly delete: operations["deleteRolesRoleName"];
        /**
         * Change a role
         * @description Needs the permission system:admin.
         */
        readonly patch: operations["patchRolesRoleName"];
    };
    readonly "/api/v1/rules": {
        /**
         * List rules about refs
         * @description Needs the permission system:admin.
         */
        readonly get: operations["getRules"];
        /**
         * Add a rule about refs
         * @description Needs the permission system:admin.
         */
        readonly post: operations["postRules"];
    };
    readonly "/api/v1/rules/{rule_id}": {
        /**
         * Delete a rule about refs
         * @description Needs the permission system:admin.
         */
        readonly delete: operations["deleteRulesRuleId"];
    };
    readonly "/api/v1/users": {
        /**
         * List users
         * @description Needs the permission user:read.
         */
        readonly get: operations["getUsers"];
        /**
         * Create a user
         * @description Needs the permission user:write.
         */
        readonly post: operations["postUsers"];
    };
    readonly "/api/v1/users/{user_id}": {
        /**
         * Get a user
         * @description Needs the permission user:read.
         */
        readonly get: operations["getUsersUserId"];
        /**
         * Delete a user
         * @description Needs the permission user:delete.
         */
        readonly delete: operations["deleteUsersUserId"];
        /**
         * Change name or address of a user
         * @description Needs the permission user:write.
         */
        readonly patch: operations["patchUsersUserId"];
    };
    readonly "/api/v1/users/{user_id}/activate": {
        /**
         * Activate a user
         * @description Needs the permission user:write.
         */
        readonly post: operations["postUsersUserIdActivate"];
    };
    readonly "/api/v1/users/{user_id}/deactivate": {
        /**
         * Deactivate a user
         * @description Needs the permission user:write.
         */
        readonly post: operations["postUsersUserIdDeactivate"];
    };
    readonly "/api/v1/users/{user_id}/password": {
        /**
         * Set the password of a user
         * @description Needs the permission user:write.
         */
        readonly post: operations["postUsersUserIdPassword"];
    };
    readonly "/api/v1/users/{user_id}/password/reset": {
        /**
         * Make a token with which a user sets a new password once
         * @description Needs the permission user:write.
         */
        readonly post: operations["postUsersUserIdPasswordReset"];
    };
    readonly "/api/v1/users/{user_id}/repos/{repo_id}/permissions/{permission}": {
        /**
         * Grant or deny a user a permission in one repository
         * @description Needs the permission repo:admin.
         */
        readonly post: operations["postUsersUserIdReposRepoIdPermissionsPermission"];
        /**
         * Take back a grant or denial
         * @description Needs the permission repo:admin.
         */
        readonly delete: operations["deleteUsersUserIdReposRepoIdPermissionsPermission"];
    };
    readonly "/api/v1/users/{user_id}/roles/{role_name}": {
        /**
         * Give a role to a user
         * @description Needs the permission user:write.
         */
        readonly post: operations["postUsersUserIdRolesRoleName"];
        /**
         * Take a role from a user
         * @description Needs the permission user:write.
         */
        readonly delete: operations["deleteUsersUserIdRolesRoleName"];
    };
    readonly "/api/v2/repos": {
        /**
         * List repositories
         * @description Everybody may.
         */
        readonly get: operations["getV2Repos"];
        /**
         * Create a repository
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postV2Repos"];
    };
    readonly "/api/v2/repos/{id}": {
        /**
         * Get repository info
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getV2ReposId"];
        /**
         * Delete a repository
         * @description Needs the permission repo:delete.
         */
        readonly delete: operations["deleteV2ReposId"];
    };
    readonly "/api/v2/repos/{id}/branches": {
        /**
         * Create a branch
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postV2ReposIdBranches"];
    };
    readonly "/api/v2/repos/{id}/checkout": {
        /**
         * Put HEAD on a branch
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postV2ReposIdCheckout"];
    };
    readonly "/api/v2/repos/{id}/commits": {
        /**
         * List commits, newest first
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getV2ReposIdCommits"];
        /**
         * Commit what is staged, or the files and changes given
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postV2ReposIdCommits"];
    };
    readonly "/api/v2/repos/{id}/files": {
        /**
         * Get the content of a file
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getV2ReposIdFiles"];
        /**
         * Write a file: as a commit where there is a message, else to the stage
         * @description Needs the permission repo:write.
         */
        readonly put: operations["putV2ReposIdFiles"];
        /**
         * Stage a file for the next commit
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postV2ReposIdFiles"];
        /**
         * Remove a file or folder: as a commit where there is a message, else in the stage
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteV2ReposIdFiles"];
    };
    readonly "/api/v2/repos/{id}/files/move": {
        /**
         * Move a file or folder in the stage
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postV2ReposIdFilesMove"];
    };
    readonly "/api/v2/repos/{id}/hooks": {
        /**
         * List webhooks
         * @description Needs the permission webhook:read.
         */
        readonly get: operations["getV2ReposIdHooks"];
        /**
         * Register a webhook
         * @description Needs the permission webhook:write.
         */
        readonly post: operations["postV2ReposIdHooks"];
    };
    readonly "/api/v2/repos/{id}/hooks/{hook_id}": {
        /**
         * Get a webhook
         * @description Needs the permission webhook:read.
         */
        readonly get: operations["getV2ReposIdHooksHookId"];
        /**
         * Delete a webhook
         * @description Needs the permission webhook:delete.
         */
        readonly delete: operations["deleteV2ReposIdHooksHookId"];
    };
    readonly "/api/v2/repos/{id}/hooks/execute/{hook_type}": {
        /**
         * Ask what the policies would say of a change
         * @description Needs the permission repo:admin.
         */
        readonly post: operations["postV2ReposIdHooksExecuteHookType"];
    };
    readonly "/api/v2/repos/{id}/merge": {
        /**
         * Merge into a branch; conflicts are data
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postV2ReposIdMerge"];
    };
    readonly "/api/v2/repos/{id}/stashes": {
        /**
         * List stashes, newest first
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getV2ReposIdStashes"];
        /**
         * Put away what is staged
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postV2ReposIdStashes"];
    };
    readonly "/api/v2/repos/{id}/stashes/{stash_id}": {
        /**
         * Get a stash with what it changes
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getV2ReposIdStashesStashId"];
        /**
         * Drop a stash
         * @description Needs the permission repo:write.
         */
        readonly delete: operations["deleteV2ReposIdStashesStashId"];
    };
    readonly "/api/v2/repos/{id}/stashes/{stash_id}/apply": {
        /**
         * Stage what a stash holds
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postV2ReposIdStashesStashIdApply"];
    };
    readonly "/api/v2/repos/{id}/status": {
        /**
         * Show what is staged
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getV2ReposIdStatus"];
    };
    readonly "/api/v2/repos/{id}/tags": {
        /**
         * Create a tag
         * @description Needs the permission repo:write.
         */
        readonly post: operations["postV2ReposIdTags"];
    };
    readonly "/api/v2/repos/{id}/tree": {
        /**
         * List a folder
         * @description Needs the permission repo:read.
         */
        readonly get: operations["getV2ReposIdTree"];
    };
    readonly "/dashboard": {
        /**
         * A page about this server
         * @description Everybody may.
         */
        readonly get: operations["getDashboard"];
    };
    readonly "/health": {
        /**
         * Detailed health
         * @description Everybody may.
         */
        readonly get: operations["getHealth"];
    };
    readonly "/health/live": {
        /**
         * Whether the process runs
         * @description Everybody may.
         */
        readonly get: operations["getHealthLive"];
    };
    readonly "/health/ready": {
        /**
         * Whether requests may come
         * @description Everybody may.
         */
        readonly get: operations["getHealthReady"];
    };
    readonly "/metrics": {
        /**
         * Metrics for Prometheus
         * @description Everybody may.
         */
        readonly get: operations["getMetrics"];
    };
    readonly "/openapi.json": {
        /**
         * This document
         * @description Everybody may.
         */
        readonly get: operations["getOpenapiJson"];
    };
    readonly "/version": {
        /**
         * What runs here
         * @description Everybody may.
         */
        readonly get: operations["getVersion"];
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly ApiKey: {
            readonly active: boolean;
            /** Format: date-time */
            readonly created_at: string;
            /** Format: date-time */
            readonly expires_at?: string;
            readonly id: string;
            /**
             * Format: date-time
             * @description To the hour.
             */
            readonly last_used?: string;
            readonly name: string;
            readonly permissions: readonly string[];
            readonly repo_permissions: {
                readonly [key: string]: unknown;
            };
            readonly user_id: string;
        };
        readonly Benchmark: {
            readonly benchmark: {
                /** @description The scores, and how much it changes. */
                readonly Metrics: {
                    readonly [key: string]: number;
                };
                readonly Reality: string;
                /** Format: date-time */
                readonly StartTime: string;
            };
            /** @description Whether no other reality has a higher score. */
            readonly better: boolean;
            readonly reality: string;
            readonly scores: {
                readonly [key: string]: number;
            };
        };
        readonly Branch: {
            readonly commit: string;
            readonly is_current: boolean;
            readonly name: string;
        };
        readonly BranchDetail: {
            readonly commit: string;
            readonly is_current: boolean;
            readonly last_commit: components["schemas"]["Commit"];
            readonly name: string;
        };
        readonly ChangedFile: {
            readonly additions: number;
            readonly binary: boolean;
            readonly deletions: number;
            readonly new_id?: string;
            readonly new_mode?: string;
            readonly old_id?: string;
            readonly old_mode?: string;
            /** @description Of a renamed or copied file. */
            readonly old_path?: string;
            readonly patch?: string;
            readonly path: string;
            /** @description In percent. */
            readonly similarity?: number;
            /** @enum {string} */
            readonly status: "added" | "deleted" | "modified" | "type-changed" | "renamed" | "copied" | "unmerged";
        };
        readonly Checked: {
            readonly checks: readonly {
                readonly message?: string;
                /** @enum {string} */
                readonly name: "changes" | "head" | "required-paths" | "schemas" | "rules" | "policies";
                readonly passed: boolean;
                readonly problems?: readonly unknown[];
            }[];
            /** @constant */
            readonly status: "valid";
            /** @constant */
            readonly valid: true;
        };
        readonly Commit: {
            readonly author: string;
            /** @description Of a new commit: the branch that it is on. */
            readonly branch?: string;
            readonly committer: components["schemas"]["Signature"];
            readonly email: string;
            readonly hash: string;
            readonly message: string;
            /** @description The first parent. */
            readonly parent?: string;
            readonly parents: readonly string[];
            /** Format: date-time */
            readonly timestamp: string;
            readonly tree: string;
        };
        readonly Comparison: {
            readonly ahead_by: number;
            readonly base: string;
            readonly base_commit: string;
            readonly behind_by: number;
            /** @description Those that head has and base has not, newest first. */
            readonly commits: readonly components["schemas"]["Commit"][];
            /** @description How many are in this answer. */
            readonly count?: number;
            readonly files: readonly components["schemas"]["ChangedFile"][];
            readonly has_more?: boolean;
            readonly head: string;
            readonly head_commit: string;
            readonly limit?: number;
            /** @description With which the files are compared; absent where the histories have nothing in common. */
            readonly merge_base?: string;
            /** @description For the next page; absent on the last. */
            readonly next_cursor?: string;
            readonly offset?: number;
            /** @enum {string} */
            readonly status: "identical" | "ahead" | "behind" | "diverged";
            readonly total_commits: number;
        };
        readonly Conflict: {
            readonly base?: {
                readonly id: string;
                readonly mode: string;
            };
            /** @description What the merge made of the file, with conflict markers; of files up to 1 MiB. */
            readonly content?: string;
            /** @enum {string} */
            readonly encoding?: "utf-8" | "base64";
            /** @description In Git's words, such as "CONFLICT (contents)". */
            readonly kind?: string;
            readonly ours?: {
                readonly id: string;
                readonly mode: string;
            };
            readonly path: string;
            readonly theirs?: {
                readonly id: string;
                readonly mode: string;
            };
        };
        readonly ContainerBuild: {
            /** @description Of its manifest. */
            readonly digest: string | null;
            readonly end_time: string | null;
            readonly error: string | null;
            readonly id: string;
            /** @description Digest of the configuration of the image. */
            readonly image_id: string | null;
            /** @description The commit, the engine, the step, names of the image, its size, and a code where it failed. */
            readonly metadata: {
                readonly [key: string]: unknown;
            };
            /** @description The last lines of the log. */
            readonly output: string;
            readonly repository_id: string;
            readonly request: {
                readonly [key: string]: unknown;
            };
            readonly start_time: string | null;
            /** @enum {string} */
            readonly status: "pending" | "running" | "completed" | "failed" | "cancelled";
        };
        readonly ContainerDefinition: {
            /** @description The commit that last changed it. */
            readonly commit_hash: string;
            /** @description In base64. */
            readonly content: string;
            /** @description Images, and paths of files and folders (with a slash at the end) of the repository. */
            readonly dependencies: readonly string[];
            /** Format: date-time */
            readonly last_modified: string;
            /** @description What it says of itself; "error" and "error_line" where it cannot be read. */
            readonly metadata: {
                readonly [key: string]: string;
            };
            readonly path: string;
            /** @enum {string} */
            readonly type: "govcfile" | "dockerfile" | "govc-compose" | "compose" | "kubernetes" | "helm";
        };
        readonly CreatedTag: {
            readonly annotated: boolean;
            /** @description What the tag stands for in the end. */
            readonly commit: string;
            /** @description What the ref names: the tag object of an annotated tag. */
            readonly id?: string;
            readonly name: string;
            /** @constant */
            readonly status?: "created";
        };
        readonly Delivery: {
            readonly attempts: number;
            /** Format: date-time */
            readonly created_at: string;
            readonly delivered: boolean;
            readonly duration_ms: number;
            readonly error?: string;
            readonly event: string;
            readonly event_id?: string;
            readonly id: string;
            readonly redelivery: boolean;
            readonly request?: {
                readonly [key: string]: unknown;
            };
            readonly response?: {
                readonly [key: string]: unknown;
            };
            readonly status_code?: number;
            readonly url: string;
        };
        readonly Diff: {
            readonly count: number;
            readonly diff: string;
            readonly files: readonly components["schemas"]["ChangedFile"][];
            /** @enum {string} */
            readonly format: "unified" | "patch" | "raw" | "name-only" | "name-status" | "stat" | "numstat" | "shortstat" | "summary" | "json";
            /** @description Empty: compared with nothing. */
            readonly from: string;
            readonly to: string;
        };
        readonly DraftDiff: {
            readonly branch: string;
            /** @description The patch, where it was asked for. */
            readonly diff?: string;
            readonly files: readonly components["schemas"]["ChangedFile"][];
            /** @enum {string} */
            readonly format: "unified" | "name-only";
            /** @description The commit at which it began. */
            readonly from: string | null;
            /** @description The tree as it is. */
            readonly to: string;
        };
        readonly DraftFile: {
            readonly branch: string;
            readonly content: string;
            /**
             * @description base64 for what is no UTF-8 text.
             * @enum {string}
             */
            readonly encoding: "utf-8" | "base64";
            readonly mode: string;
            readonly path: string;
            /** @description In bytes. */
            readonly size: number;
        };
        readonly DraftLog: {
            readonly branch: string;
            readonly commits: readonly components["schemas"]["Commit"][];
            readonly count: number;
        };
        readonly EntryList: {
            readonly entries: readonly {
                readonly id: string;
                readonly mode: string;
                readonly name: string;
                readonly path: string;
                /** @enum {string} */
                readonly type: "file" | "dir" | "submodule";
            }[];
            readonly path: string;
            readonly total: number;
        };
        readonly Event: {
            readonly action?: string;
            readonly actor: {
                readonly [key: string]: unknown;
            } | null;
            readonly data: {
                readonly [key: string]: unknown;
            };
            readonly id: string;
            readonly origin: string;
            readonly ref?: string;
            readonly repository: string;
            /** Format: date-time */
            readonly timestamp: string;
            /** @enum {string} */
            readonly type: "push" | "commit" | "branch" | "tag" | "ref" | "merge" | "stash" | "reset" | "rebase" | "cherry-pick" | "revert" | "repository" | "reality" | "transaction" | "webhook" | "build";
        };
        readonly Failure: {
            /**
             * @description What went wrong, for programs.
             * @example REPO_NOT_FOUND
             */
            readonly code: string;
            /** @description What went wrong, as data; each code has its own. */
            readonly details?: {
                readonly [key: string]: unknown;
            };
            /** @description What went wrong, for people. */
            readonly error: string;
            /** @description The id under which the logs have this request. */
            readonly request_id: string;
        };
        readonly File: {
            readonly content: string;
            /**
             * @description base64 for what is no UTF-8 text.
             * @enum {string}
             */
            readonly encoding: "utf-8" | "base64";
            /** @description Object id of the blob. */
            readonly id: string;
            readonly mode: string;
            readonly path: string;
            /** @description In bytes. */
            readonly size: number;
        };
        readonly FileAction: {
            /**
             * @description create: only a new file; update: only one that is there. Default: put.
             * @enum {string}
             */
            readonly action?: "put" | "add" | "create" | "update";
            /** @description May be empty. */
            readonly content: string;
            /**
             * @description Default: utf-8.
             * @enum {string}
             */
            readonly encoding?: "utf-8" | "base64";
            /**
             * @description Default: that of the file that is there, else 100644.
             * @enum {string}
             */
            readonly mode?: "100644" | "100755" | "120000";
            readonly path: string;
        } | {
            /** @enum {string} */
            readonly action: "delete" | "remove";
            /** @description A file or folder. */
            readonly path: string;
        } | {
            /** @enum {string} */
            readonly action: "move" | "rename";
            /** @description A file or folder. */
            readonly from: string;
            /** @description Another name of "to". */
            readonly path?: string;
            readonly to?: string;
        } | {
            /** @constant */
            readonly action: "edit";
            readonly edits: readonly components["schemas"]["TextEdit"][];
            readonly path: string;
        } | {
            /** @constant */
            readonly action: "chmod";
            /**
             * @description Default: that of the file that is there, else 100644.
             * @enum {string}
             */
            readonly mode: "100644" | "100755" | "120000";
            readonly path: string;
        };
        readonly FileChange: {
            /** @description Where the change is a commit. */
            readonly commit?: components["schemas"]["Commit"];
            readonly data?: {
                readonly path?: string;
            };
            /** @description The blob that is there now. */
            readonly id?: string;
            readonly path: string;
            readonly size?: number;
            /** @enum {string} */
            readonly status: "added" | "written" | "removed" | "committed";
        };
        readonly FileDiff: {
            readonly diff: string;
            readonly from: string;
            readonly path: string;
            readonly to: string;
        };
        readonly FileRule: {
            /** @description A glob: * within a folder, ** across folders. */
            readonly paths: string;
            /** @description A JSON Schema (draft 7) for files in JSON. */
            readonly schema: {
                readonly [key: string]: unknown;
            };
        };
        readonly FoundCommit: {
            readonly author: string;
            /** @description Of a new commit: the branch that it is on. */
            readonly branch?: string;
            readonly committer: components["schemas"]["Signature"];
            readonly email: string;
            readonly hash: string;
            readonly matches?: readonly {
                readonly column: number;
                readonly field: string;
                readonly line: number;
                readonly preview: string;
            }[];
            readonly message: string;
            /** @description The first parent. */
            readonly parent?: string;
            readonly parents: readonly string[];
            /** Format: date-time */
            readonly timestamp: string;
            readonly tree: string;
        };
        readonly FoundLines: {
            readonly pattern: string;
            readonly results: readonly {
                readonly content: string;
                /** @description Else it stands beside one. */
                readonly is_match: boolean;
                /** @description From 1. */
                readonly line: number;
                readonly matches: readonly {
                    readonly end: number;
                    readonly start: number;
                }[];
                readonly path: string;
            }[];
            readonly total: number;
            /** @description Whether there are more. */
            readonly truncated: boolean;
        };
        readonly GitCommit: {
            readonly author: components["schemas"]["GitPerson"];
            readonly committer: components["schemas"]["GitPerson"];
            readonly message: string;
            readonly parents: readonly components["schemas"]["GitLink"][];
            readonly sha: string;
            readonly tree: components["schemas"]["GitLink"];
            readonly url: string;
            readonly verification?: {
                /** @description The fingerprint of the key. */
                readonly key?: string;
                /** @description What was signed. */
                readonly payload: string | null;
                /** @enum {string} */
                readonly reason: "valid" | "unsigned" | "invalid" | "unknown_key" | "expired_key" | "revoked_key" | "gpgverify_unavailable" | "unknown_signature_type";
                readonly signature: string | null;
                readonly signer?: string;
                /** @description Whether it is over these bytes and by an allowed signer. */
                readonly verified: boolean;
            };
        };
        readonly GitLink: {
            readonly sha: string;
            readonly type?: string;
            readonly url: string;
        };
        readonly GitPerson: {
            /** Format: date-time */
            readonly date: string;
            readonly email: string;
            readonly name: string;
        };
        readonly GitRef: {
            readonly object: components["schemas"]["GitLink"];
            /** @example refs/heads/main */
            readonly ref: string;
            readonly url: string;
        };
        readonly GitTag: {
            readonly message: string;
            readonly object: components["schemas"]["GitLink"];
            readonly sha: string;
            readonly tag: string;
            readonly tagger?: components["schemas"]["GitPerson"];
            readonly url: string;
            readonly verification?: {
                /** @description The fingerprint of the key. */
                readonly key?: string;
                /** @description What was signed. */
                readonly payload: string | null;
                /** @enum {string} */
                readonly reason: "valid" | "unsigned" | "invalid" | "unknown_key" | "expired_key" | "revoked_key" | "gpgverify_unavailable" | "unknown_signature_type";
                readonly signature: string | null;
                readonly signer?: string;
                /** @description Whether it is over these bytes and by an allowed signer. */
                readonly verified: boolean;
            };
        };
        readonly GitTree: {
            readonly sha: string;
            readonly tree: readonly {
                readonly mode: string;
                readonly path: string;
                readonly sha: string;
                readonly size?: number;
                /** @enum {string} */
                readonly type: "blob" | "tree" | "commit";
                readonly url?: string;
            }[];
            /** @description Whether there are more than 100,000 entries. */
            readonly truncated: boolean;
            readonly url: string;
        };
        readonly Health: {
            /** @description What was looked at, by name. */
            readonly checks?: {
                readonly [key: string]: unknown;
            };
            /** @enum {string} */
            readonly status: "healthy" | "unhealthy" | "alive" | "ready" | "not_ready";
            readonly system?: {
                readonly memory?: {
                    readonly [key: string]: number;
                };
                readonly node_version?: string;
                readonly platform?: string;
            };
            /** Format: date-time */
            readonly timestamp: string;
            /** @description In seconds, such as 12.345s. */
            readonly uptime?: string;
            readonly version?: string;
        };
        readonly Identity: {
            readonly auth_method?: string;
            readonly email?: string;
            readonly id?: string;
            /** @description Those that the token or key that was sent leaves. */
            readonly permissions?: readonly string[];
            readonly repo_permissions?: {
                readonly [key: string]: unknown;
            };
            readonly roles?: readonly string[];
            /** @description Of a token for one repository. */
            readonly scope?: {
                readonly [key: string]: unknown;
            };
            readonly username?: string;
        };
        readonly Log: {
            readonly commits: readonly components["schemas"]["Commit"][];
            /** @description How many are in this answer. */
            readonly count: number;
            readonly has_more: boolean;
            readonly limit: number;
            /** @description For the next page; absent on the last. */
            readonly next_cursor?: string;
            readonly offset: number;
        };
        readonly LogWithTotal: {
            readonly commits: readonly components["schemas"]["Commit"][];
            /** @description How many are in this answer. */
            readonly count: number;
            readonly has_more: boolean;
            readonly limit: number;
            /** @description For the next page; absent on the last. */
            readonly next_cursor?: string;
            readonly offset: number;
            readonly total?: number;
        };
        readonly Merged: {
            readonly clean: boolean;
            readonly commit?: components["schemas"]["Commit"];
            readonly conflicts: readonly components["schemas"]["Conflict"][];
            readonly data: {
                readonly from: string;
                readonly to: string;
            };
            readonly dry_run: boolean;
            /** @description Where the branch stands, or would. */
            readonly head?: string;
            readonly messages: readonly string[];
            /** @enum {string} */
            readonly status: "merged" | "up-to-date" | "fast-forward" | "squashed" | "conflicts";
            readonly strategy?: string;
            readonly tree?: string;
        };
        readonly Note: {
            readonly content?: string;
            /** @enum {string} */
            readonly encoding?: "utf-8" | "base64";
            /** @description Its blob; empty where nothing is left of it. */
            readonly note: string;
            /** @description What the note is about. */
            readonly object: string;
            readonly size?: number;
        };
        readonly PastEntryList: {
            /** @enum {string} */
            readonly by?: "reflog" | "commit-date";
            readonly commit?: string;
            readonly entries: readonly {
                readonly id: string;
                readonly mode: string;
                readonly name: string;
                readonly path: string;
                /** @enum {string} */
                readonly type: "file" | "dir" | "submodule";
            }[];
            /** @description Whether the reflog goes back that far; else it is the oldest that it knows. */
            readonly is_exact?: boolean;
            readonly path: string;
            readonly ref?: string;
            /** Format: date-time */
            readonly timestamp?: string;
            readonly total: number;
            readonly unix?: number;
        };
        readonly PastFile: {
            /** @enum {string} */
            readonly by?: "reflog" | "commit-date";
            readonly commit?: string;
            readonly content: string;
            /**
             * @description base64 for what is no UTF-8 text.
             * @enum {string}
             */
            readonly encoding: "utf-8" | "base64";
            /** @description Object id of the blob. */
            readonly id: string;
            /** @description Whether the reflog goes back that far; else it is the oldest that it knows. */
            readonly is_exact?: boolean;
            readonly mode: string;
            readonly path: string;
            readonly ref?: string;
            /** @description In bytes. */
            readonly size: number;
            /** Format: date-time */
            readonly timestamp?: string;
            readonly unix?: number;
        };
        readonly Person: {
            /** @description RFC 3339. Default: now. */
            readonly date?: string;
            readonly email: string;
            readonly name: string;
        };
        readonly Policy: {
            /** Format: date-time */
            readonly created_at: string;
            readonly description?: string;
            readonly has_secret: boolean;
            readonly id: string;
            /**
             * @description What holds without an answer. Default: deny.
             * @enum {string}
             */
            readonly on_failure: "deny" | "allow";
            /** @description Globs: main, refs/tags/**. Default: all refs. */
            readonly refs: readonly string[];
            readonly repository: string;
            /** @description Signs questions. It is never shown. */
            readonly secret?: string;
            /** @description Default: 5000. */
            readonly timeout_ms: number;
            /** @description Is asked by POST with the changes; {"allow": false, "message": …} or 403 refuses. */
            readonly url: string;
        };
        readonly Reality: {
            readonly base: string | null;
            /** @description The branch on which it stands. */
            readonly branch: string;
            /** @description The reality as a Git remote. */
            readonly clone_url: string;
            /** Format: date-time */
            readonly created_at: string;
            /** @constant */
            readonly ephemeral: true;
            /**
             * Format: date-time
             * @description Each use moves it.
             */
            readonly expires_at: string;
            readonly head: string | null;
            /** @constant */
            readonly isolated: true;
            readonly name: string;
            readonly owner?: string;
            readonly scores: {
                readonly [key: string]: number;
            };
            readonly size?: number;
        };
        readonly Repository: {
            readonly clone_url: string;
            /** Format: date-time */
            readonly created_at: string;
            /** @description The branch that HEAD names. */
            readonly current_branch?: string;
            readonly default_branch?: string;
            readonly description?: string;
            /** @description Whether it outlives the server. */
            readonly durable: boolean;
            readonly id: string;
            readonly memory_only: boolean;
            /** @enum {string} */
            readonly object_format: "sha1" | "sha256";
            /** @description Its folder below the one that is served, or ":memory:". */
            readonly path: string;
        };
        readonly Role: {
            readonly description: string;
            readonly name: string;
            readonly permissions: readonly string[];
        };
        readonly Rule: {
            /** @description Default: all. */
            readonly actions: readonly ("create" | "update" | "force" | "delete")[];
            readonly description?: string;
            /** @enum {string} */
            readonly effect: "allow" | "deny";
            readonly id: string;
            /** @description Patterns of paths. Default: the rule is about the refs themselves. */
            readonly paths: readonly string[];
            /** @description Patterns of full names: refs/heads/main, refs/heads/release/*, refs/tags/**. */
            readonly refs: readonly string[];
            readonly repository: string;
            readonly roles: readonly string[];
            /** @description Ids. With roles empty too: everybody. */
            readonly users: readonly string[];
        };
        readonly Session: {
            /** Format: date-time */
            readonly expires_at: string;
            /** Format: date-time */
            readonly refresh_expires_at?: string;
            /** @description Good for one refresh, which gives the next one. */
            readonly refresh_token?: string;
            readonly token: string;
            readonly user?: components["schemas"]["Identity"];
        };
        readonly ShownCommit: {
            /** @description What the commit changed against its first parent. */
            readonly changes: readonly components["schemas"]["ChangedFile"][];
            readonly commit: components["schemas"]["Commit"];
            /** @description All files of the commit, at most 1,000 of them and 8 MiB. */
            readonly files: readonly components["schemas"]["File"][];
            readonly tree: string;
            /** @description Whether files were left out. */
            readonly truncated?: boolean;
        };
        readonly Signature: {
            readonly email: string;
            readonly name: string;
            /** Format: date-time */
            readonly timestamp: string;
        };
        readonly Stash: {
            readonly author: string;
            /** @description The commit that it was made on. */
            readonly base?: string;
            /** @description Of one stash that is asked for. */
            readonly changes?: readonly components["schemas"]["ChangedFile"][];
            readonly email: string;
            readonly files: readonly string[];
            readonly hash: string;
            /** @example stash@{0} */
            readonly id: string;
            readonly message: string;
            /** @description 0 is the newest. */
            readonly position?: number;
            /** Format: date-time */
            readonly timestamp: string;
        };
        readonly Success: {
            /** @constant */
            readonly status: "success";
        };
        readonly Tag: {
            readonly annotated: boolean;
            /** @description What the tag stands for in the end. */
            readonly commit: string;
            /** @description What the ref names: the tag object of an annotated tag. */
            readonly id?: string;
            readonly name: string;
        };
        readonly TagDetail: {
            readonly annotated: boolean;
            /** @description What the tag stands for in the end. */
            readonly commit: string;
            /** @description What the ref names: the tag object of an annotated tag. */
            readonly id?: string;
            readonly message?: string;
            readonly name: string;
            readonly tagger?: components["schemas"]["Signature"];
        };
        readonly TextEdit: {
            /** @description Replace it wherever it stands. Default: false. */
            readonly all?: boolean;
            readonly new: string;
            /** @description Must stand in the file exactly once, or else with "all". */
            readonly old: string;
        } | {
            /** @description Instead of the lines; "" removes them. */
            readonly content: string;
            /** @description Included; one less than start_line inserts before it. Default: start_line. */
            readonly end_line?: number;
            readonly start_line: number;
        };
        readonly Transaction: {
            /** @description The commit that the branch stood at when it began, and must stand at when it is committed. */
            readonly base: string | null;
            readonly branch: string;
            /** @description How many paths are staged. */
            readonly changes: number;
            /** Format: date-time */
            readonly created_at: string;
            /**
             * Format: date-time
             * @description Each use moves it.
             */
            readonly expires_at: string;
            /** @description Where the branch stands. */
            readonly head?: string | null;
            readonly id: string;
            /** @description Whether that is still the base. */
            readonly is_current?: boolean;
            readonly owner?: string;
            readonly repo_id: string;
            /** @description Bytes of content. */
            readonly size: number;
            readonly staged?: readonly {
                readonly id?: string;
                readonly path: string;
                /** @enum {string} */
                readonly status: "staged" | "removed";
            }[];
            /** @constant */
            readonly status?: "open";
            /** @description The same. */
            readonly transaction_id: string;
        };
        readonly Tree: {
            /** @description How many are in this answer. */
            readonly count?: number;
            readonly entries: readonly {
                readonly id?: string;
                readonly mode: string;
                readonly name: string;
                readonly path: string;
                /** @description Of files, in bytes. */
                readonly size?: number;
                /** @enum {string} */
                readonly type: "file" | "dir" | "symlink" | "submodule";
            }[];
            readonly has_more?: boolean;
            readonly limit?: number;
            /** @description For the next page; absent on the last. */
            readonly next_cursor?: string;
            readonly offset?: number;
            readonly path: string;
            /** @description In all pages. */
            readonly total: number;
        };
        readonly User: {
            readonly active: boolean;
            readonly created_at: string;
            readonly email: string;
            readonly id: string;
            readonly permissions: readonly string[];
            readonly repo_denials?: {
                readonly [key: string]: unknown;
            };
            readonly repo_permissions: {
                readonly [key: string]: unknown;
            };
            readonly roles: readonly string[];
            readonly updated_at: string;
            readonly username: string;
        };
        readonly Webhook: {
            readonly active: boolean;
            readonly content_type: string;
            /** Format: date-time */
            readonly created_at: string;
            readonly disabled_reason?: string;
            readonly events: readonly string[];
            readonly format: string;
            readonly has_secret: boolean;
            readonly id: string;
            readonly insecure_ssl: boolean;
            readonly last_response?: {
                readonly [key: string]: unknown;
            };
            /** Format: date-time */
            readonly updated_at: string;
            readonly url: string;
        };
        readonly WorkingDiff: {
            readonly files: readonly components["schemas"]["ChangedFile"][];
            readonly staged: readonly components["schemas"]["ChangedFile"][];
            readonly total: number;
            /** @description Always empty: there is no worktree. */
            readonly unstaged: readonly components["schemas"]["ChangedFile"][];
        };
    };
    responses: {
        /** @description An error. */
        readonly Failure: {
            content: {
                readonly "application/json": components["schemas"]["Failure"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly getRoot: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "text/html": string;
                };
            };
        };
    };
    readonly getApikeys: {
        readonly parameters: {
            readonly query?: {
                /** @description Those of every user; for administrators. */
                readonly all?: boolean;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly api_keys: readonly components["schemas"]["ApiKey"][];
                        readonly count: number;
                    };
                };
            };
        };
    };
    readonly postApikeys: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description RFC 3339. Default: never. */
                    readonly expires_at?: string;
                    readonly name: string;
                    readonly permissions?: readonly ("repo:read" | "repo:write" | "repo:delete" | "repo:admin" | "system:read" | "system:write" | "system:admin" | "user:read" | "user:write" | "user:delete" | "webhook:read" | "webhook:write" | "webhook:delete")[];
                    readonly repo_permissions?: {
                        readonly [key: string]: readonly ("repo:read" | "repo:write" | "repo:delete" | "repo:admin" | "system:read" | "system:write" | "system:admin" | "user:read" | "user:write" | "user:delete" | "webhook:read" | "webhook:write" | "webhook:delete")[];
                    };
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly key: string;
                        readonly key_info: components["schemas"]["ApiKey"];
                    };
                };
            };
        };
    };
    readonly deleteApikeysKeyId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly key_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly getAudit: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                readonly offset?: number;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly entries: readonly {
                            readonly action: string;
                            readonly actor: string;
                            readonly email: string;
                            readonly id: string;
                            /** Format: date-time */
                            readonly timestamp: string;
                        }[];
                    };
                };
            };
        };
    };
    readonly getAuthApikeys: {
        readonly parameters: {
            readonly query?: {
                /** @description Those of every user; for administrators. */
                readonly all?: boolean;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly api_keys: readonly components["schemas"]["ApiKey"][];
                        readonly count: number;
                    };
                };
            };
        };
    };
    readonly postAuthApikeys: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description RFC 3339. Default: never. */
                    readonly expires_at?: string;
                    readonly name: string;
                    readonly permissions?: readonly ("repo:read" | "repo:write" | "repo:delete" | "repo:admin" | "system:read" | "system:write" | "system:admin" | "user:read" | "user:write" | "user:delete" | "webhook:read" | "webhook:write" | "webhook:delete")[];
                    readonly repo_permissions?: {
                        readonly [key: string]: readonly ("repo:read" | "repo:write" | "repo:delete" | "repo:admin" | "system:read" | "system:write" | "system:admin" | "user:read" | "user:write" | "user:delete" | "webhook:read" | "webhook:write" | "webhook:delete")[];
                    };
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly key: string;
                        readonly key_info: components["schemas"]["ApiKey"];
                    };
                };
            };
        };
    };
    readonly deleteAuthApikeysKeyId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly key_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly getAuthCsrfToken: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly csrf_token: string;
                        /** @description In seconds. */
                        readonly expires_in: number;
                    };
                };
            };
        };
    };
    readonly postAuthLogin: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly password: string;
                    readonly username: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    readonly postAuthLogout: {
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description End all tokens and sessions of the user. Default: false. */
                    readonly everywhere?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly getAuthMe: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Identity"];
                };
            };
        };
    };
    readonly postAuthPassword: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly current_password: string;
                    readonly new_password: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly postAuthPasswordReset: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly password: string;
                    readonly token: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly postAuthRefresh: {
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    readonly refresh_token?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    readonly postAuthTokens: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {string} */
                    readonly access: "read" | "write";
                    /** @description Patterns of the refs that may be changed, such as refs/heads/ci/**. Default: all. */
                    readonly refs?: readonly string[];
                    readonly repository: string;
                    /** @description Default: 3600. */
                    readonly ttl_seconds?: number;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly expires_at: string;
                        readonly token: string;
                    };
                };
            };
        };
    };
    readonly getAuthWhoami: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Identity"];
                };
            };
        };
    };
    readonly getDashboardLogs: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly logs: readonly {
                            readonly component?: string;
                            readonly level: string;
                            readonly message: string;
                            readonly request_id?: string;
                            readonly timestamp: string;
                        }[];
                    };
                };
            };
        };
    };
    readonly getDashboardOverview: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly activeRepositories: number;
                        /** @description In milliseconds. */
                        readonly averageResponseTime: number;
                        /** @description Resident bytes. */
                        readonly memoryUsage: number;
                        /** @description How long the last health checks took, in milliseconds. */
                        readonly performanceHistory: {
                            readonly labels: readonly string[];
                            readonly values: readonly number[];
                        };
                        readonly repositoryStats: {
                            readonly active: number;
                            readonly idle: number;
                        };
                        readonly totalRepositories: number;
                    };
                };
            };
        };
    };
    readonly getDashboardPerformance: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly benchmarks: readonly {
                            readonly name: string;
                            readonly unit: string;
                            readonly value: number;
                        }[];
                        readonly poolStats: {
                            readonly active: number;
                            readonly idle: number;
                            readonly total: number;
                        };
                    };
                };
            };
        };
    };
    readonly getApiV1Health: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Not well. */
            readonly 503: {
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readonly getMonitoringAlerts: {
        readonly parameters: {
            readonly query?: {
                /** @description Only what is wrong now. */
                readonly active?: boolean;
                readonly limit?: number;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly alerts: readonly {
                            readonly data: {
                                readonly [key: string]: unknown;
                            };
                            readonly id: string;
                            readonly message: string;
                            readonly resolved: boolean;
                            /** Format: date-time */
                            readonly resolved_at?: string;
                            readonly rule: {
                                readonly condition: string;
                                readonly duration: string;
                                readonly enabled: boolean;
                                /** Format: date-time */
                                readonly last_fired: string;
                                readonly name: string;
                                /** @enum {unknown} */
                                readonly severity: "critical" | "warning";
                                readonly threshold: number;
                            };
                            /** Format: date-time */
                            readonly timestamp: string;
                        }[];
                        readonly count: number;
                        /** @constant */
                        readonly status: "success";
                    };
                };
            };
        };
    };
    readonly getMonitoringHealthHistory: {
        readonly parameters: {
            readonly query?: {
                readonly hours?: number;
                readonly limit?: number;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
        };
    };
    readonly getMonitoringMetrics: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
        };
    };
    readonly getMonitoringPerformance: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
        };
    };
    readonly getPolicies: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly policies: readonly components["schemas"]["Policy"][];
                    };
                };
            };
        };
    };
    readonly postPolicies: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly description?: string;
                    /**
                     * @description What holds without an answer. Default: deny.
                     * @enum {string}
                     */
                    readonly on_failure?: "deny" | "allow";
                    /** @description Globs: main, refs/tags/**. Default: all refs. */
                    readonly refs?: readonly string[];
                    /** @description Signs questions. It is never shown. */
                    readonly secret?: string;
                    /** @description Default: 5000. */
                    readonly timeout_ms?: number;
                    /** @description Is asked by POST with the changes; {"allow": false, "message": …} or 403 refuses. */
                    readonly url: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Policy"];
                };
            };
        };
    };
    readonly deletePoliciesPolicyId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly policy_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly status: "success";
                    };
                };
            };
        };
    };
    readonly postPoolCleanup: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
        };
    };
    readonly getPoolStats: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
        };
    };
    readonly getRepos: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset?: number;
                        readonly repositories: readonly components["schemas"]["Repository"][];
                        readonly total?: number;
                    };
                };
            };
        };
    };
    readonly postRepos: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @default main */
                    readonly default_branch?: string;
                    readonly description?: string;
                    /** @description May hold slashes: team/app. */
                    readonly id: string;
                    /**
                     * @description The repository ends with the server.
                     * @default false
                     */
                    readonly memory_only?: boolean;
                    /**
                     * @default sha1
                     * @enum {string}
                     */
                    readonly object_format?: "sha1" | "sha256";
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Repository"];
                };
            };
        };
    };
    readonly getReposId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Repository"];
                };
            };
        };
    };
    readonly deleteReposId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly status: "deleted";
                    };
                };
            };
        };
    };
    readonly patchReposId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly default_branch?: string;
                    readonly description?: string;
                    /** @description Its new id. Grants, rules, policies and webhooks go along. */
                    readonly id?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Repository"];
                };
            };
        };
    };
    readonly postReposIdAdd: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description May be empty. */
                    readonly content: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /**
                     * @description Default: that of the file that is there, else 100644.
                     * @enum {string}
                     */
                    readonly mode?: "100644" | "100755" | "120000";
                    readonly path: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly getReposIdArchive: {
        readonly parameters: {
            readonly query?: {
                readonly format?: "tar" | "tar.gz" | "zip";
                /** @description Only this file or folder. */
                readonly path?: string;
                /** @description Before every path. Default: the name of the repository and the revision, as a folder. */
                readonly prefix?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/gzip": string;
                    readonly "application/x-tar": string;
                    readonly "application/zip": string;
                };
            };
        };
    };
    readonly getReposIdArchiveRef: {
        readonly parameters: {
            readonly query?: {
                readonly format?: "tar" | "tar.gz" | "zip";
                /** @description Only this file or folder. */
                readonly path?: string;
                /** @description Before every path. Default: the name of the repository and the revision, as a folder. */
                readonly prefix?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The name of a ref, with or without refs/ before it; may hold slashes. */
                readonly ref: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/gzip": string;
                    readonly "application/x-tar": string;
                    readonly "application/zip": string;
                };
            };
        };
    };
    readonly getReposIdBlamePath: {
        readonly parameters: {
            readonly query?: {
                /** @description Look for lines that came from other files (-C). */
                readonly copies?: boolean;
                /** @description The last line. */
                readonly end?: number;
                /** @description Commits that are passed over, with commas between. */
                readonly ignore_revs?: string;
                readonly ignore_whitespace?: boolean;
                /** @description Look for lines that were moved in the file (-M). */
                readonly moves?: boolean;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description The first line, from 1. */
                readonly start?: number;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly lines: readonly {
                            readonly author: string;
                            readonly commit_hash: string;
                            readonly content: string;
                            readonly email: string;
                            readonly line_number: number;
                            readonly message: string;
                            readonly original_line: number;
                            readonly original_path: string;
                            /** Format: date-time */
                            readonly timestamp: string;
                        }[];
                        readonly path: string;
                        readonly ref: string;
                        /** @description How many are in this answer. */
                        readonly total: number;
                    };
                };
            };
        };
    };
    readonly getReposIdBranches: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly branches: readonly components["schemas"]["Branch"][];
                        /** @description How many are in this answer. */
                        readonly count: number;
                        /** @description The branch that HEAD names, even when it has no commit; "" when it names none. */
                        readonly current: string;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset?: number;
                    };
                };
            };
        };
    };
    readonly postReposIdBranches: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Branch, tag or commit. Default: HEAD. */
                    readonly from?: string;
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly commit: string;
                        readonly data: {
                            readonly branch: string;
                            readonly from: string;
                        };
                        readonly name: string;
                        /** @constant */
                        readonly status: "created";
                    };
                };
            };
        };
    };
    readonly getReposIdBranchesBranch: {
        readonly parameters: {
            readonly path: {
                /** @description The name of a branch; may hold slashes. */
                readonly branch: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["BranchDetail"];
                };
            };
        };
    };
    readonly deleteReposIdBranchesBranch: {
        readonly parameters: {
            readonly path: {
                /** @description The name of a branch; may hold slashes. */
                readonly branch: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly name: string;
                        /** @constant */
                        readonly status: "deleted";
                    };
                };
            };
        };
    };
    readonly patchReposIdBranchesBranch: {
        readonly parameters: {
            readonly path: {
                /** @description The name of a branch; may hold slashes. */
                readonly branch: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Branch"];
                };
            };
        };
    };
    readonly getReposIdBundle: {
        readonly parameters: {
            readonly query?: {
                /** @description With spaces between: "main ^v1.0". Default: --all. */
                readonly revisions?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/x-git-bundle": string;
                };
            };
        };
    };
    readonly postReposIdBundle: {
        readonly parameters: {
            readonly query?: {
                /** @description Also move refs that stand elsewhere. */
                readonly force?: boolean;
                /** @description Put refs/heads/x at <prefix>x, such as refs/remotes/origin/. */
                readonly prefix?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/octet-stream": string;
                readonly "application/x-git-bundle": string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly refs: readonly {
                            readonly id: string;
                            readonly name: string;
                        }[];
                        /** @constant */
                        readonly status: "imported";
                    };
                };
            };
        };
    };
    readonly postReposIdCheckout: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly branch: string;
                    /** @description Make the branch, at "from" or where HEAD stands. */
                    readonly create?: boolean;
                    /** @description Default: HEAD. */
                    readonly from?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly data: {
                            readonly branch: string;
                        };
                        /** @constant */
                        readonly status: "checked out";
                    };
                };
            };
        };
    };
    readonly postReposIdCherryPick: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly allow_empty?: boolean;
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the current one. */
                    readonly branch?: string;
                    /** @description A commit, or a range such as main..topic. */
                    readonly commit?: string;
                    /** @description Several, in this order. */
                    readonly commits?: readonly string[];
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Change nothing and tell what would be; conflicts are then no error. */
                    readonly dry_run?: boolean;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Make commits that became empty. */
                    readonly keep_redundant?: boolean;
                    /** @description The parent of merges, from 1, against which they are a change. */
                    readonly mainline?: number;
                    /**
                     * @description What happens where it stops: 409 and nothing is changed, or 202 and it is kept, to be gone on with under R/sequences/{sequence}.
                     * @default refuse
                     * @enum {string}
                     */
                    readonly on_conflict?: "refuse" | "stop";
                    /** @description Say in the message where a commit was picked from. */
                    readonly record_origin?: boolean;
                    /** @description What is to stand at paths that conflict: content, a side, or null for nothing. */
                    readonly resolutions?: {
                        readonly [key: string]: {
                            readonly content: string;
                            /** @enum {string} */
                            readonly encoding?: "utf-8" | "base64";
                        } | {
                            /** @enum {string} */
                            readonly use: "base" | "ours" | "theirs";
                        } | null;
                    };
                    readonly strategy_options?: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        readonly commits: readonly {
                            readonly commit: components["schemas"]["Commit"];
                            readonly from: string;
                            readonly to: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {string} */
                        readonly status: "done" | "conflicts" | "empty";
                        /** @description The commit that conflicts or is empty. */
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        readonly commits: readonly {
                            readonly commit: components["schemas"]["Commit"];
                            readonly from: string;
                            readonly to: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {string} */
                        readonly status: "done" | "conflicts" | "empty";
                        /** @description The commit that conflicts or is empty. */
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
            /** @description Accepted. */
            readonly 202: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        readonly commits: readonly {
                            readonly commit: components["schemas"]["Commit"];
                            readonly from: string;
                            readonly to: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {string} */
                        readonly status: "done" | "conflicts" | "empty";
                        /** @description The commit that conflicts or is empty. */
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
        };
    };
    readonly postReposIdCommit: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Commit these changes, in order, instead of what was staged: files to put, delete, move, edit; each sees those before it. */
                    readonly actions?: readonly components["schemas"]["FileAction"][];
                    /** @default false */
                    readonly allow_empty?: boolean;
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Made where it does not exist. Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Commit these instead of what was staged. */
                    readonly files?: readonly {
                        /** @description May be empty. */
                        readonly content: string;
                        /**
                         * @description Default: utf-8.
                         * @enum {string}
                         */
                        readonly encoding?: "utf-8" | "base64";
                        /**
                         * @description Default: that of the file that is there, else 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "120000";
                        readonly path: string;
                    }[];
                    /** @description Where a branch that is made begins. Default: without a parent. */
                    readonly from?: string;
                    readonly message: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Commit"];
                };
            };
        };
    };
    readonly getReposIdCommits: {
        readonly parameters: {
            readonly query?: {
                /** @description Instead of ref: what any ref reaches. */
                readonly all?: boolean;
                /** @description A pattern that the author, "name <email>", matches. */
                readonly author?: string;
                /** @description Only commits with a changed line that matches this pattern (-G). */
                readonly changed_line?: string;
                /** @description The same of the committer. */
                readonly committer?: string;
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly first_parent?: boolean;
                /** @description Follow the file at path through renames. */
                readonly follow?: boolean;
                /** @description A pattern that a line of the message matches. */
                readonly grep?: string;
                readonly ignore_case?: boolean;
                readonly limit?: number;
                /** @description true: only merges; false: none. */
                readonly merges?: boolean;
                readonly offset?: number;
                readonly order?: "default" | "topo" | "date" | "author-date";
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                /** @description Only commits that change this file or folder; pathspecs are understood. */
                readonly path?: string;
                /** @description Instead of ref: revisions and ranges with spaces between, such as "v1.0..main ^topic". */
                readonly range?: string;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description How patterns are written. Default: basic. */
                readonly regex?: "basic" | "extended" | "fixed" | "perl";
                readonly reverse?: boolean;
                /** @description Another name of ref. */
                readonly sha?: string;
                /** @description RFC 3339, or as Git reads dates: "2 weeks ago". */
                readonly since?: string;
                /** @description Only commits that change how often this text stands in a file (-S). */
                readonly text?: string;
                readonly until?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Log"];
                };
            };
        };
    };
    readonly postReposIdCommits: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Commit these changes, in order, instead of what was staged: files to put, delete, move, edit; each sees those before it. */
                    readonly actions?: readonly components["schemas"]["FileAction"][];
                    /** @default false */
                    readonly allow_empty?: boolean;
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Made where it does not exist. Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Commit these instead of what was staged. */
                    readonly files?: readonly {
                        /** @description May be empty. */
                        readonly content: string;
                        /**
                         * @description Default: utf-8.
                         * @enum {string}
                         */
                        readonly encoding?: "utf-8" | "base64";
                        /**
                         * @description Default: that of the file that is there, else 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "120000";
                        readonly path: string;
                    }[];
                    /** @description Where a branch that is made begins. Default: without a parent. */
                    readonly from?: string;
                    readonly message: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Commit"];
                };
            };
        };
    };
    readonly getReposIdCommitsCommit: {
        readonly parameters: {
            readonly path: {
                /** @description A revision: an object id or what stands for one. */
                readonly commit: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Commit"];
                };
            };
            /** @description What the client has is still so. */
            readonly 304: {
                content?: never;
            };
        };
    };
    readonly getReposIdCommitsCommitPatch: {
        readonly parameters: {
            readonly query?: {
                readonly algorithm?: "myers" | "minimal" | "patience" | "histogram";
                /** @description Lines around changes. Default: 3. */
                readonly context?: number;
                /** @description Kinds of changes, as letters of --diff-filter. */
                readonly filter?: string;
                /** @description Show whole functions. */
                readonly function_context?: boolean;
                /** @description Only this file or folder; pathspecs are understood. */
                readonly path?: string;
                /** @description In percent. Default: 50. */
                readonly rename_score?: number;
                readonly renames?: "off" | "renames" | "copies";
                /** @description White space that does not count. */
                readonly whitespace?: "all" | "change" | "eol" | "cr-eol" | "blank-lines";
            };
            readonly path: {
                /** @description A revision: an object id or what stands for one. */
                readonly commit: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "text/x-diff": string;
                };
            };
        };
    };
    readonly getReposIdCompareBasehead: {
        readonly parameters: {
            readonly query?: {
                readonly algorithm?: "myers" | "minimal" | "patience" | "histogram";
                /** @description Lines around changes. Default: 3. */
                readonly context?: number;
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                /** @description Kinds of changes, as letters of --diff-filter. */
                readonly filter?: string;
                /** @description Show whole functions. */
                readonly function_context?: boolean;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                /** @description With the patch of each file. */
                readonly patch?: boolean;
                /** @description Only this file or folder; pathspecs are understood. */
                readonly path?: string;
                /** @description In percent. Default: 50. */
                readonly rename_score?: number;
                readonly renames?: "off" | "renames" | "copies";
                /** @description White space that does not count. */
                readonly whitespace?: "all" | "change" | "eol" | "cr-eol" | "blank-lines";
            };
            readonly path: {
                /** @description Two revisions with two or three dots between them: main...topic; may hold slashes. */
                readonly basehead: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Comparison"];
                };
            };
        };
    };
    readonly postReposIdContainersBuild: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Values of ARG. */
                    readonly args?: {
                        readonly [key: string]: string;
                    };
                    /** @description Another name of file. */
                    readonly containerfile?: string;
                    /** @description The folder of the commit that the build sees. Default: all of it. */
                    readonly context?: string;
                    /** @description Another name of file. */
                    readonly dockerfile?: string;
                    /** @description The definition: a path in the repository, or in the context. Default: Govcfile, Containerfile or Dockerfile of the context. */
                    readonly file?: string;
                    /** @description Another name of file. */
                    readonly govcfile?: string;
                    readonly labels?: {
                        readonly [key: string]: string;
                    };
                    /** @default false */
                    readonly no_cache?: boolean;
                    /** @description Such as linux/amd64. Default: that of the server. */
                    readonly platform?: readonly string[];
                    /** @description Another name of platform. */
                    readonly platforms?: readonly string[];
                    /** @description Branch, tag or commit. Default: HEAD. */
                    readonly ref?: string;
                    /** @description TAG, or NAME:TAG where NAME is the repository or begins with it and a slash. Default: latest. */
                    readonly tags?: readonly string[];
                    /** @description The last stage to build. */
                    readonly target?: string;
                };
            };
        };
        readonly responses: {
            /** @description Accepted. */
            readonly 202: {
                content: {
                    readonly "application/json": {
                        readonly build: components["schemas"]["ContainerBuild"];
                    };
                };
            };
        };
    };
    readonly getReposIdContainersBuilds: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly builds: readonly components["schemas"]["ContainerBuild"][];
                        readonly count: number;
                    };
                };
            };
        };
    };
    readonly postReposIdContainersBuilds: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Values of ARG. */
                    readonly args?: {
                        readonly [key: string]: string;
                    };
                    /** @description Another name of file. */
                    readonly containerfile?: string;
                    /** @description The folder of the commit that the build sees. Default: all of it. */
                    readonly context?: string;
                    /** @description Another name of file. */
                    readonly dockerfile?: string;
                    /** @description The definition: a path in the repository, or in the context. Default: Govcfile, Containerfile or Dockerfile of the context. */
                    readonly file?: string;
                    /** @description Another name of file. */
                    readonly govcfile?: string;
                    readonly labels?: {
                        readonly [key: string]: string;
                    };
                    /** @default false */
                    readonly no_cache?: boolean;
                    /** @description Such as linux/amd64. Default: that of the server. */
                    readonly platform?: readonly string[];
                    /** @description Another name of platform. */
                    readonly platforms?: readonly string[];
                    /** @description Branch, tag or commit. Default: HEAD. */
                    readonly ref?: string;
                    /** @description TAG, or NAME:TAG where NAME is the repository or begins with it and a slash. Default: latest. */
                    readonly tags?: readonly string[];
                    /** @description The last stage to build. */
                    readonly target?: string;
                };
            };
        };
        readonly responses: {
            /** @description Accepted. */
            readonly 202: {
                content: {
                    readonly "application/json": {
                        readonly build: components["schemas"]["ContainerBuild"];
                    };
                };
            };
        };
    };
    readonly getReposIdContainersBuildsBuildId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly build_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly build: components["schemas"]["ContainerBuild"];
                    };
                };
            };
        };
    };
    readonly deleteReposIdContainersBuildsBuildId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly build_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly build: components["schemas"]["ContainerBuild"];
                    };
                };
            };
        };
    };
    readonly getReposIdContainersBuildsBuildIdLogs: {
        readonly parameters: {
            readonly query?: {
                /** @description Send every line as an event "log" while the build goes on, and "end" with the build. */
                readonly follow?: boolean;
                /** @description The log as text. */
                readonly raw?: boolean;
            };
            readonly path: {
                /** @description Which one is meant. */
                readonly build_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly build_id: string;
                        readonly logs: string;
                        readonly status: string;
                    };
                    readonly "text/event-stream": string;
                    readonly "text/plain": string;
                };
            };
        };
    };
    readonly getReposIdContainersDefinitions: {
        readonly parameters: {
            readonly query?: {
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                readonly type?: "govcfile" | "dockerfile" | "govc-compose" | "compose" | "kubernetes" | "helm";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly definitions: readonly components["schemas"]["ContainerDefinition"][];
                    };
                };
            };
        };
    };
    readonly postReposIdContainersDefinitions: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description May be empty. */
                    readonly content: string;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Of the commit. */
                    readonly message?: string;
                    readonly path: string;
                    /** @description Id of an open transaction, to which the change is added instead of becoming a commit. */
                    readonly transaction?: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly commit?: string;
                        readonly deleted?: boolean;
                        readonly path: string;
                        /** @description In the transaction that was named. */
                        readonly staged?: boolean;
                        /** @enum {string} */
                        readonly type?: "govcfile" | "dockerfile" | "govc-compose" | "compose" | "kubernetes" | "helm";
                    };
                };
            };
        };
    };
    readonly getReposIdContainersDefinitionsPath: {
        readonly parameters: {
            readonly query?: {
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["ContainerDefinition"];
                };
            };
        };
    };
    readonly putReposIdContainersDefinitionsPath: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description May be empty. */
                    readonly content: string;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Of the commit. */
                    readonly message?: string;
                    readonly path?: string;
                    /** @description Id of an open transaction, to which the change is added instead of becoming a commit. */
                    readonly transaction?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly commit?: string;
                        readonly deleted?: boolean;
                        readonly path: string;
                        /** @description In the transaction that was named. */
                        readonly staged?: boolean;
                        /** @enum {string} */
                        readonly type?: "govcfile" | "dockerfile" | "govc-compose" | "compose" | "kubernetes" | "helm";
                    };
                };
            };
        };
    };
    readonly deleteReposIdContainersDefinitionsPath: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Of the commit. */
                    readonly message?: string;
                    /** @description Id of an open transaction, to which the change is added instead of becoming a commit. */
                    readonly transaction?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly commit?: string;
                        readonly deleted?: boolean;
                        readonly path: string;
                        /** @description In the transaction that was named. */
                        readonly staged?: boolean;
                        /** @enum {string} */
                        readonly type?: "govcfile" | "dockerfile" | "govc-compose" | "compose" | "kubernetes" | "helm";
                    };
                };
            };
        };
    };
    readonly getReposIdDescribe: {
        readonly parameters: {
            readonly query?: {
                /** @description Else its short id. */
                readonly always?: boolean;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description Also lightweight tags. */
                readonly tags?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly description: string;
                        readonly ref: string;
                    };
                };
            };
        };
    };
    readonly getReposIdDiff: {
        readonly parameters: {
            readonly query?: {
                readonly algorithm?: "myers" | "minimal" | "patience" | "histogram";
                /** @description Lines around changes. Default: 3. */
                readonly context?: number;
                /** @description Kinds of changes, as letters of --diff-filter. */
                readonly filter?: string;
                /** @description json: only the files, each with its patch. */
                readonly format?: "unified" | "patch" | "raw" | "name-only" | "name-status" | "stat" | "numstat" | "shortstat" | "summary" | "json";
                /** @description Default: the first parent of "to". */
                readonly from?: string;
                /** @description Show whole functions. */
                readonly function_context?: boolean;
                /** @description Only this file or folder; pathspecs are understood. */
                readonly path?: string;
                /** @description Answer the text itself, of any size. */
                readonly raw?: boolean;
                /** @description In percent. Default: 50. */
                readonly rename_score?: number;
                readonly renames?: "off" | "renames" | "copies";
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly to?: string;
                /** @description White space that does not count. */
                readonly whitespace?: "all" | "change" | "eol" | "cr-eol" | "blank-lines";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Diff"];
                    readonly "text/plain": string;
                    readonly "text/x-diff": string;
                };
            };
        };
    };
    readonly getReposIdDiffFromTo: {
        readonly parameters: {
            readonly query?: {
                readonly algorithm?: "myers" | "minimal" | "patience" | "histogram";
                /** @description Lines around changes. Default: 3. */
                readonly context?: number;
                /** @description Kinds of changes, as letters of --diff-filter. */
                readonly filter?: string;
                /** @description json: only the files, each with its patch. */
                readonly format?: "unified" | "patch" | "raw" | "name-only" | "name-status" | "stat" | "numstat" | "shortstat" | "summary" | "json";
                /** @description Show whole functions. */
                readonly function_context?: boolean;
                /** @description Only this file or folder; pathspecs are understood. */
                readonly path?: string;
                /** @description Answer the text itself, of any size. */
                readonly raw?: boolean;
                /** @description In percent. Default: 50. */
                readonly rename_score?: number;
                readonly renames?: "off" | "renames" | "copies";
                /** @description White space that does not count. */
                readonly whitespace?: "all" | "change" | "eol" | "cr-eol" | "blank-lines";
            };
            readonly path: {
                /** @description The revision to compare from. */
                readonly from: string;
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The revision to compare with. */
                readonly to: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Diff"];
                    readonly "text/plain": string;
                    readonly "text/x-diff": string;
                };
            };
        };
    };
    readonly getReposIdDiffFilePath: {
        readonly parameters: {
            readonly query?: {
                readonly algorithm?: "myers" | "minimal" | "patience" | "histogram";
                /** @description Lines around changes. Default: 3. */
                readonly context?: number;
                /** @description Kinds of changes, as letters of --diff-filter. */
                readonly filter?: string;
                /** @description Default: the first parent of "to". */
                readonly from?: string;
                /** @description Show whole functions. */
                readonly function_context?: boolean;
                /** @description Only this file or folder; pathspecs are understood. */
                readonly path?: string;
                /** @description In percent. Default: 50. */
                readonly rename_score?: number;
                readonly renames?: "off" | "renames" | "copies";
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly to?: string;
                /** @description White space that does not count. */
                readonly whitespace?: "all" | "change" | "eol" | "cr-eol" | "blank-lines";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FileDiff"];
                };
            };
        };
    };
    readonly getReposIdDiffWorking: {
        readonly parameters: {
            readonly query?: {
                readonly algorithm?: "myers" | "minimal" | "patience" | "histogram";
                /** @description Lines around changes. Default: 3. */
                readonly context?: number;
                /** @description Kinds of changes, as letters of --diff-filter. */
                readonly filter?: string;
                /** @description Show whole functions. */
                readonly function_context?: boolean;
                /** @description Only this file or folder; pathspecs are understood. */
                readonly path?: string;
                /** @description In percent. Default: 50. */
                readonly rename_score?: number;
                readonly renames?: "off" | "renames" | "copies";
                /** @description White space that does not count. */
                readonly whitespace?: "all" | "change" | "eol" | "cr-eol" | "blank-lines";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["WorkingDiff"];
                };
            };
        };
    };
    readonly getReposIdEvents: {
        readonly parameters: {
            readonly query?: {
                /** @description Names or addresses, separated by commas: of who acts, or of an author of a commit. */
                readonly author?: string;
                /** @description Another name of ref. */
                readonly branch?: string;
                /** @description Go on after this event; "start": from the oldest that is kept. As the header Last-Event-ID. */
                readonly last_event_id?: string;
                /** @description Globs of paths, separated by commas: *.tf, k8s/**. */
                readonly path?: string;
                /** @description Globs of refs, separated by commas: main, release/*, refs/tags/**. */
                readonly ref?: string;
                /** @description Separated by commas: push, commit, branch, tag, ref, merge, stash, reset, rebase, cherry-pick, revert, repository, reality, transaction, webhook, build. Default: all. */
                readonly types?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "text/event-stream": string;
                };
            };
        };
    };
    readonly getReposIdEventsHistory: {
        readonly parameters: {
            readonly query?: {
                /** @description Names or addresses, separated by commas: of who acts, or of an author of a commit. */
                readonly author?: string;
                /** @description Another name of ref. */
                readonly branch?: string;
                /** @description Go on after this event; "start": from the oldest that is kept. As the header Last-Event-ID. */
                readonly last_event_id?: string;
                readonly limit?: number;
                /** @description Globs of paths, separated by commas: *.tf, k8s/**. */
                readonly path?: string;
                /** @description Globs of refs, separated by commas: main, release/*, refs/tags/**. */
                readonly ref?: string;
                /** @description Separated by commas: push, commit, branch, tag, ref, merge, stash, reset, rebase, cherry-pick, revert, repository, reality, transaction, webhook, build. Default: all. */
                readonly types?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly events: readonly components["schemas"]["Event"][];
                        /** @description Which log the ids are of. */
                        readonly log?: string;
                    };
                };
            };
        };
    };
    readonly getReposIdEventsStream: {
        readonly parameters: {
            readonly query?: {
                /** @description Names or addresses, separated by commas: of who acts, or of an author of a commit. */
                readonly author?: string;
                /** @description Another name of ref. */
                readonly branch?: string;
                /** @description Go on after this event; "start": from the oldest that is kept. As the header Last-Event-ID. */
                readonly last_event_id?: string;
                /** @description Globs of paths, separated by commas: *.tf, k8s/**. */
                readonly path?: string;
                /** @description Globs of refs, separated by commas: main, release/*, refs/tags/**. */
                readonly ref?: string;
                /** @description Separated by commas: push, commit, branch, tag, ref, merge, stash, reset, rebase, cherry-pick, revert, repository, reality, transaction, webhook, build. Default: all. */
                readonly types?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "text/event-stream": string;
                };
            };
        };
    };
    readonly getReposIdFiles: {
        readonly parameters: {
            readonly query: {
                readonly path: string;
                /** @description Answer the bytes themselves, of any size; ranges are understood. */
                readonly raw?: boolean;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description As the next commit would have it; ref then means nothing. */
                readonly staged?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["File"];
                    readonly "application/octet-stream": string;
                };
            };
            /** @description The part that was asked for. */
            readonly 206: {
                content: {
                    readonly "application/octet-stream": string;
                };
            };
            /** @description What the client has is still so. */
            readonly 304: {
                content?: never;
            };
        };
    };
    readonly putReposIdFiles: {
        readonly parameters: {
            readonly query?: {
                /** @description Of the commit. Default: the current one. */
                readonly branch?: string;
                /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                readonly expected_head?: string;
                /** @description Commits the change. Without it, the change is staged. */
                readonly message?: string;
                /** @description Default: that of the file that is there, else 100644. */
                readonly mode?: "100644" | "100755" | "120000";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Of the commit. Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description May be empty. */
                    readonly content: string;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Commits the change. Without it, the change is staged. */
                    readonly message?: string;
                    /**
                     * @description Default: that of the file that is there, else 100644.
                     * @enum {string}
                     */
                    readonly mode?: "100644" | "100755" | "120000";
                    readonly path: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly postReposIdFiles: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description May be empty. */
                    readonly content: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /**
                     * @description Default: that of the file that is there, else 100644.
                     * @enum {string}
                     */
                    readonly mode?: "100644" | "100755" | "120000";
                    readonly path: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly deleteReposIdFiles: {
        readonly parameters: {
            readonly query: {
                /** @description Of the commit. Default: the current one. */
                readonly branch?: string;
                /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                readonly expected_head?: string;
                /** @description Commits the change. Without it, the change is staged. */
                readonly message?: string;
                readonly path: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Of the commit. Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Commits the change. Without it, the change is staged. */
                    readonly message?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly getReposIdFilesPath: {
        readonly parameters: {
            readonly query?: {
                /** @description Answer the bytes themselves, of any size; ranges are understood. */
                readonly raw?: boolean;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description As the next commit would have it; ref then means nothing. */
                readonly staged?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["File"];
                    readonly "application/octet-stream": string;
                };
            };
            /** @description The part that was asked for. */
            readonly 206: {
                content: {
                    readonly "application/octet-stream": string;
                };
            };
            /** @description What the client has is still so. */
            readonly 304: {
                content?: never;
            };
        };
    };
    readonly putReposIdFilesPath: {
        readonly parameters: {
            readonly query?: {
                /** @description Of the commit. Default: the current one. */
                readonly branch?: string;
                /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                readonly expected_head?: string;
                /** @description Commits the change. Without it, the change is staged. */
                readonly message?: string;
                /** @description Default: that of the file that is there, else 100644. */
                readonly mode?: "100644" | "100755" | "120000";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Of the commit. Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description May be empty. */
                    readonly content: string;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Commits the change. Without it, the change is staged. */
                    readonly message?: string;
                    /**
                     * @description Default: that of the file that is there, else 100644.
                     * @enum {string}
                     */
                    readonly mode?: "100644" | "100755" | "120000";
                    readonly path?: string;
                };
                readonly "application/octet-stream": string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly deleteReposIdFilesPath: {
        readonly parameters: {
            readonly query?: {
                /** @description Of the commit. Default: the current one. */
                readonly branch?: string;
                /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                readonly expected_head?: string;
                /** @description Commits the change. Without it, the change is staged. */
                readonly message?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Of the commit. Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Commits the change. Without it, the change is staged. */
                    readonly message?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly postReposIdFilesMove: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly from: string;
                    readonly to: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly data: {
                            readonly from: string;
                            readonly to: string;
                        };
                        /** @constant */
                        readonly status: "moved";
                    };
                };
            };
        };
    };
    readonly postReposIdFork: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly description?: string;
                    readonly id: string;
                    /** @description Default: as this one. */
                    readonly memory_only?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Repository"];
                };
            };
        };
    };
    readonly postReposIdGitBlobs: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly content: string;
                    /** @enum {string} */
                    readonly encoding?: "utf-8" | "base64";
                };
                readonly "application/octet-stream": string;
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly sha: string;
                        readonly size?: number;
                        readonly url: string;
                    };
                };
            };
        };
    };
    readonly getReposIdGitBlobsSha: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description An object id. */
                readonly sha: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly content: string;
                        /** @constant */
                        readonly encoding: "base64";
                        readonly sha: string;
                        readonly size: number;
                        readonly url: string;
                    };
                    readonly "application/octet-stream": string;
                };
            };
            /** @description What the client has is still so. */
            readonly 304: {
                content?: never;
            };
        };
    };
    readonly postReposIdGitCommits: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly author?: components["schemas"]["Person"];
                    readonly committer?: components["schemas"]["Person"];
                    readonly message: string;
                    readonly parents?: readonly string[];
                    /** @description Armored, over the object without it; everybody in it must be dated, because nobody else knows what was signed. */
                    readonly signature?: string;
                    readonly tree: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["GitCommit"];
                };
            };
        };
    };
    readonly getReposIdGitCommitsSha: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description An object id. */
                readonly sha: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["GitCommit"];
                };
            };
        };
    };
    readonly getReposIdGitMatchingRefsRef: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The name of a ref, with or without refs/ before it; may hold slashes. */
                readonly ref: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset?: number;
                        readonly refs: readonly components["schemas"]["GitRef"][];
                    };
                };
            };
        };
    };
    readonly getReposIdGitRefRef: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The name of a ref, with or without refs/ before it; may hold slashes. */
                readonly ref: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["GitRef"];
                };
            };
        };
    };
    readonly getReposIdGitRefs: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset?: number;
                        readonly refs: readonly components["schemas"]["GitRef"][];
                    };
                };
            };
        };
    };
    readonly postReposIdGitRefs: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly ref: string;
                    readonly sha: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["GitRef"];
                };
            };
        };
    };
    readonly getReposIdGitRefsRef: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The name of a ref, with or without refs/ before it; may hold slashes. */
                readonly ref: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["GitRef"];
                };
            };
        };
    };
    readonly deleteReposIdGitRefsRef: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The name of a ref, with or without refs/ before it; may hold slashes. */
                readonly ref: string;
            };
        };
        readonly responses: {
            /** @description Done; there is nothing to tell. */
            readonly 204: {
                content?: never;
            };
        };
    };
    readonly patchReposIdGitRefsRef: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The name of a ref, with or without refs/ before it; may hold slashes. */
                readonly ref: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly force?: boolean;
                    readonly sha: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["GitRef"];
                };
            };
        };
    };
    readonly postReposIdGitTags: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly message: string;
                    readonly object: string;
                    /** @description Armored, over the object without it; everybody in it must be dated, because nobody else knows what was signed. */
                    readonly signature?: string;
                    readonly tag: string;
                    readonly tagger?: components["schemas"]["Person"];
                    /** @enum {string} */
                    readonly type: "commit" | "tree" | "blob" | "tag";
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["GitTag"];
                };
            };
        };
    };
    readonly getReposIdGitTagsSha: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description An object id. */
                readonly sha: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["GitTag"];
                };
            };
        };
    };
    readonly postReposIdGitTrees: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description A tree or commit whose entries stay. Default: none. */
                    readonly base_tree?: string;
                    readonly tree: readonly {
                        /** @description Text of a blob that is written, instead of sha. */
                        readonly content?: string;
                        /**
                         * @description Default: 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "040000" | "160000" | "120000";
                        readonly path: string;
                        /** @description null removes the entry. */
                        readonly sha?: string | null;
                        /** @enum {string} */
                        readonly type?: "blob" | "tree" | "commit";
                    }[];
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["GitTree"];
                };
            };
        };
    };
    readonly getReposIdGitTreesSha: {
        readonly parameters: {
            readonly query?: {
                /** @description Any value but "0" and "false": with what is in folders. */
                readonly recursive?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description An object id. */
                readonly sha: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["GitTree"];
                };
            };
        };
    };
    readonly postReposIdGrep: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @default true */
                    readonly case_sensitive?: boolean;
                    readonly context?: number;
                    readonly context_after?: number;
                    readonly context_before?: number;
                    /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                    readonly cursor?: string;
                    readonly invert_match?: boolean;
                    /** @default 100 */
                    readonly limit?: number;
                    /** @description The pattern must match a whole line. */
                    readonly line_regexp?: boolean;
                    /** @description In each file. */
                    readonly max_count?: number;
                    readonly offset?: number;
                    /** @description Instead of offset: pages of limit items, from 1. */
                    readonly page?: number;
                    readonly path?: string;
                    readonly pattern: string;
                    /** @description Branch, tag or commit. Default: HEAD. */
                    readonly ref?: string;
                    /**
                     * @description Whether the pattern is an extended expression.
                     * @default true
                     */
                    readonly regex?: boolean;
                    readonly word_regexp?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more: boolean;
                        readonly limit: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset: number;
                        readonly pattern: string;
                        readonly results: readonly {
                            readonly after?: readonly string[];
                            readonly before?: readonly string[];
                            /** @description From 1, in bytes. */
                            readonly column: number;
                            readonly content: string;
                            /** @description From 1. */
                            readonly line: number;
                            /** @description Where in the line, in bytes. */
                            readonly matches: readonly {
                                readonly end: number;
                                readonly start: number;
                            }[];
                            readonly path: string;
                            readonly preview?: string;
                            readonly ref: string;
                        }[];
                        /** @description Found so far: all, where has_more is false. */
                        readonly total: number;
                    };
                };
            };
        };
    };
    readonly getReposIdHooks: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly hooks: readonly components["schemas"]["Webhook"][];
                    };
                };
            };
        };
    };
    readonly postReposIdHooks: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: true. */
                    readonly active?: boolean;
                    /**
                     * @description Default: application/json.
                     * @enum {string}
                     */
                    readonly content_type?: "application/json" | "json" | "form" | "application/x-www-form-urlencoded";
                    /** @description Types of events; * is all. */
                    readonly events?: readonly ("*" | "push" | "commit" | "branch" | "tag" | "ref" | "merge" | "stash" | "reset" | "rebase" | "cherry-pick" | "revert" | "repository" | "reality" | "transaction" | "webhook" | "build")[];
                    /**
                     * @description govc: our envelope. github: the payloads of GitHub. Default: govc.
                     * @enum {string}
                     */
                    readonly format?: "govc" | "github";
                    /** @description Whether the certificate is not looked at. Default: false. */
                    readonly insecure_ssl?: boolean;
                    /** @description Signs deliveries. It is never shown. */
                    readonly secret?: string;
                    readonly url: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly getReposIdHooksHookId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly putReposIdHooksHookId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: true. */
                    readonly active?: boolean;
                    /**
                     * @description Default: application/json.
                     * @enum {string}
                     */
                    readonly content_type?: "application/json" | "json" | "form" | "application/x-www-form-urlencoded";
                    /** @description Types of events; * is all. */
                    readonly events?: readonly ("*" | "push" | "commit" | "branch" | "tag" | "ref" | "merge" | "stash" | "reset" | "rebase" | "cherry-pick" | "revert" | "repository" | "reality" | "transaction" | "webhook" | "build")[];
                    /**
                     * @description govc: our envelope. github: the payloads of GitHub. Default: govc.
                     * @enum {string}
                     */
                    readonly format?: "govc" | "github";
                    /** @description Whether the certificate is not looked at. Default: false. */
                    readonly insecure_ssl?: boolean;
                    /** @description Signs deliveries. It is never shown. */
                    readonly secret?: string;
                    readonly url?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly deleteReposIdHooksHookId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly status: "success";
                    };
                };
            };
        };
    };
    readonly patchReposIdHooksHookId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: true. */
                    readonly active?: boolean;
                    /**
                     * @description Default: application/json.
                     * @enum {string}
                     */
                    readonly content_type?: "application/json" | "json" | "form" | "application/x-www-form-urlencoded";
                    /** @description Types of events; * is all. */
                    readonly events?: readonly ("*" | "push" | "commit" | "branch" | "tag" | "ref" | "merge" | "stash" | "reset" | "rebase" | "cherry-pick" | "revert" | "repository" | "reality" | "transaction" | "webhook" | "build")[];
                    /**
                     * @description govc: our envelope. github: the payloads of GitHub. Default: govc.
                     * @enum {string}
                     */
                    readonly format?: "govc" | "github";
                    /** @description Whether the certificate is not looked at. Default: false. */
                    readonly insecure_ssl?: boolean;
                    /** @description Signs deliveries. It is never shown. */
                    readonly secret?: string;
                    readonly url?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly getReposIdHooksHookIdDeliveries: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly deliveries: readonly components["schemas"]["Delivery"][];
                    };
                };
            };
        };
    };
    readonly getReposIdHooksHookIdDeliveriesDeliveryId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly delivery_id: string;
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdHooksHookIdDeliveriesDeliveryIdAttempts: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly delivery_id: string;
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdHooksHookIdDeliveriesDeliveryIdRedeliver: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly delivery_id: string;
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdHooksHookIdPing: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdHooksHookIdPings: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdHooksHookIdTest: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdHooksExecuteHookType: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_type: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Comes back as it is. */
                    readonly environment?: {
                        readonly [key: string]: string;
                    };
                    /** @description What it is to become. */
                    readonly new?: string;
                    /** @description Full name. Default: the current branch. */
                    readonly ref?: string;
                    /** @description Refused: the server runs no scripts of clients. */
                    readonly script?: string;
                    readonly timeout?: number;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly duration_ms: number;
                        readonly environment: {
                            readonly [key: string]: string;
                        };
                        readonly error?: string;
                        readonly exit_code: number;
                        readonly hook: string;
                        readonly output: string;
                        readonly success: boolean;
                    };
                };
            };
        };
    };
    readonly getReposIdHooksServer: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly executables: readonly string[];
                        readonly policies: readonly {
                            readonly description?: string;
                            readonly id: string;
                            readonly refs: readonly string[];
                            readonly repository: string;
                        }[];
                    };
                };
            };
        };
    };
    readonly postReposIdImport: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description For a repository that is made: it ends with the server.
                     * @default false
                     */
                    readonly memory_only?: boolean;
                    /** @description Or a token. Used for this request and not kept. */
                    readonly password?: string;
                    /**
                     * @description Also delete what the refspecs store and the other side lacks.
                     * @default false
                     */
                    readonly prune?: boolean;
                    /** @description Default: +refs/heads/*:refs/heads/* and +refs/tags/*:refs/tags/*. */
                    readonly refspecs?: readonly string[];
                    /** @description http:// or https://, without credentials. */
                    readonly url: string;
                    readonly username?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly objects: number;
                        readonly refs: readonly {
                            readonly id?: string;
                            readonly name: string;
                            readonly reason?: string;
                            readonly status: string;
                        }[];
                        /** @constant */
                        readonly status: "imported";
                    };
                };
            };
        };
    };
    readonly getReposIdLog: {
        readonly parameters: {
            readonly query?: {
                /** @description Instead of ref: what any ref reaches. */
                readonly all?: boolean;
                /** @description A pattern that the author, "name <email>", matches. */
                readonly author?: string;
                /** @description Only commits with a changed line that matches this pattern (-G). */
                readonly changed_line?: string;
                /** @description The same of the committer. */
                readonly committer?: string;
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly first_parent?: boolean;
                /** @description Follow the file at path through renames. */
                readonly follow?: boolean;
                /** @description A pattern that a line of the message matches. */
                readonly grep?: string;
                readonly ignore_case?: boolean;
                readonly limit?: number;
                /** @description true: only merges; false: none. */
                readonly merges?: boolean;
                readonly offset?: number;
                readonly order?: "default" | "topo" | "date" | "author-date";
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                /** @description Only commits that change this file or folder; pathspecs are understood. */
                readonly path?: string;
                /** @description Instead of ref: revisions and ranges with spaces between, such as "v1.0..main ^topic". */
                readonly range?: string;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description How patterns are written. Default: basic. */
                readonly regex?: "basic" | "extended" | "fixed" | "perl";
                readonly reverse?: boolean;
                /** @description Another name of ref. */
                readonly sha?: string;
                /** @description RFC 3339, or as Git reads dates: "2 weeks ago". */
                readonly since?: string;
                /** @description Only commits that change how often this text stands in a file (-S). */
                readonly text?: string;
                readonly until?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Log"];
                };
            };
        };
    };
    readonly postReposIdMerge: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly allow_unrelated?: boolean;
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Change nothing and tell what would be; conflicts are then no error. */
                    readonly dry_run?: boolean;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @enum {string} */
                    readonly fast_forward?: "allow" | "only" | "never";
                    /**
                     * @description Whose lines win where lines conflict.
                     * @enum {string}
                     */
                    readonly favor?: "ours" | "theirs";
                    /** @description What is merged: a branch, tag or commit, or several. */
                    readonly from?: string | readonly string[];
                    readonly message?: string;
                    readonly renames?: boolean;
                    /** @description What is to stand at paths that conflict: content, a side, or null for nothing. */
                    readonly resolutions?: {
                        readonly [key: string]: {
                            readonly content: string;
                            /** @enum {string} */
                            readonly encoding?: "utf-8" | "base64";
                        } | {
                            /** @enum {string} */
                            readonly use: "base" | "ours" | "theirs";
                        } | null;
                    };
                    /** @description Another name of from. */
                    readonly source?: string;
                    /** @description An ordinary commit of the result instead of a merge. */
                    readonly squash?: boolean;
                    /** @enum {string} */
                    readonly strategy?: "ort" | "recursive" | "resolve" | "octopus" | "ours" | "subtree";
                    /** @description As -X of git merge. */
                    readonly strategy_options?: readonly string[];
                    /** @description Another name of to. */
                    readonly target?: string;
                    /** @description The branch that it is merged into. Default: the current one. */
                    readonly to?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Merged"];
                };
            };
        };
    };
    readonly getReposIdMergeBase: {
        readonly parameters: {
            readonly query: {
                /** @description Two or more, with commas between. */
                readonly revisions: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly merge_bases: readonly string[];
                        readonly revisions: readonly string[];
                    };
                };
            };
        };
    };
    readonly postReposIdMove: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly from: string;
                    readonly to: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly data: {
                            readonly from: string;
                            readonly to: string;
                        };
                        /** @constant */
                        readonly status: "moved";
                    };
                };
            };
        };
    };
    readonly getReposIdNotes: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                /** @description Which notes: a name below refs/notes/. Default: commits. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly notes: readonly components["schemas"]["Note"][];
                        readonly offset?: number;
                    };
                };
            };
        };
    };
    readonly getReposIdNotesObject: {
        readonly parameters: {
            readonly query?: {
                /** @description Which notes: a name below refs/notes/. Default: commits. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description A revision: an object id or what stands for one. */
                readonly object: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Note"];
                };
            };
        };
    };
    readonly putReposIdNotesObject: {
        readonly parameters: {
            readonly query?: {
                /** @description Which notes: a name below refs/notes/. Default: commits. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description A revision: an object id or what stands for one. */
                readonly object: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    readonly content: string;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @enum {string} */
                    readonly encoding?: "utf-8" | "base64";
                    /**
                     * @description Default: replace.
                     * @enum {string}
                     */
                    readonly mode?: "create" | "replace" | "append";
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Note"];
                };
            };
        };
    };
    readonly postReposIdNotesObject: {
        readonly parameters: {
            readonly query?: {
                /** @description Which notes: a name below refs/notes/. Default: commits. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description A revision: an object id or what stands for one. */
                readonly object: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    readonly content: string;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @enum {string} */
                    readonly encoding?: "utf-8" | "base64";
                    /**
                     * @description Default: create.
                     * @enum {string}
                     */
                    readonly mode?: "create" | "replace" | "append";
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Note"];
                };
            };
        };
    };
    readonly deleteReposIdNotesObject: {
        readonly parameters: {
            readonly query?: {
                /** @description Which notes: a name below refs/notes/. Default: commits. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description A revision: an object id or what stands for one. */
                readonly object: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                };
            };
        };
        readonly responses: {
            /** @description Done; there is nothing to tell. */
            readonly 204: {
                content?: never;
            };
        };
    };
    readonly getReposIdParallelRealities: {
        readonly parameters: {
            readonly query?: {
                /** @description Only those with a score of that name, the best first. */
                readonly by?: string;
                /** @description Which score is best. */
                readonly order?: "highest" | "lowest";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly realities: readonly components["schemas"]["Reality"][];
                        /** @description The best, where they are sorted by a score. */
                        readonly winner?: string | null;
                    };
                };
            };
        };
    };
    readonly postReposIdParallelRealities: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Another name of from. */
                    readonly base?: string;
                    /** @description The branch on which they stand, and to which they are published. Default: the current one. */
                    readonly branch?: string;
                    /** @description Names, in the original's spelling. */
                    readonly branches?: readonly string[];
                    /** @description So many, named by prefix and a number from 1. */
                    readonly count?: number;
                    /** @description Where they begin. Default: where their branch stands. */
                    readonly from?: string;
                    /** @description Default: reality-. */
                    readonly prefix?: string;
                    readonly realities?: readonly (string | {
                        /** @description Default: the current one. */
                        readonly branch?: string;
                        /** @description Branch, tag or commit. Default: HEAD. */
                        readonly from?: string;
                        /** @description Letters, digits, ".", "_" and "-", in up to four parts. */
                        readonly name: string;
                    })[];
                    /** @description How long one lives without being used. Default: 86400. */
                    readonly ttl_seconds?: number;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly realities: readonly components["schemas"]["Reality"][];
                        /** @description The best, where they are sorted by a score. */
                        readonly winner?: string | null;
                    };
                };
            };
        };
    };
    readonly deleteReposIdParallelRealities: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        /** @constant */
                        readonly status: "discarded";
                    };
                };
            };
        };
    };
    readonly getReposIdParallelRealitiesReality: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Reality"];
                };
            };
        };
    };
    readonly deleteReposIdParallelRealitiesReality: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly name: string;
                        /** @constant */
                        readonly status: "discarded";
                    };
                };
            };
        };
    };
    readonly postReposIdParallelRealitiesRealityApply: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Files to put, delete, move, edit; each sees those before it. */
                    readonly actions?: readonly components["schemas"]["FileAction"][];
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Content by path; null deletes. */
                    readonly changes?: {
                        readonly [key: string]: string | null;
                    };
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    readonly files?: readonly {
                        /** @description May be empty. */
                        readonly content: string;
                        /**
                         * @description Default: utf-8.
                         * @enum {string}
                         */
                        readonly encoding?: "utf-8" | "base64";
                        /**
                         * @description Default: that of the file that is there, else 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "120000";
                        readonly path: string;
                    }[];
                    readonly message?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description null: nothing changed. */
                        readonly commit: components["schemas"]["Commit"] | null;
                        readonly count: number;
                        readonly reality: string;
                        /** @constant */
                        readonly status: "applied";
                    };
                };
            };
        };
    };
    readonly getReposIdParallelRealitiesRealityBenchmark: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Benchmark"];
                };
            };
        };
    };
    readonly postReposIdParallelRealitiesRealityBenchmark: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly [key: string]: number;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Benchmark"];
                };
            };
        };
    };
    readonly getReposIdParallelRealitiesRealityDiff: {
        readonly parameters: {
            readonly query?: {
                readonly format?: "unified" | "patch" | "name-only";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftDiff"];
                };
            };
        };
    };
    readonly getReposIdParallelRealitiesRealityFilesPath: {
        readonly parameters: {
            readonly query?: {
                readonly raw?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftFile"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly postReposIdParallelRealitiesRealityGrep: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @default true */
                    readonly case_sensitive?: boolean;
                    /** @default 0 */
                    readonly context?: number;
                    /** @default false */
                    readonly invert_match?: boolean;
                    /**
                     * @description Lines at most.
                     * @default 1000
                     */
                    readonly limit?: number;
                    /** @description A pathspec. Default: all files. */
                    readonly path?: string;
                    readonly pattern: string;
                    /**
                     * @description The pattern is an extended expression of POSIX.
                     * @default false
                     */
                    readonly regex?: boolean;
                    /** @default false */
                    readonly word_regexp?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FoundLines"];
                };
            };
        };
    };
    readonly getReposIdParallelRealitiesRealityLog: {
        readonly parameters: {
            readonly query?: {
                /** @description Those from before it began, too. */
                readonly all?: boolean;
                readonly limit?: number;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftLog"];
                };
            };
        };
    };
    readonly postReposIdParallelRealitiesRealityPublish: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /**
                     * @description Whether all other realities end, too.
                     * @default false
                     */
                    readonly discard_others?: boolean;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description Default: the branch on which it stands. */
                    readonly into?: string;
                    /** @description Of a merge commit. */
                    readonly message?: string;
                    /**
                     * @description Default: merge, which fast-forwards where it can.
                     * @enum {string}
                     */
                    readonly strategy?: "fast-forward" | "merge" | "merge-commit";
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly after: string;
                        readonly before: string | null;
                        readonly branch: string;
                        readonly commit: components["schemas"]["Commit"];
                        readonly discarded: number;
                        readonly how: string;
                        readonly reality: string;
                        /** @constant */
                        readonly status: "published";
                    };
                };
            };
        };
    };
    readonly getReposIdParallelRealitiesRealityReadPath: {
        readonly parameters: {
            readonly query?: {
                readonly raw?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftFile"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly postReposIdParallelRealitiesRealityScores: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly [key: string]: number;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Benchmark"];
                };
            };
        };
    };
    readonly getReposIdParallelRealitiesRealityTree: {
        readonly parameters: {
            readonly query?: {
                readonly recursive?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["EntryList"];
                };
            };
        };
    };
    readonly getReposIdParallelRealitiesRealityTreePath: {
        readonly parameters: {
            readonly query?: {
                readonly recursive?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["EntryList"];
                };
            };
        };
    };
    readonly postReposIdParallelRealitiesRealityValidate: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Files that must be there. */
                    readonly required_paths?: readonly string[];
                    /** @description JSON Schemas by path glob. */
                    readonly schemas?: readonly components["schemas"]["FileRule"][];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Checked"];
                };
            };
        };
    };
    readonly getReposIdPolicies: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly policies: readonly components["schemas"]["Policy"][];
                    };
                };
            };
        };
    };
    readonly postReposIdPolicies: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly description?: string;
                    /**
                     * @description What holds without an answer. Default: deny.
                     * @enum {string}
                     */
                    readonly on_failure?: "deny" | "allow";
                    /** @description Globs: main, refs/tags/**. Default: all refs. */
                    readonly refs?: readonly string[];
                    /** @description Signs questions. It is never shown. */
                    readonly secret?: string;
                    /** @description Default: 5000. */
                    readonly timeout_ms?: number;
                    /** @description Is asked by POST with the changes; {"allow": false, "message": …} or 403 refuses. */
                    readonly url: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Policy"];
                };
            };
        };
    };
    readonly deleteReposIdPoliciesPolicyId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly policy_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly status: "success";
                    };
                };
            };
        };
    };
    readonly getReposIdReadPath: {
        readonly parameters: {
            readonly query?: {
                /** @description Answer the bytes themselves, of any size; ranges are understood. */
                readonly raw?: boolean;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description As the next commit would have it; ref then means nothing. */
                readonly staged?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["File"];
                    readonly "application/octet-stream": string;
                };
            };
            /** @description The part that was asked for. */
            readonly 206: {
                content: {
                    readonly "application/octet-stream": string;
                };
            };
            /** @description What the client has is still so. */
            readonly 304: {
                content?: never;
            };
        };
    };
    readonly getReposIdRealities: {
        readonly parameters: {
            readonly query?: {
                /** @description Only those with a score of that name, the best first. */
                readonly by?: string;
                /** @description Which score is best. */
                readonly order?: "highest" | "lowest";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly realities: readonly components["schemas"]["Reality"][];
                        /** @description The best, where they are sorted by a score. */
                        readonly winner?: string | null;
                    };
                };
            };
        };
    };
    readonly postReposIdRealities: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Another name of from. */
                    readonly base?: string;
                    /** @description The branch on which they stand, and to which they are published. Default: the current one. */
                    readonly branch?: string;
                    /** @description Names, in the original's spelling. */
                    readonly branches?: readonly string[];
                    /** @description So many, named by prefix and a number from 1. */
                    readonly count?: number;
                    /** @description Where they begin. Default: where their branch stands. */
                    readonly from?: string;
                    /** @description Default: reality-. */
                    readonly prefix?: string;
                    readonly realities?: readonly (string | {
                        /** @description Default: the current one. */
                        readonly branch?: string;
                        /** @description Branch, tag or commit. Default: HEAD. */
                        readonly from?: string;
                        /** @description Letters, digits, ".", "_" and "-", in up to four parts. */
                        readonly name: string;
                    })[];
                    /** @description How long one lives without being used. Default: 86400. */
                    readonly ttl_seconds?: number;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly realities: readonly components["schemas"]["Reality"][];
                        /** @description The best, where they are sorted by a score. */
                        readonly winner?: string | null;
                    };
                };
            };
        };
    };
    readonly deleteReposIdRealities: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        /** @constant */
                        readonly status: "discarded";
                    };
                };
            };
        };
    };
    readonly getReposIdRealitiesReality: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Reality"];
                };
            };
        };
    };
    readonly deleteReposIdRealitiesReality: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly name: string;
                        /** @constant */
                        readonly status: "discarded";
                    };
                };
            };
        };
    };
    readonly postReposIdRealitiesRealityApply: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Files to put, delete, move, edit; each sees those before it. */
                    readonly actions?: readonly components["schemas"]["FileAction"][];
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Content by path; null deletes. */
                    readonly changes?: {
                        readonly [key: string]: string | null;
                    };
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    readonly files?: readonly {
                        /** @description May be empty. */
                        readonly content: string;
                        /**
                         * @description Default: utf-8.
                         * @enum {string}
                         */
                        readonly encoding?: "utf-8" | "base64";
                        /**
                         * @description Default: that of the file that is there, else 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "120000";
                        readonly path: string;
                    }[];
                    readonly message?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description null: nothing changed. */
                        readonly commit: components["schemas"]["Commit"] | null;
                        readonly count: number;
                        readonly reality: string;
                        /** @constant */
                        readonly status: "applied";
                    };
                };
            };
        };
    };
    readonly getReposIdRealitiesRealityBenchmark: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Benchmark"];
                };
            };
        };
    };
    readonly postReposIdRealitiesRealityBenchmark: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly [key: string]: number;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Benchmark"];
                };
            };
        };
    };
    readonly getReposIdRealitiesRealityDiff: {
        readonly parameters: {
            readonly query?: {
                readonly format?: "unified" | "patch" | "name-only";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftDiff"];
                };
            };
        };
    };
    readonly getReposIdRealitiesRealityFilesPath: {
        readonly parameters: {
            readonly query?: {
                readonly raw?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftFile"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly postReposIdRealitiesRealityGrep: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @default true */
                    readonly case_sensitive?: boolean;
                    /** @default 0 */
                    readonly context?: number;
                    /** @default false */
                    readonly invert_match?: boolean;
                    /**
                     * @description Lines at most.
                     * @default 1000
                     */
                    readonly limit?: number;
                    /** @description A pathspec. Default: all files. */
                    readonly path?: string;
                    readonly pattern: string;
                    /**
                     * @description The pattern is an extended expression of POSIX.
                     * @default false
                     */
                    readonly regex?: boolean;
                    /** @default false */
                    readonly word_regexp?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FoundLines"];
                };
            };
        };
    };
    readonly getReposIdRealitiesRealityLog: {
        readonly parameters: {
            readonly query?: {
                /** @description Those from before it began, too. */
                readonly all?: boolean;
                readonly limit?: number;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftLog"];
                };
            };
        };
    };
    readonly postReposIdRealitiesRealityPublish: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /**
                     * @description Whether all other realities end, too.
                     * @default false
                     */
                    readonly discard_others?: boolean;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description Default: the branch on which it stands. */
                    readonly into?: string;
                    /** @description Of a merge commit. */
                    readonly message?: string;
                    /**
                     * @description Default: merge, which fast-forwards where it can.
                     * @enum {string}
                     */
                    readonly strategy?: "fast-forward" | "merge" | "merge-commit";
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly after: string;
                        readonly before: string | null;
                        readonly branch: string;
                        readonly commit: components["schemas"]["Commit"];
                        readonly discarded: number;
                        readonly how: string;
                        readonly reality: string;
                        /** @constant */
                        readonly status: "published";
                    };
                };
            };
        };
    };
    readonly getReposIdRealitiesRealityReadPath: {
        readonly parameters: {
            readonly query?: {
                readonly raw?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftFile"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly postReposIdRealitiesRealityScores: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly [key: string]: number;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Benchmark"];
                };
            };
        };
    };
    readonly getReposIdRealitiesRealityTree: {
        readonly parameters: {
            readonly query?: {
                readonly recursive?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["EntryList"];
                };
            };
        };
    };
    readonly getReposIdRealitiesRealityTreePath: {
        readonly parameters: {
            readonly query?: {
                readonly recursive?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["EntryList"];
                };
            };
        };
    };
    readonly postReposIdRealitiesRealityValidate: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The id or the name of a reality. */
                readonly reality: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Files that must be there. */
                    readonly required_paths?: readonly string[];
                    /** @description JSON Schemas by path glob. */
                    readonly schemas?: readonly components["schemas"]["FileRule"][];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Checked"];
                };
            };
        };
    };
    readonly postReposIdRebase: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    readonly autosquash?: boolean;
                    /** @description Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Change nothing and tell what would be; conflicts are then no error. */
                    readonly dry_run?: boolean;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    readonly force?: boolean;
                    /**
                     * @description Send a todo list instead.
                     * @constant
                     */
                    readonly interactive?: false;
                    readonly keep_empty?: boolean;
                    /**
                     * @description What happens where it stops: 409 and nothing is changed, or 202 and it is kept, to be gone on with under R/sequences/{sequence}.
                     * @default refuse
                     * @enum {string}
                     */
                    readonly on_conflict?: "refuse" | "stop";
                    /** @description Where the commits go. */
                    readonly onto: string;
                    readonly rebase_merges?: boolean;
                    /** @description What is to stand at paths that conflict: content, a side, or null for nothing. */
                    readonly resolutions?: {
                        readonly [key: string]: {
                            readonly content: string;
                            /** @enum {string} */
                            readonly encoding?: "utf-8" | "base64";
                        } | {
                            /** @enum {string} */
                            readonly use: "base" | "ours" | "theirs";
                        } | null;
                    };
                    readonly strategy_options?: readonly string[];
                    /** @description The list to follow, in the words of git rebase -i: pick, squash, fixup, drop, merge, label, reset, update-ref; with on_conflict "stop" also edit and break. */
                    readonly todo?: string;
                    /** @description Move other branches that point at rebased commits too. */
                    readonly update_refs?: boolean;
                    /** @description What the branch is compared with. Default: onto. */
                    readonly upstream?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly clean: boolean;
                        /** @description As they are now, in the order in which they were made. */
                        readonly commits: readonly components["schemas"]["Commit"][];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run: boolean;
                        readonly messages: readonly string[];
                        readonly new_head?: string;
                        readonly old_head: string;
                        /**
                         * @description Why it stopped.
                         * @enum {string}
                         */
                        readonly reason?: "conflict" | "empty" | "edit" | "break" | "merge" | "exec";
                        readonly rebased_count: number;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {string} */
                        readonly status: "done" | "conflicts" | "stopped";
                        readonly stopped_at?: string;
                    };
                };
            };
            /** @description Accepted. */
            readonly 202: {
                content: {
                    readonly "application/json": {
                        readonly clean: boolean;
                        /** @description As they are now, in the order in which they were made. */
                        readonly commits: readonly components["schemas"]["Commit"][];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run: boolean;
                        readonly messages: readonly string[];
                        readonly new_head?: string;
                        readonly old_head: string;
                        /**
                         * @description Why it stopped.
                         * @enum {string}
                         */
                        readonly reason?: "conflict" | "empty" | "edit" | "break" | "merge" | "exec";
                        readonly rebased_count: number;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {string} */
                        readonly status: "done" | "conflicts" | "stopped";
                        readonly stopped_at?: string;
                    };
                };
            };
        };
    };
    readonly deleteReposIdRemovePath: {
        readonly parameters: {
            readonly query?: {
                /** @description Of the commit. Default: the current one. */
                readonly branch?: string;
                /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                readonly expected_head?: string;
                /** @description Commits the change. Without it, the change is staged. */
                readonly message?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Of the commit. Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Commits the change. Without it, the change is staged. */
                    readonly message?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly postReposIdReset: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the current one. */
                    readonly branch?: string;
                    /** @description Another name of target. */
                    readonly commit?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /**
                     * @description soft keeps what is staged, the others forget it.
                     * @default mixed
                     * @enum {string}
                     */
                    readonly mode?: "soft" | "mixed" | "hard";
                    /** @description Default: HEAD. */
                    readonly target?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @enum {string} */
                        readonly mode: "soft" | "mixed" | "hard";
                        readonly new_head: string;
                        /** @description Empty for a branch without commits. */
                        readonly old_head: string;
                        readonly tree: string;
                    };
                };
            };
        };
    };
    readonly postReposIdRevert: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly allow_empty?: boolean;
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the current one. */
                    readonly branch?: string;
                    /** @description A commit, or a range such as main..topic. */
                    readonly commit?: string;
                    /** @description Several, in this order. */
                    readonly commits?: readonly string[];
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Change nothing and tell what would be; conflicts are then no error. */
                    readonly dry_run?: boolean;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Make commits that became empty. */
                    readonly keep_redundant?: boolean;
                    /** @description The parent of merges, from 1, against which they are a change. */
                    readonly mainline?: number;
                    /**
                     * @description What happens where it stops: 409 and nothing is changed, or 202 and it is kept, to be gone on with under R/sequences/{sequence}.
                     * @default refuse
                     * @enum {string}
                     */
                    readonly on_conflict?: "refuse" | "stop";
                    /** @description Say in the message where a commit was picked from. */
                    readonly record_origin?: boolean;
                    /** @description What is to stand at paths that conflict: content, a side, or null for nothing. */
                    readonly resolutions?: {
                        readonly [key: string]: {
                            readonly content: string;
                            /** @enum {string} */
                            readonly encoding?: "utf-8" | "base64";
                        } | {
                            /** @enum {string} */
                            readonly use: "base" | "ours" | "theirs";
                        } | null;
                    };
                    readonly strategy_options?: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        readonly commits: readonly {
                            readonly commit: components["schemas"]["Commit"];
                            readonly from: string;
                            readonly to: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {string} */
                        readonly status: "done" | "conflicts" | "empty";
                        /** @description The commit that conflicts or is empty. */
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        readonly commits: readonly {
                            readonly commit: components["schemas"]["Commit"];
                            readonly from: string;
                            readonly to: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {string} */
                        readonly status: "done" | "conflicts" | "empty";
                        /** @description The commit that conflicts or is empty. */
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
            /** @description Accepted. */
            readonly 202: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        readonly commits: readonly {
                            readonly commit: components["schemas"]["Commit"];
                            readonly from: string;
                            readonly to: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {string} */
                        readonly status: "done" | "conflicts" | "empty";
                        /** @description The commit that conflicts or is empty. */
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
        };
    };
    readonly getReposIdRules: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly rules: readonly components["schemas"]["Rule"][];
                    };
                };
            };
        };
    };
    readonly postReposIdRules: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: all. */
                    readonly actions?: readonly ("create" | "update" | "force" | "delete")[];
                    readonly description?: string;
                    /** @enum {string} */
                    readonly effect: "allow" | "deny";
                    /** @description Patterns of paths. Default: the rule is about the refs themselves. */
                    readonly paths?: readonly string[];
                    /** @description Patterns of full names: refs/heads/main, refs/heads/release/*, refs/tags/**. */
                    readonly refs: readonly string[];
                    readonly roles?: readonly string[];
                    /** @description Ids. With roles empty too: everybody. */
                    readonly users?: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Rule"];
                };
            };
        };
    };
    readonly deleteReposIdRulesRuleId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly rule_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly postReposIdSearchAggregate: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly group_by: readonly ("author" | "email" | "day" | "month" | "year" | "weekday" | "hour")[];
                    /** @description Only commits whose message has a line that matches. */
                    readonly query?: string;
                    /** @description Default: all refs. */
                    readonly ref?: string;
                    readonly time_range?: {
                        readonly since?: string;
                        readonly until?: string;
                    };
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly groups: readonly {
                            readonly count: number;
                            /** Format: date-time */
                            readonly first: string;
                            readonly key: {
                                readonly [key: string]: string;
                            };
                            /** Format: date-time */
                            readonly last: string;
                        }[];
                        readonly total: number;
                    };
                };
            };
        };
    };
    readonly getReposIdSearchCommits: {
        readonly parameters: {
            readonly query?: {
                readonly author?: string;
                readonly case_sensitive?: boolean;
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                /** @description Another name of query. */
                readonly q?: string;
                /** @description What is looked for. */
                readonly query?: string;
                /** @description Default: all refs. */
                readonly ref?: string;
                /** @description Whether it is an extended expression. */
                readonly regex?: boolean;
                readonly since?: string;
                readonly until?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more: boolean;
                        readonly limit: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset: number;
                        readonly query: string;
                        readonly results: readonly components["schemas"]["FoundCommit"][];
                        /** @description Found so far: all, where has_more is false. */
                        readonly total: number;
                    };
                };
            };
        };
    };
    readonly getReposIdSearchContent: {
        readonly parameters: {
            readonly query?: {
                readonly case_sensitive?: boolean;
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                /** @description Only this file or folder. */
                readonly path?: string;
                /** @description Another name of query. */
                readonly q?: string;
                /** @description What is looked for. */
                readonly query?: string;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description Whether it is an extended expression. */
                readonly regex?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more: boolean;
                        readonly limit: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset: number;
                        readonly query: string;
                        readonly results: readonly {
                            readonly after?: readonly string[];
                            readonly before?: readonly string[];
                            /** @description From 1, in bytes. */
                            readonly column: number;
                            readonly content: string;
                            /** @description From 1. */
                            readonly line: number;
                            /** @description Where in the line, in bytes. */
                            readonly matches: readonly {
                                readonly end: number;
                                readonly start: number;
                            }[];
                            readonly path: string;
                            readonly preview?: string;
                            readonly ref: string;
                        }[];
                        /** @description Found so far: all, where has_more is false. */
                        readonly total: number;
                    };
                };
            };
        };
    };
    readonly getReposIdSearchFiles: {
        readonly parameters: {
            readonly query?: {
                readonly case_sensitive?: boolean;
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                /** @description Another name of query. */
                readonly q?: string;
                /** @description What is looked for. */
                readonly query?: string;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description Whether it is an extended expression. */
                readonly regex?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more: boolean;
                        readonly limit: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset: number;
                        readonly query: string;
                        readonly results: readonly {
                            readonly matches: readonly {
                                readonly end: number;
                                readonly start: number;
                            }[];
                            readonly mode: string;
                            readonly path: string;
                            readonly ref: string;
                            readonly size?: number;
                        }[];
                        /** @description Found so far: all, where has_more is false. */
                        readonly total: number;
                    };
                };
            };
        };
    };
    readonly postReposIdSearchFulltext: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                    readonly cursor?: string;
                    /** @description Ends of names, such as "ts". */
                    readonly file_types?: readonly string[];
                    /** @default 120 */
                    readonly highlight_length?: number;
                    readonly include_content?: boolean;
                    /** @default 50 */
                    readonly limit?: number;
                    readonly max_size?: number;
                    readonly min_score?: number;
                    readonly offset?: number;
                    /** @description Instead of offset: pages of limit items, from 1. */
                    readonly page?: number;
                    readonly query: string;
                    /** @description Branch, tag or commit. Default: HEAD. */
                    readonly ref?: string;
                    /**
                     * @default score
                     * @enum {string}
                     */
                    readonly sort_by?: "score" | "path" | "size";
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count?: number;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset?: number;
                        readonly query: string;
                        readonly results: readonly {
                            readonly content?: string;
                            readonly highlights: readonly {
                                readonly line: number;
                                readonly text: string;
                            }[];
                            readonly id?: string;
                            readonly path: string;
                            readonly score: number;
                            readonly size: number;
                        }[];
                        readonly total: number;
                    };
                };
            };
        };
    };
    readonly postReposIdSearchRebuild: {
        readonly parameters: {
            readonly query?: {
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly message: string;
                        /** @constant */
                        readonly status: "rebuilt";
                    };
                };
            };
        };
    };
    readonly postReposIdSearchSql: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description SELECT … FROM files | content | commits | branches | tags [WHERE …] [GROUP BY …] [HAVING …] [ORDER BY …] [LIMIT n] [OFFSET n].
                     * @example SELECT author, COUNT(*) AS commits FROM commits GROUP BY author ORDER BY commits DESC
                     */
                    readonly query: string;
                    /** @description Whose files, and from where commits. Default: HEAD. */
                    readonly ref?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly columns: readonly string[];
                        readonly count: number;
                        /** @description Whether there are more than the limit; an answer has at most 10000 rows. */
                        readonly has_more: boolean;
                        readonly query: string;
                        /** @description The same by column. */
                        readonly results: readonly {
                            readonly [key: string]: string | number | boolean | null;
                        }[];
                        /** @description In the order of the columns. */
                        readonly rows: readonly (readonly (string | number | boolean | null)[])[];
                        /** @description Rows of the table that were looked at. */
                        readonly scanned: number;
                    };
                };
            };
        };
    };
    readonly getReposIdSearchStatistics: {
        readonly parameters: {
            readonly query?: {
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly branches: number;
                        readonly by_extension: readonly {
                            readonly bytes: number;
                            readonly extension: string;
                            readonly files: number;
                            readonly lines: number;
                        }[];
                        readonly bytes: number;
                        readonly commits: number;
                        readonly distinct_words: number;
                        /** @description That are searched. */
                        readonly files: number;
                        readonly lines: number;
                        /** @description Binary, or too large to be searched. */
                        readonly skipped_files: number;
                        readonly tags: number;
                        readonly words: number;
                    };
                };
            };
        };
    };
    readonly getReposIdSearchSuggestions: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                readonly q?: string;
                readonly query?: string;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly limit: number;
                        readonly query: string;
                        readonly suggestions: readonly string[];
                    };
                };
            };
        };
    };
    readonly getReposIdSequences: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly sequences: readonly {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        }[];
                    };
                };
            };
        };
    };
    readonly getReposIdSequencesSequence: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly sequence: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        /** @description Of a rebase commits; else pairs of what was replayed and what came of it. */
                        readonly commits?: readonly {
                            readonly author?: string;
                            /** @description Of a new commit: the branch that it is on. */
                            readonly branch?: string;
                            readonly commit?: components["schemas"]["Commit"];
                            readonly committer?: components["schemas"]["Signature"];
                            readonly email?: string;
                            readonly from?: string;
                            readonly hash?: string;
                            readonly message?: string;
                            /** @description The first parent. */
                            readonly parent?: string;
                            readonly parents?: readonly string[];
                            /** Format: date-time */
                            readonly timestamp?: string;
                            readonly to?: string;
                            readonly tree?: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run?: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed?: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        readonly new_head?: string;
                        readonly old_head?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /**
                         * @description Why it stopped.
                         * @enum {string}
                         */
                        readonly reason?: "conflict" | "empty" | "edit" | "break" | "merge" | "exec";
                        readonly rebased_count?: number;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {unknown} */
                        readonly status: "done" | "conflicts" | "empty" | "stopped";
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
        };
    };
    readonly deleteReposIdSequencesSequence: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly sequence: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @constant */
                        readonly status: "aborted";
                    };
                };
            };
        };
    };
    readonly postReposIdSequencesSequenceAbort: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly sequence: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        /** @constant */
                        readonly status: "aborted";
                    };
                };
            };
        };
    };
    readonly postReposIdSequencesSequenceContinue: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly sequence: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Files to put, delete, move, edit; each sees those before it. */
                    readonly actions?: readonly components["schemas"]["FileAction"][];
                    /**
                     * @description Commit although nothing changes.
                     * @default false
                     */
                    readonly allow_empty?: boolean;
                    /** @description Content by path; null deletes. */
                    readonly changes?: {
                        readonly [key: string]: string | null;
                    };
                    readonly files?: readonly {
                        /** @description May be empty. */
                        readonly content: string;
                        /**
                         * @description Default: utf-8.
                         * @enum {string}
                         */
                        readonly encoding?: "utf-8" | "base64";
                        /**
                         * @description Default: that of the file that is there, else 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "120000";
                        readonly path: string;
                    }[];
                    /** @description Of the commit. Default: the one that it had. */
                    readonly message?: string;
                    /** @description What is to stand at the paths in conflict, all of them: content, a side, or null for nothing. */
                    readonly resolutions?: {
                        readonly [key: string]: {
                            readonly content: string;
                            /** @enum {string} */
                            readonly encoding?: "utf-8" | "base64";
                        } | {
                            /** @enum {string} */
                            readonly use: "base" | "ours" | "theirs";
                        } | null;
                    };
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        /** @description Of a rebase commits; else pairs of what was replayed and what came of it. */
                        readonly commits?: readonly {
                            readonly author?: string;
                            /** @description Of a new commit: the branch that it is on. */
                            readonly branch?: string;
                            readonly commit?: components["schemas"]["Commit"];
                            readonly committer?: components["schemas"]["Signature"];
                            readonly email?: string;
                            readonly from?: string;
                            readonly hash?: string;
                            readonly message?: string;
                            /** @description The first parent. */
                            readonly parent?: string;
                            readonly parents?: readonly string[];
                            /** Format: date-time */
                            readonly timestamp?: string;
                            readonly to?: string;
                            readonly tree?: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run?: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed?: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        readonly new_head?: string;
                        readonly old_head?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /**
                         * @description Why it stopped.
                         * @enum {string}
                         */
                        readonly reason?: "conflict" | "empty" | "edit" | "break" | "merge" | "exec";
                        readonly rebased_count?: number;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {unknown} */
                        readonly status: "done" | "conflicts" | "empty" | "stopped";
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
            /** @description Accepted. */
            readonly 202: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        /** @description Of a rebase commits; else pairs of what was replayed and what came of it. */
                        readonly commits?: readonly {
                            readonly author?: string;
                            /** @description Of a new commit: the branch that it is on. */
                            readonly branch?: string;
                            readonly commit?: components["schemas"]["Commit"];
                            readonly committer?: components["schemas"]["Signature"];
                            readonly email?: string;
                            readonly from?: string;
                            readonly hash?: string;
                            readonly message?: string;
                            /** @description The first parent. */
                            readonly parent?: string;
                            readonly parents?: readonly string[];
                            /** Format: date-time */
                            readonly timestamp?: string;
                            readonly to?: string;
                            readonly tree?: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run?: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed?: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        readonly new_head?: string;
                        readonly old_head?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /**
                         * @description Why it stopped.
                         * @enum {string}
                         */
                        readonly reason?: "conflict" | "empty" | "edit" | "break" | "merge" | "exec";
                        readonly rebased_count?: number;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {unknown} */
                        readonly status: "done" | "conflicts" | "empty" | "stopped";
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
        };
    };
    readonly postReposIdSequencesSequenceSkip: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly sequence: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        /** @description Of a rebase commits; else pairs of what was replayed and what came of it. */
                        readonly commits?: readonly {
                            readonly author?: string;
                            /** @description Of a new commit: the branch that it is on. */
                            readonly branch?: string;
                            readonly commit?: components["schemas"]["Commit"];
                            readonly committer?: components["schemas"]["Signature"];
                            readonly email?: string;
                            readonly from?: string;
                            readonly hash?: string;
                            readonly message?: string;
                            /** @description The first parent. */
                            readonly parent?: string;
                            readonly parents?: readonly string[];
                            /** Format: date-time */
                            readonly timestamp?: string;
                            readonly to?: string;
                            readonly tree?: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run?: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed?: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        readonly new_head?: string;
                        readonly old_head?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /**
                         * @description Why it stopped.
                         * @enum {string}
                         */
                        readonly reason?: "conflict" | "empty" | "edit" | "break" | "merge" | "exec";
                        readonly rebased_count?: number;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {unknown} */
                        readonly status: "done" | "conflicts" | "empty" | "stopped";
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
            /** @description Accepted. */
            readonly 202: {
                content: {
                    readonly "application/json": {
                        readonly author?: string;
                        readonly clean: boolean;
                        /** @description Of a rebase commits; else pairs of what was replayed and what came of it. */
                        readonly commits?: readonly {
                            readonly author?: string;
                            /** @description Of a new commit: the branch that it is on. */
                            readonly branch?: string;
                            readonly commit?: components["schemas"]["Commit"];
                            readonly committer?: components["schemas"]["Signature"];
                            readonly email?: string;
                            readonly from?: string;
                            readonly hash?: string;
                            readonly message?: string;
                            /** @description The first parent. */
                            readonly parent?: string;
                            readonly parents?: readonly string[];
                            /** Format: date-time */
                            readonly timestamp?: string;
                            readonly to?: string;
                            readonly tree?: string;
                        }[];
                        readonly conflicts: readonly components["schemas"]["Conflict"][];
                        readonly dry_run?: boolean;
                        readonly email?: string;
                        /** @description By all of them together. */
                        readonly files_changed?: readonly string[];
                        readonly head?: string;
                        readonly message?: string;
                        readonly messages: readonly string[];
                        readonly new_commit?: string;
                        readonly new_head?: string;
                        readonly old_head?: string;
                        /** @description Of a cherry-pick: the last one that was picked. */
                        readonly original_commit?: string;
                        /**
                         * @description Why it stopped.
                         * @enum {string}
                         */
                        readonly reason?: "conflict" | "empty" | "edit" | "break" | "merge" | "exec";
                        readonly rebased_count?: number;
                        /** @description Of a revert: the last one that was reverted. */
                        readonly reverted_commit?: string;
                        /** @description With "on_conflict": "stop": what continues, skips and aborts it. */
                        readonly sequence?: {
                            readonly branch: string;
                            /** Format: date-time */
                            readonly created_at?: string;
                            /**
                             * Format: date-time
                             * @description Each use moves it.
                             */
                            readonly expires_at: string;
                            readonly id: string;
                            /** @enum {string} */
                            readonly kind: "cherry-pick" | "revert" | "rebase";
                            readonly owner?: string;
                        };
                        /** @enum {unknown} */
                        readonly status: "done" | "conflicts" | "empty" | "stopped";
                        readonly stopped_at?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                    };
                };
            };
        };
    };
    readonly getReposIdShowCommit: {
        readonly parameters: {
            readonly query?: {
                readonly algorithm?: "myers" | "minimal" | "patience" | "histogram";
                /** @description Lines around changes. Default: 3. */
                readonly context?: number;
                /** @description With all files of the commit. */
                readonly files?: boolean;
                /** @description Kinds of changes, as letters of --diff-filter. */
                readonly filter?: string;
                /** @description Show whole functions. */
                readonly function_context?: boolean;
                /** @description Only this file or folder; pathspecs are understood. */
                readonly path?: string;
                /** @description In percent. Default: 50. */
                readonly rename_score?: number;
                readonly renames?: "off" | "renames" | "copies";
                /** @description White space that does not count. */
                readonly whitespace?: "all" | "change" | "eol" | "cr-eol" | "blank-lines";
            };
            readonly path: {
                /** @description A revision: an object id or what stands for one. */
                readonly commit: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["ShownCommit"];
                };
            };
        };
    };
    readonly getReposIdStash: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset?: number;
                        readonly stashes: readonly components["schemas"]["Stash"][];
                    };
                };
            };
        };
    };
    readonly postReposIdStash: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description Without effect: there is no worktree. */
                    readonly include_untracked?: boolean;
                    readonly message?: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Stash"];
                };
            };
        };
    };
    readonly getReposIdStashStashId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Stash"];
                };
            };
        };
    };
    readonly deleteReposIdStashStashId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly files?: readonly string[];
                        readonly id: string;
                        /** @enum {string} */
                        readonly status: "applied" | "popped" | "dropped" | "branched";
                    };
                };
            };
        };
    };
    readonly postReposIdStashStashIdApply: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description And drop it. */
                    readonly drop?: boolean;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly files?: readonly string[];
                        readonly id: string;
                        /** @enum {string} */
                        readonly status: "applied" | "popped" | "dropped" | "branched";
                    };
                };
            };
        };
    };
    readonly postReposIdStashStashIdBranch: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly files?: readonly string[];
                        readonly id: string;
                        /** @enum {string} */
                        readonly status: "applied" | "popped" | "dropped" | "branched";
                    };
                };
            };
        };
    };
    readonly postReposIdStashStashIdPop: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly files?: readonly string[];
                        readonly id: string;
                        /** @enum {string} */
                        readonly status: "applied" | "popped" | "dropped" | "branched";
                    };
                };
            };
        };
    };
    readonly getReposIdStashes: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset?: number;
                        readonly stashes: readonly components["schemas"]["Stash"][];
                    };
                };
            };
        };
    };
    readonly postReposIdStashes: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description Without effect: there is no worktree. */
                    readonly include_untracked?: boolean;
                    readonly message?: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Stash"];
                };
            };
        };
    };
    readonly getReposIdStashesStashId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Stash"];
                };
            };
        };
    };
    readonly deleteReposIdStashesStashId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly files?: readonly string[];
                        readonly id: string;
                        /** @enum {string} */
                        readonly status: "applied" | "popped" | "dropped" | "branched";
                    };
                };
            };
        };
    };
    readonly postReposIdStashesStashIdApply: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description And drop it. */
                    readonly drop?: boolean;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly files?: readonly string[];
                        readonly id: string;
                        /** @enum {string} */
                        readonly status: "applied" | "popped" | "dropped" | "branched";
                    };
                };
            };
        };
    };
    readonly postReposIdStashesStashIdBranch: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly files?: readonly string[];
                        readonly id: string;
                        /** @enum {string} */
                        readonly status: "applied" | "popped" | "dropped" | "branched";
                    };
                };
            };
        };
    };
    readonly postReposIdStashesStashIdPop: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly files?: readonly string[];
                        readonly id: string;
                        /** @enum {string} */
                        readonly status: "applied" | "popped" | "dropped" | "branched";
                    };
                };
            };
        };
    };
    readonly getReposIdStatus: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description The branch that HEAD names; "" when it names none. */
                        readonly branch: string;
                        /** @description The staged paths with what happens to them. */
                        readonly changes?: readonly {
                            readonly path: string;
                            /** @enum {string} */
                            readonly status: "added" | "modified" | "deleted";
                        }[];
                        readonly clean: boolean;
                        /** @description Those of the staged paths that are removals. */
                        readonly deleted?: readonly string[];
                        /** @description The commit of HEAD; absent where there is none. */
                        readonly head?: string;
                        /** @description Always empty: there is no worktree. */
                        readonly modified: readonly string[];
                        readonly staged: readonly string[];
                        /** @description Always empty: there is no worktree. */
                        readonly untracked: readonly string[];
                    };
                };
            };
        };
    };
    readonly getReposIdTags: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset?: number;
                        readonly tags: readonly components["schemas"]["Tag"][];
                    };
                };
            };
        };
    };
    readonly postReposIdTags: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Makes an annotated tag. */
                    readonly message?: string;
                    readonly name: string;
                    /** @description Default: whoever is signed in, else the author of the commit. */
                    readonly tagger?: {
                        readonly email: string;
                        readonly name: string;
                    };
                    /** @description Branch, tag or commit. Default: HEAD. */
                    readonly target?: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["CreatedTag"];
                };
            };
        };
    };
    readonly getReposIdTagsTag: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The name of a tag; may hold slashes. */
                readonly tag: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["TagDetail"];
                };
            };
        };
    };
    readonly deleteReposIdTagsTag: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The name of a tag; may hold slashes. */
                readonly tag: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly name: string;
                        /** @constant */
                        readonly status: "deleted";
                    };
                };
            };
        };
    };
    readonly getReposIdTimeTravelTimestamp: {
        readonly parameters: {
            readonly query?: {
                /** @description reflog: where the ref stood then; without a reflog, and with commit-date: the newest commit made by then. */
                readonly by?: "reflog" | "commit-date";
                /** @description Branch or other ref. Default: the current branch. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description A time by RFC 3339, or seconds since 1970. */
                readonly timestamp: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @enum {string} */
                        readonly by: "reflog" | "commit-date";
                        readonly commit: components["schemas"]["Commit"];
                        /** @description Whether the reflog goes back that far; else it is the oldest that it knows. */
                        readonly is_exact: boolean;
                        readonly ref: string;
                        readonly snapshot: {
                            readonly commit: string;
                            readonly files_count: number;
                        };
                        /** Format: date-time */
                        readonly timestamp: string;
                        readonly unix?: number;
                    };
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly getReposIdTimeTravelTimestampFilesPath: {
        readonly parameters: {
            readonly query?: {
                /** @description reflog: where the ref stood then; without a reflog, and with commit-date: the newest commit made by then. */
                readonly by?: "reflog" | "commit-date";
                /** @description Answer the bytes themselves. */
                readonly raw?: boolean;
                /** @description Branch or other ref. Default: the current branch. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description A time by RFC 3339, or seconds since 1970. */
                readonly timestamp: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["PastFile"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly getReposIdTimeTravelTimestampLog: {
        readonly parameters: {
            readonly query?: {
                /** @description reflog: where the ref stood then; without a reflog, and with commit-date: the newest commit made by then. */
                readonly by?: "reflog" | "commit-date";
                readonly limit?: number;
                /** @description Branch or other ref. Default: the current branch. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description A time by RFC 3339, or seconds since 1970. */
                readonly timestamp: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @enum {string} */
                        readonly by?: "reflog" | "commit-date";
                        readonly commit?: string;
                        readonly commits: readonly components["schemas"]["Commit"][];
                        readonly count: number;
                        /** @description Whether the reflog goes back that far; else it is the oldest that it knows. */
                        readonly is_exact?: boolean;
                        readonly ref?: string;
                        /** Format: date-time */
                        readonly timestamp?: string;
                        readonly unix?: number;
                    };
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly getReposIdTimeTravelTimestampReadPath: {
        readonly parameters: {
            readonly query?: {
                /** @description reflog: where the ref stood then; without a reflog, and with commit-date: the newest commit made by then. */
                readonly by?: "reflog" | "commit-date";
                /** @description Answer the bytes themselves. */
                readonly raw?: boolean;
                /** @description Branch or other ref. Default: the current branch. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description A time by RFC 3339, or seconds since 1970. */
                readonly timestamp: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["PastFile"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly getReposIdTimeTravelTimestampTree: {
        readonly parameters: {
            readonly query?: {
                /** @description reflog: where the ref stood then; without a reflog, and with commit-date: the newest commit made by then. */
                readonly by?: "reflog" | "commit-date";
                readonly recursive?: boolean;
                /** @description Branch or other ref. Default: the current branch. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description A time by RFC 3339, or seconds since 1970. */
                readonly timestamp: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["PastEntryList"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly getReposIdTimeTravelTimestampTreePath: {
        readonly parameters: {
            readonly query?: {
                /** @description reflog: where the ref stood then; without a reflog, and with commit-date: the newest commit made by then. */
                readonly by?: "reflog" | "commit-date";
                readonly recursive?: boolean;
                /** @description Branch or other ref. Default: the current branch. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description A time by RFC 3339, or seconds since 1970. */
                readonly timestamp: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["PastEntryList"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly getReposIdTransaction: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly transactions: readonly components["schemas"]["Transaction"][];
                    };
                };
            };
        };
    };
    readonly postReposIdTransaction: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: the current one. It need not exist. */
                    readonly branch?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description How long it lives without being used. Default: 3600. */
                    readonly ttl_seconds?: number;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Transaction"];
                };
            };
        };
    };
    readonly getReposIdTransactionTxId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Transaction"];
                };
            };
        };
    };
    readonly deleteReposIdTransactionTxId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many paths are staged. */
                        readonly changes?: number;
                        readonly count?: number;
                        readonly id?: string;
                        /** @constant */
                        readonly status: "rolled back";
                    };
                };
            };
        };
    };
    readonly postReposIdTransactionTxIdAdd: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description May be empty. */
                    readonly content: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /**
                     * @description Default: that of the file that is there, else 100644.
                     * @enum {string}
                     */
                    readonly mode?: "100644" | "100755" | "120000";
                    readonly path: string;
                } | {
                    /** @description Files to put, delete, move, edit; each sees those before it. */
                    readonly actions?: readonly components["schemas"]["FileAction"][];
                    /** @description Content by path; null deletes. */
                    readonly changes?: {
                        readonly [key: string]: string | null;
                    };
                    readonly files?: readonly {
                        /** @description May be empty. */
                        readonly content: string;
                        /**
                         * @description Default: utf-8.
                         * @enum {string}
                         */
                        readonly encoding?: "utf-8" | "base64";
                        /**
                         * @description Default: that of the file that is there, else 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "120000";
                        readonly path: string;
                    }[];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many paths are staged. */
                        readonly changes?: number;
                        readonly count?: number;
                        readonly id?: string;
                        /** @constant */
                        readonly status: "added";
                    };
                };
            };
        };
    };
    readonly postReposIdTransactionTxIdChanges: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Files to put, delete, move, edit; each sees those before it. */
                    readonly actions?: readonly components["schemas"]["FileAction"][];
                    /** @description Content by path; null deletes. */
                    readonly changes?: {
                        readonly [key: string]: string | null;
                    };
                    readonly files?: readonly {
                        /** @description May be empty. */
                        readonly content: string;
                        /**
                         * @description Default: utf-8.
                         * @enum {string}
                         */
                        readonly encoding?: "utf-8" | "base64";
                        /**
                         * @description Default: that of the file that is there, else 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "120000";
                        readonly path: string;
                    }[];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many paths are staged. */
                        readonly changes?: number;
                        readonly count?: number;
                        readonly id?: string;
                        /** @constant */
                        readonly status: "applied";
                    };
                };
            };
        };
    };
    readonly postReposIdTransactionTxIdCommit: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @default false */
                    readonly allow_empty?: boolean;
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    readonly message: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Commit"];
                };
            };
        };
    };
    readonly getReposIdTransactionTxIdDiff: {
        readonly parameters: {
            readonly query?: {
                readonly format?: "unified" | "patch" | "name-only";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftDiff"];
                };
            };
        };
    };
    readonly getReposIdTransactionTxIdFilesPath: {
        readonly parameters: {
            readonly query?: {
                /** @description Answer the bytes themselves. */
                readonly raw?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftFile"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly getReposIdTransactionTxIdReadPath: {
        readonly parameters: {
            readonly query?: {
                /** @description Answer the bytes themselves. */
                readonly raw?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftFile"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly postReposIdTransactionTxIdRemove: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly path: string;
                } | {
                    readonly paths: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many paths are staged. */
                        readonly changes?: number;
                        readonly count?: number;
                        readonly id?: string;
                        /** @constant */
                        readonly status: "removed";
                    };
                };
            };
        };
    };
    readonly postReposIdTransactionTxIdRollback: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many paths are staged. */
                        readonly changes?: number;
                        readonly count?: number;
                        readonly id?: string;
                        /** @constant */
                        readonly status: "rolled back";
                    };
                };
            };
        };
    };
    readonly getReposIdTransactionTxIdStatus: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Transaction"];
                };
            };
        };
    };
    readonly getReposIdTransactionTxIdTree: {
        readonly parameters: {
            readonly query?: {
                readonly recursive?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["EntryList"];
                };
            };
        };
    };
    readonly getReposIdTransactionTxIdTreePath: {
        readonly parameters: {
            readonly query?: {
                readonly recursive?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["EntryList"];
                };
            };
        };
    };
    readonly postReposIdTransactionTxIdValidate: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Files that must be there. */
                    readonly required_paths?: readonly string[];
                    /** @description JSON Schemas by path glob. */
                    readonly schemas?: readonly components["schemas"]["FileRule"][];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Checked"];
                };
            };
        };
    };
    readonly getReposIdTransactions: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly transactions: readonly components["schemas"]["Transaction"][];
                    };
                };
            };
        };
    };
    readonly postReposIdTransactions: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: the current one. It need not exist. */
                    readonly branch?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description How long it lives without being used. Default: 3600. */
                    readonly ttl_seconds?: number;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Transaction"];
                };
            };
        };
    };
    readonly getReposIdTransactionsTxId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Transaction"];
                };
            };
        };
    };
    readonly deleteReposIdTransactionsTxId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many paths are staged. */
                        readonly changes?: number;
                        readonly count?: number;
                        readonly id?: string;
                        /** @constant */
                        readonly status: "rolled back";
                    };
                };
            };
        };
    };
    readonly postReposIdTransactionsTxIdAdd: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description May be empty. */
                    readonly content: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /**
                     * @description Default: that of the file that is there, else 100644.
                     * @enum {string}
                     */
                    readonly mode?: "100644" | "100755" | "120000";
                    readonly path: string;
                } | {
                    /** @description Files to put, delete, move, edit; each sees those before it. */
                    readonly actions?: readonly components["schemas"]["FileAction"][];
                    /** @description Content by path; null deletes. */
                    readonly changes?: {
                        readonly [key: string]: string | null;
                    };
                    readonly files?: readonly {
                        /** @description May be empty. */
                        readonly content: string;
                        /**
                         * @description Default: utf-8.
                         * @enum {string}
                         */
                        readonly encoding?: "utf-8" | "base64";
                        /**
                         * @description Default: that of the file that is there, else 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "120000";
                        readonly path: string;
                    }[];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many paths are staged. */
                        readonly changes?: number;
                        readonly count?: number;
                        readonly id?: string;
                        /** @constant */
                        readonly status: "added";
                    };
                };
            };
        };
    };
    readonly postReposIdTransactionsTxIdChanges: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Files to put, delete, move, edit; each sees those before it. */
                    readonly actions?: readonly components["schemas"]["FileAction"][];
                    /** @description Content by path; null deletes. */
                    readonly changes?: {
                        readonly [key: string]: string | null;
                    };
                    readonly files?: readonly {
                        /** @description May be empty. */
                        readonly content: string;
                        /**
                         * @description Default: utf-8.
                         * @enum {string}
                         */
                        readonly encoding?: "utf-8" | "base64";
                        /**
                         * @description Default: that of the file that is there, else 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "120000";
                        readonly path: string;
                    }[];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many paths are staged. */
                        readonly changes?: number;
                        readonly count?: number;
                        readonly id?: string;
                        /** @constant */
                        readonly status: "applied";
                    };
                };
            };
        };
    };
    readonly postReposIdTransactionsTxIdCommit: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @default false */
                    readonly allow_empty?: boolean;
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    readonly message: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Commit"];
                };
            };
        };
    };
    readonly getReposIdTransactionsTxIdDiff: {
        readonly parameters: {
            readonly query?: {
                readonly format?: "unified" | "patch" | "name-only";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftDiff"];
                };
            };
        };
    };
    readonly getReposIdTransactionsTxIdFilesPath: {
        readonly parameters: {
            readonly query?: {
                /** @description Answer the bytes themselves. */
                readonly raw?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftFile"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly getReposIdTransactionsTxIdReadPath: {
        readonly parameters: {
            readonly query?: {
                /** @description Answer the bytes themselves. */
                readonly raw?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["DraftFile"];
                    readonly "application/octet-stream": string;
                };
            };
        };
    };
    readonly postReposIdTransactionsTxIdRemove: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly path: string;
                } | {
                    readonly paths: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many paths are staged. */
                        readonly changes?: number;
                        readonly count?: number;
                        readonly id?: string;
                        /** @constant */
                        readonly status: "removed";
                    };
                };
            };
        };
    };
    readonly postReposIdTransactionsTxIdRollback: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many paths are staged. */
                        readonly changes?: number;
                        readonly count?: number;
                        readonly id?: string;
                        /** @constant */
                        readonly status: "rolled back";
                    };
                };
            };
        };
    };
    readonly getReposIdTransactionsTxIdStatus: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Transaction"];
                };
            };
        };
    };
    readonly getReposIdTransactionsTxIdTree: {
        readonly parameters: {
            readonly query?: {
                readonly recursive?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["EntryList"];
                };
            };
        };
    };
    readonly getReposIdTransactionsTxIdTreePath: {
        readonly parameters: {
            readonly query?: {
                readonly recursive?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["EntryList"];
                };
            };
        };
    };
    readonly postReposIdTransactionsTxIdValidate: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly tx_id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Files that must be there. */
                    readonly required_paths?: readonly string[];
                    /** @description JSON Schemas by path glob. */
                    readonly schemas?: readonly components["schemas"]["FileRule"][];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Checked"];
                };
            };
        };
    };
    readonly getReposIdTree: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                readonly recursive?: boolean;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Tree"];
                };
            };
        };
    };
    readonly getReposIdTreePath: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                readonly recursive?: boolean;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description The path of a file or folder; may hold slashes. */
                readonly path: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Tree"];
                };
            };
        };
    };
    readonly getReposIdWatch: {
        readonly parameters: {
            readonly query?: {
                /** @description Names or addresses, separated by commas: of who acts, or of an author of a commit. */
                readonly author?: string;
                /** @description Another name of ref. */
                readonly branch?: string;
                /** @description Go on after this event; "start": from the oldest that is kept. As the header Last-Event-ID. */
                readonly last_event_id?: string;
                /** @description Globs of paths, separated by commas: *.tf, k8s/**. */
                readonly path?: string;
                /** @description Globs of refs, separated by commas: main, release/*, refs/tags/**. */
                readonly ref?: string;
                /** @description Separated by commas: push, commit, branch, tag, ref, merge, stash, reset, rebase, cherry-pick, revert, repository, reality, transaction, webhook, build. Default: all. */
                readonly types?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "text/event-stream": string;
                };
            };
        };
    };
    readonly getReposIdWebhooks: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly hooks: readonly components["schemas"]["Webhook"][];
                    };
                };
            };
        };
    };
    readonly postReposIdWebhooks: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: true. */
                    readonly active?: boolean;
                    /**
                     * @description Default: application/json.
                     * @enum {string}
                     */
                    readonly content_type?: "application/json" | "json" | "form" | "application/x-www-form-urlencoded";
                    /** @description Types of events; * is all. */
                    readonly events?: readonly ("*" | "push" | "commit" | "branch" | "tag" | "ref" | "merge" | "stash" | "reset" | "rebase" | "cherry-pick" | "revert" | "repository" | "reality" | "transaction" | "webhook" | "build")[];
                    /**
                     * @description govc: our envelope. github: the payloads of GitHub. Default: govc.
                     * @enum {string}
                     */
                    readonly format?: "govc" | "github";
                    /** @description Whether the certificate is not looked at. Default: false. */
                    readonly insecure_ssl?: boolean;
                    /** @description Signs deliveries. It is never shown. */
                    readonly secret?: string;
                    readonly url: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly getReposIdWebhooksHookId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly putReposIdWebhooksHookId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: true. */
                    readonly active?: boolean;
                    /**
                     * @description Default: application/json.
                     * @enum {string}
                     */
                    readonly content_type?: "application/json" | "json" | "form" | "application/x-www-form-urlencoded";
                    /** @description Types of events; * is all. */
                    readonly events?: readonly ("*" | "push" | "commit" | "branch" | "tag" | "ref" | "merge" | "stash" | "reset" | "rebase" | "cherry-pick" | "revert" | "repository" | "reality" | "transaction" | "webhook" | "build")[];
                    /**
                     * @description govc: our envelope. github: the payloads of GitHub. Default: govc.
                     * @enum {string}
                     */
                    readonly format?: "govc" | "github";
                    /** @description Whether the certificate is not looked at. Default: false. */
                    readonly insecure_ssl?: boolean;
                    /** @description Signs deliveries. It is never shown. */
                    readonly secret?: string;
                    readonly url?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly deleteReposIdWebhooksHookId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly status: "success";
                    };
                };
            };
        };
    };
    readonly patchReposIdWebhooksHookId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: true. */
                    readonly active?: boolean;
                    /**
                     * @description Default: application/json.
                     * @enum {string}
                     */
                    readonly content_type?: "application/json" | "json" | "form" | "application/x-www-form-urlencoded";
                    /** @description Types of events; * is all. */
                    readonly events?: readonly ("*" | "push" | "commit" | "branch" | "tag" | "ref" | "merge" | "stash" | "reset" | "rebase" | "cherry-pick" | "revert" | "repository" | "reality" | "transaction" | "webhook" | "build")[];
                    /**
                     * @description govc: our envelope. github: the payloads of GitHub. Default: govc.
                     * @enum {string}
                     */
                    readonly format?: "govc" | "github";
                    /** @description Whether the certificate is not looked at. Default: false. */
                    readonly insecure_ssl?: boolean;
                    /** @description Signs deliveries. It is never shown. */
                    readonly secret?: string;
                    readonly url?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly getReposIdWebhooksHookIdDeliveries: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly deliveries: readonly components["schemas"]["Delivery"][];
                    };
                };
            };
        };
    };
    readonly getReposIdWebhooksHookIdDeliveriesDeliveryId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly delivery_id: string;
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdWebhooksHookIdDeliveriesDeliveryIdAttempts: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly delivery_id: string;
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdWebhooksHookIdDeliveriesDeliveryIdRedeliver: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly delivery_id: string;
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdWebhooksHookIdPing: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdWebhooksHookIdPings: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdWebhooksHookIdTest: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    readonly postReposIdWrite: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description May be empty. */
                    readonly content: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /**
                     * @description Default: that of the file that is there, else 100644.
                     * @enum {string}
                     */
                    readonly mode?: "100644" | "100755" | "120000";
                    readonly path: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly getRoles: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly roles: readonly components["schemas"]["Role"][];
                    };
                };
            };
        };
    };
    readonly postRoles: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly description?: string;
                    readonly name: string;
                    readonly permissions: readonly ("repo:read" | "repo:write" | "repo:delete" | "repo:admin" | "system:read" | "system:write" | "system:admin" | "user:read" | "user:write" | "user:delete" | "webhook:read" | "webhook:write" | "webhook:delete")[];
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Role"];
                };
            };
        };
    };
    readonly deleteRolesRoleName: {
        readonly parameters: {
            readonly path: {
                /** @description The name of a role. */
                readonly role_name: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly patchRolesRoleName: {
        readonly parameters: {
            readonly path: {
                /** @description The name of a role. */
                readonly role_name: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly description?: string;
                    readonly permissions?: readonly ("repo:read" | "repo:write" | "repo:delete" | "repo:admin" | "system:read" | "system:write" | "system:admin" | "user:read" | "user:write" | "user:delete" | "webhook:read" | "webhook:write" | "webhook:delete")[];
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Role"];
                };
            };
        };
    };
    readonly getRules: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly rules: readonly components["schemas"]["Rule"][];
                    };
                };
            };
        };
    };
    readonly postRules: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: all. */
                    readonly actions?: readonly ("create" | "update" | "force" | "delete")[];
                    readonly description?: string;
                    /** @enum {string} */
                    readonly effect: "allow" | "deny";
                    /** @description Patterns of paths. Default: the rule is about the refs themselves. */
                    readonly paths?: readonly string[];
                    /** @description Patterns of full names: refs/heads/main, refs/heads/release/*, refs/tags/**. */
                    readonly refs: readonly string[];
                    readonly roles?: readonly string[];
                    /** @description Ids. With roles empty too: everybody. */
                    readonly users?: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Rule"];
                };
            };
        };
    };
    readonly deleteRulesRuleId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly rule_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly getUsers: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly users: readonly components["schemas"]["User"][];
                    };
                };
            };
        };
    };
    readonly postUsers: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly email?: string;
                    /** @description Default: one is made. */
                    readonly id?: string;
                    /** @description Default: none; the user signs in after a reset. */
                    readonly password?: string;
                    readonly roles?: readonly string[];
                    readonly username: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    readonly getUsersUserId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    readonly deleteUsersUserId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly patchUsersUserId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly email?: string;
                    readonly username?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    readonly postUsersUserIdActivate: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    readonly postUsersUserIdDeactivate: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    readonly postUsersUserIdPassword: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly password: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly postUsersUserIdPasswordReset: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly expires_at: string;
                        readonly reset_token: string;
                    };
                };
            };
        };
    };
    readonly postUsersUserIdReposRepoIdPermissionsPermission: {
        readonly parameters: {
            readonly query?: {
                readonly decision?: "allow" | "deny";
            };
            readonly path: {
                /** @description The name of a permission. */
                readonly permission: string;
                /** @description The id of a repository. */
                readonly repo_id: string;
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly deleteUsersUserIdReposRepoIdPermissionsPermission: {
        readonly parameters: {
            readonly path: {
                /** @description The name of a permission. */
                readonly permission: string;
                /** @description The id of a repository. */
                readonly repo_id: string;
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly postUsersUserIdRolesRoleName: {
        readonly parameters: {
            readonly path: {
                /** @description The name of a role. */
                readonly role_name: string;
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly deleteUsersUserIdRolesRoleName: {
        readonly parameters: {
            readonly path: {
                /** @description The name of a role. */
                readonly role_name: string;
                /** @description The id of a user, or the name. */
                readonly user_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    readonly getV2Repos: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset?: number;
                        readonly repositories: readonly components["schemas"]["Repository"][];
                        readonly total?: number;
                    };
                };
            };
        };
    };
    readonly postV2Repos: {
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @default main */
                    readonly default_branch?: string;
                    readonly description?: string;
                    /** @description May hold slashes: team/app. */
                    readonly id: string;
                    /**
                     * @description The repository ends with the server.
                     * @default false
                     */
                    readonly memory_only?: boolean;
                    /**
                     * @default sha1
                     * @enum {string}
                     */
                    readonly object_format?: "sha1" | "sha256";
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Repository"];
                };
            };
        };
    };
    readonly getV2ReposId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Repository"];
                };
            };
        };
    };
    readonly deleteV2ReposId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly status: "deleted";
                    };
                };
            };
        };
    };
    readonly postV2ReposIdBranches: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Branch, tag or commit. Default: HEAD. */
                    readonly from?: string;
                    readonly name: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": {
                        readonly commit: string;
                        readonly data: {
                            readonly branch: string;
                            readonly from: string;
                        };
                        readonly name: string;
                        /** @constant */
                        readonly status: "created";
                    };
                };
            };
        };
    };
    readonly postV2ReposIdCheckout: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly branch: string;
                    /** @description Make the branch, at "from" or where HEAD stands. */
                    readonly create?: boolean;
                    /** @description Default: HEAD. */
                    readonly from?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly data: {
                            readonly branch: string;
                        };
                        /** @constant */
                        readonly status: "checked out";
                    };
                };
            };
        };
    };
    readonly getV2ReposIdCommits: {
        readonly parameters: {
            readonly query?: {
                /** @description Instead of ref: what any ref reaches. */
                readonly all?: boolean;
                /** @description A pattern that the author, "name <email>", matches. */
                readonly author?: string;
                /** @description Only commits with a changed line that matches this pattern (-G). */
                readonly changed_line?: string;
                /** @description The same of the committer. */
                readonly committer?: string;
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly first_parent?: boolean;
                /** @description Follow the file at path through renames. */
                readonly follow?: boolean;
                /** @description A pattern that a line of the message matches. */
                readonly grep?: string;
                readonly ignore_case?: boolean;
                readonly limit?: number;
                /** @description true: only merges; false: none. */
                readonly merges?: boolean;
                readonly offset?: number;
                readonly order?: "default" | "topo" | "date" | "author-date";
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                /** @description Only commits that change this file or folder; pathspecs are understood. */
                readonly path?: string;
                /** @description Instead of ref: revisions and ranges with spaces between, such as "v1.0..main ^topic". */
                readonly range?: string;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description How patterns are written. Default: basic. */
                readonly regex?: "basic" | "extended" | "fixed" | "perl";
                readonly reverse?: boolean;
                /** @description Another name of ref. */
                readonly sha?: string;
                /** @description RFC 3339, or as Git reads dates: "2 weeks ago". */
                readonly since?: string;
                /** @description Only commits that change how often this text stands in a file (-S). */
                readonly text?: string;
                readonly until?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["LogWithTotal"];
                };
            };
        };
    };
    readonly postV2ReposIdCommits: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Commit these changes, in order, instead of what was staged: files to put, delete, move, edit; each sees those before it. */
                    readonly actions?: readonly components["schemas"]["FileAction"][];
                    /** @default false */
                    readonly allow_empty?: boolean;
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Made where it does not exist. Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Commit these instead of what was staged. */
                    readonly files?: readonly {
                        /** @description May be empty. */
                        readonly content: string;
                        /**
                         * @description Default: utf-8.
                         * @enum {string}
                         */
                        readonly encoding?: "utf-8" | "base64";
                        /**
                         * @description Default: that of the file that is there, else 100644.
                         * @enum {string}
                         */
                        readonly mode?: "100644" | "100755" | "120000";
                        readonly path: string;
                    }[];
                    /** @description Where a branch that is made begins. Default: without a parent. */
                    readonly from?: string;
                    readonly message: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Commit"];
                };
            };
        };
    };
    readonly getV2ReposIdFiles: {
        readonly parameters: {
            readonly query: {
                readonly path: string;
                /** @description Answer the bytes themselves, of any size; ranges are understood. */
                readonly raw?: boolean;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
                /** @description As the next commit would have it; ref then means nothing. */
                readonly staged?: boolean;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["File"];
                    readonly "application/octet-stream": string;
                };
            };
            /** @description The part that was asked for. */
            readonly 206: {
                content: {
                    readonly "application/octet-stream": string;
                };
            };
            /** @description What the client has is still so. */
            readonly 304: {
                content?: never;
            };
        };
    };
    readonly putV2ReposIdFiles: {
        readonly parameters: {
            readonly query?: {
                /** @description Of the commit. Default: the current one. */
                readonly branch?: string;
                /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                readonly expected_head?: string;
                /** @description Commits the change. Without it, the change is staged. */
                readonly message?: string;
                /** @description Default: that of the file that is there, else 100644. */
                readonly mode?: "100644" | "100755" | "120000";
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Of the commit. Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description May be empty. */
                    readonly content: string;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Commits the change. Without it, the change is staged. */
                    readonly message?: string;
                    /**
                     * @description Default: that of the file that is there, else 100644.
                     * @enum {string}
                     */
                    readonly mode?: "100644" | "100755" | "120000";
                    readonly path: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly postV2ReposIdFiles: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description May be empty. */
                    readonly content: string;
                    /**
                     * @description Default: utf-8.
                     * @enum {string}
                     */
                    readonly encoding?: "utf-8" | "base64";
                    /**
                     * @description Default: that of the file that is there, else 100644.
                     * @enum {string}
                     */
                    readonly mode?: "100644" | "100755" | "120000";
                    readonly path: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly deleteV2ReposIdFiles: {
        readonly parameters: {
            readonly query: {
                /** @description Of the commit. Default: the current one. */
                readonly branch?: string;
                /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                readonly expected_head?: string;
                /** @description Commits the change. Without it, the change is staged. */
                readonly message?: string;
                readonly path: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Of the commit. Default: the current one. */
                    readonly branch?: string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @description Commits the change. Without it, the change is staged. */
                    readonly message?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["FileChange"];
                };
            };
        };
    };
    readonly postV2ReposIdFilesMove: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly from: string;
                    readonly to: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly data: {
                            readonly from: string;
                            readonly to: string;
                        };
                        /** @constant */
                        readonly status: "moved";
                    };
                };
            };
        };
    };
    readonly getV2ReposIdHooks: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly count: number;
                        readonly hooks: readonly components["schemas"]["Webhook"][];
                    };
                };
            };
        };
    };
    readonly postV2ReposIdHooks: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: true. */
                    readonly active?: boolean;
                    /**
                     * @description Default: application/json.
                     * @enum {string}
                     */
                    readonly content_type?: "application/json" | "json" | "form" | "application/x-www-form-urlencoded";
                    /** @description Types of events; * is all. */
                    readonly events?: readonly ("*" | "push" | "commit" | "branch" | "tag" | "ref" | "merge" | "stash" | "reset" | "rebase" | "cherry-pick" | "revert" | "repository" | "reality" | "transaction" | "webhook" | "build")[];
                    /**
                     * @description govc: our envelope. github: the payloads of GitHub. Default: govc.
                     * @enum {string}
                     */
                    readonly format?: "govc" | "github";
                    /** @description Whether the certificate is not looked at. Default: false. */
                    readonly insecure_ssl?: boolean;
                    /** @description Signs deliveries. It is never shown. */
                    readonly secret?: string;
                    readonly url: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly getV2ReposIdHooksHookId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    readonly deleteV2ReposIdHooksHookId: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_id: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly status: "success";
                    };
                };
            };
        };
    };
    readonly postV2ReposIdHooksExecuteHookType: {
        readonly parameters: {
            readonly path: {
                /** @description Which one is meant. */
                readonly hook_type: string;
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Comes back as it is. */
                    readonly environment?: {
                        readonly [key: string]: string;
                    };
                    /** @description What it is to become. */
                    readonly new?: string;
                    /** @description Full name. Default: the current branch. */
                    readonly ref?: string;
                    /** @description Refused: the server runs no scripts of clients. */
                    readonly script?: string;
                    readonly timeout?: number;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly duration_ms: number;
                        readonly environment: {
                            readonly [key: string]: string;
                        };
                        readonly error?: string;
                        readonly exit_code: number;
                        readonly hook: string;
                        readonly output: string;
                        readonly success: boolean;
                    };
                };
            };
        };
    };
    readonly postV2ReposIdMerge: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly allow_unrelated?: boolean;
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Change nothing and tell what would be; conflicts are then no error. */
                    readonly dry_run?: boolean;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description The commit that the branch must stand at; else 409 with both. If-Match says the same. */
                    readonly expected_head?: string;
                    /** @enum {string} */
                    readonly fast_forward?: "allow" | "only" | "never";
                    /**
                     * @description Whose lines win where lines conflict.
                     * @enum {string}
                     */
                    readonly favor?: "ours" | "theirs";
                    /** @description What is merged: a branch, tag or commit, or several. */
                    readonly from?: string | readonly string[];
                    readonly message?: string;
                    readonly renames?: boolean;
                    /** @description What is to stand at paths that conflict: content, a side, or null for nothing. */
                    readonly resolutions?: {
                        readonly [key: string]: {
                            readonly content: string;
                            /** @enum {string} */
                            readonly encoding?: "utf-8" | "base64";
                        } | {
                            /** @enum {string} */
                            readonly use: "base" | "ours" | "theirs";
                        } | null;
                    };
                    /** @description Another name of from. */
                    readonly source?: string;
                    /** @description An ordinary commit of the result instead of a merge. */
                    readonly squash?: boolean;
                    /** @enum {string} */
                    readonly strategy?: "ort" | "recursive" | "resolve" | "octopus" | "ours" | "subtree";
                    /** @description As -X of git merge. */
                    readonly strategy_options?: readonly string[];
                    /** @description Another name of to. */
                    readonly target?: string;
                    /** @description The branch that it is merged into. Default: the current one. */
                    readonly to?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Merged"];
                };
            };
        };
    };
    readonly getV2ReposIdStashes: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description How many are in this answer. */
                        readonly count: number;
                        readonly has_more?: boolean;
                        readonly limit?: number;
                        /** @description For the next page; absent on the last. */
                        readonly next_cursor?: string;
                        readonly offset?: number;
                        readonly stashes: readonly components["schemas"]["Stash"][];
                    };
                };
            };
        };
    };
    readonly postV2ReposIdStashes: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description Of an author given as text. */
                    readonly email?: string;
                    /** @description Without effect: there is no worktree. */
                    readonly include_untracked?: boolean;
                    readonly message?: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["Stash"];
                };
            };
        };
    };
    readonly getV2ReposIdStashesStashId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Stash"];
                };
            };
        };
    };
    readonly deleteV2ReposIdStashesStashId: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly files?: readonly string[];
                        readonly id: string;
                        /** @enum {string} */
                        readonly status: "applied" | "popped" | "dropped" | "branched";
                    };
                };
            };
        };
    };
    readonly postV2ReposIdStashesStashIdApply: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
                /** @description Which one is meant. */
                readonly stash_id: string;
            };
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default: whoever is signed in. */
                    readonly author?: components["schemas"]["Person"] | string;
                    /** @description Default: the author. */
                    readonly committer?: components["schemas"]["Person"];
                    /** @description And drop it. */
                    readonly drop?: boolean;
                    /** @description Of an author given as text. */
                    readonly email?: string;
                };
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly files?: readonly string[];
                        readonly id: string;
                        /** @enum {string} */
                        readonly status: "applied" | "popped" | "dropped" | "branched";
                    };
                };
            };
        };
    };
    readonly getV2ReposIdStatus: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @description The branch that HEAD names; "" when it names none. */
                        readonly branch: string;
                        /** @description The staged paths with what happens to them. */
                        readonly changes?: readonly {
                            readonly path: string;
                            /** @enum {string} */
                            readonly status: "added" | "modified" | "deleted";
                        }[];
                        readonly clean: boolean;
                        /** @description Those of the staged paths that are removals. */
                        readonly deleted?: readonly string[];
                        /** @description The commit of HEAD; absent where there is none. */
                        readonly head?: string;
                        /** @description Always empty: there is no worktree. */
                        readonly modified: readonly string[];
                        readonly staged: readonly string[];
                        /** @description Always empty: there is no worktree. */
                        readonly untracked: readonly string[];
                    };
                };
            };
        };
    };
    readonly postV2ReposIdTags: {
        readonly parameters: {
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Makes an annotated tag. */
                    readonly message?: string;
                    readonly name: string;
                    /** @description Default: whoever is signed in, else the author of the commit. */
                    readonly tagger?: {
                        readonly email: string;
                        readonly name: string;
                    };
                    /** @description Branch, tag or commit. Default: HEAD. */
                    readonly target?: string;
                };
            };
        };
        readonly responses: {
            /** @description Created. */
            readonly 201: {
                content: {
                    readonly "application/json": components["schemas"]["CreatedTag"];
                };
            };
        };
    };
    readonly getV2ReposIdTree: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page before ended: its next_cursor. Wins over offset and page. */
                readonly cursor?: string;
                readonly limit?: number;
                readonly offset?: number;
                /** @description Instead of offset: pages of limit items, from 1. */
                readonly page?: number;
                readonly recursive?: boolean;
                /** @description Branch, tag or commit. Default: HEAD. */
                readonly ref?: string;
            };
            readonly path: {
                /** @description The id of a repository. */
                readonly id: string;
            };
        };
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Tree"];
                };
            };
        };
    };
    readonly getDashboard: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "text/html": string;
                };
            };
        };
    };
    readonly getHealth: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Not well. */
            readonly 503: {
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readonly getHealthLive: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readonly getHealthReady: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Not well. */
            readonly 503: {
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readonly getMetrics: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "text/plain": string;
                };
            };
        };
    };
    readonly getOpenapiJson: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
        };
    };
    readonly getVersion: {
        readonly responses: {
            /** @description Success. */
            readonly 200: {
                content: {
                    readonly "application/json": {
                        /** @constant */
                        readonly name: "govc";
                        readonly node_version: string;
                        readonly version: string;
                    };
                };
            };
        };
    };
}
