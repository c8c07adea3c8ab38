/** `@govc/server`: the server as a library, for the command line and for tests. */
export { createApp, type AppParts } from './app.js';
export { backUp, type BackupOptions, type BackupSummary } from './backup/backup.js';
export { copyRepository } from './backup/copy.js';
export { restoreBackup, verifyBackup, type VerifiedBackup } from './backup/restore.js';
export { compose, type Composition, type Surroundings } from './compose.js';
export { loadConfig, type ServerConfig } from './config.js';
export type { ConfigSources, Environment } from './config-sources.js';
export { SERVER_ERROR_CODES, ServerError, type ServerErrorCode } from './errors.js';
export { Hooks } from './hooks/hooks.js';
export type { HookSurroundings } from './hooks/hook-environment.js';
export { PROBLEMS, type Problem } from './http/problems.js';
export { parseRepositoryId, type RepositoryId } from './repositories/repository-id.js';
export { machineSurroundings, serve, type ServeOptions } from './main.js';
export { startServer, type RunningServer } from './server.js';
export { helpOf, SETTINGS, type Setting } from './settings.js';
export { VERSION } from './version.js';
